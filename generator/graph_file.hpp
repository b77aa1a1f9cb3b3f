// Graphs in files: the edges that an edge list, a Matrix Market file or a NumPy mask holds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rbgp {

struct GraphEdges {
  // 0 where the file does not say: the largest vertex named is the last.
  std::int64_t left = 0;
  std::int64_t right = 0;
  std::vector<std::pair<std::int32_t, std::int32_t>> edges;  // (u, v) from 0, in the file's order
};

// The edges in a file, sorted, with sides that are never 0. Errors: io; invalid_argument where there is no
// edge, or one twice, and as parse_graph_edges.
GraphEdges load_graph_edges(const std::string& file);

// Told apart by content. Errors: invalid_argument, naming `file` and the line or element.
GraphEdges parse_graph_edges(std::string_view content, const std::string& file);

GraphEdges parse_edge_list(std::string_view content, const std::string& file);
GraphEdges parse_matrix_market(std::string_view content, const std::string& file);
GraphEdges parse_npy_mask(std::string_view content, const std::string& file);

inline constexpr std::string_view kNpyMagic = "\x93NUMPY";
inline constexpr std::string_view kMatrixMarketMagic = "%%MatrixMarket";

}  // namespace rbgp
