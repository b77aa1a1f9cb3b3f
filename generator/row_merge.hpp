// Merging row groups: several vertices of Gi processed over the union of their columns.
//
// Where few rows repeat, each word of I that is read from shared memory feeds few multiply-adds, and
// shared memory is the limit. Vertices that share many neighbours are put together: a word of I then
// feeds the rows of all of them, at the price of multiplying by explicit zeros where one of them has no
// value. Merging all vertices makes a tile dense.
#pragma once

#include <cstdint>
#include <vector>

#include <rbgp/graph.hpp>

namespace rbgp {

struct RowMerge {
  std::int64_t groups = 0;
  std::int64_t merge = 1;  // vertices of a group
  std::int64_t union_degree = 0;  // columns of a group: of the largest union
  std::vector<std::int32_t> members;  // groups x merge: vertices of U
  // groups x union_degree: vertices of V, ascending; smaller unions are filled up with others.
  std::vector<std::int32_t> columns;
  // groups x merge x union_degree: which neighbour of the member a column is, -1 where it is none.
  std::vector<std::int32_t> sources;
};

// The most columns that any group can have, whatever the edges.
std::int64_t max_union_degree(const BaseGraphConfig& config, std::int64_t merge);

// Groups with small unions: built greedily by overlap, then improved by exchanging members, so that the
// largest union is small, and then the sum of all. `merge` divides the left side. Deterministic, within
// 50 ms for up to 64 columns of Gi. With merge 1, the graph as it is.
RowMerge merge_rows(const BaseGraph& graph, std::int64_t merge);

}  // namespace rbgp
