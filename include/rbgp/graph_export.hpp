// Base graphs and masks as text that graph and matrix programs read: GraphML (Gephi, NetworkX, igraph),
// DOT (Graphviz) and Matrix Market (SciPy, MATLAB, Julia, GraphBLAS).
//
// All functions write to a stream of the caller's and flush nothing. A stream that fails keeps its
// state bits, or throws where the caller asked it to; nothing else is thrown unless stated. They are
// thread-safe for distinct streams. The same graph gives the same bytes on every platform.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>

#include <rbgp/pattern.hpp>

namespace rbgp {

// One of the four base graphs: "go", "gr", "gi" or "gb". Gr and Gb, which a pattern does not store, are
// made complete of the configuration's sizes.
// Errors: invalid_argument for another name.
BaseGraph base_graph(const Rbgp4Pattern& pattern, std::string_view name);

// An undirected graph through Boost.Graph. Its vertices are the left ones and then the right ones; each
// has the properties `side` ("U" or "V") and `index` (from 0 within its side). Edges run from left to
// right, by left vertex, then by right. `label` becomes a property of the graph.
// Memory: a few words an edge.
void write_graphml(std::ostream& out, const BaseGraph& graph, const std::string& label);

// The same graph for Graphviz; vertices are called u0, u1, ... and v0, v1, ..., drawn left to right.
void write_dot(std::ostream& out, const BaseGraph& graph, const std::string& label);

// The biadjacency matrix, left x right: `coordinate pattern general`, indices from 1, row by row.
// `label` becomes a comment line; a line break in it ends it.
void write_matrix_market(std::ostream& out, const BaseGraph& graph, std::string_view label);

// The mask of W: the first rows x cols of the pattern (a padded problem has fewer than the pattern). It
// is written row by row and never held whole.
// Errors: invalid_argument where rows or cols is below 1 or above the pattern's.
void write_matrix_market(std::ostream& out, const Rbgp4Pattern& pattern, std::int64_t rows,
                         std::int64_t cols);

}  // namespace rbgp
