#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <utility>

#include <generator/row_merge.hpp>
#include <rbgp/error.hpp>

namespace rbgp {
namespace {

struct MergeCase {
  BaseGraphConfig graph;
  std::int64_t merge;
};
const MergeCase kCases[] = {
    {{1, 1, 1}, 1},     {{32, 32, 16}, 1},   {{32, 32, 16}, 2}, {{32, 32, 8}, 4},
    {{128, 32, 8}, 4},  {{128, 32, 4}, 8},   {{64, 32, 16}, 2}, {{6, 9, 3}, 3},
    {{16, 100, 50}, 8}, {{32, 128, 32}, 32}, {{32, 32, 2}, 2},
};

std::set<std::int32_t> neighbours_of(const BaseGraph& graph, std::int32_t u) {
  const auto row = graph.neighbours(u);
  return {row.begin(), row.end()};
}

TEST(RowMerge, GroupsHaveTheUnionOfTheirMembers) {
  for (const MergeCase& one : kCases) {
    SCOPED_TRACE(testing::Message() << one.graph.left << "x" << one.graph.right << " degree "
                                    << one.graph.left_degree << " merge " << one.merge);
    const BaseGraph graph = BaseGraph::sample(one.graph, 3);
    const RowMerge merged = merge_rows(graph, one.merge);
    ASSERT_EQ(merged.groups * one.merge, one.graph.left);
    EXPECT_LE(merged.union_degree, max_union_degree(one.graph, one.merge));
    EXPECT_GE(merged.union_degree, one.graph.left_degree);

    std::vector<std::int32_t> vertices = merged.members;
    std::sort(vertices.begin(), vertices.end());
    for (std::int64_t u = 0; u < one.graph.left; ++u)
      EXPECT_EQ(vertices[static_cast<std::size_t>(u)], u) << "every vertex is in one group";

    for (std::int64_t group = 0; group < merged.groups; ++group) {
      std::set<std::int32_t> expected;
      for (std::int64_t m = 0; m < one.merge; ++m)
        expected.merge(
            neighbours_of(graph, merged.members[static_cast<std::size_t>(group * one.merge + m)]));
      const auto first = merged.columns.begin() + group * merged.union_degree;
      const std::set<std::int32_t> columns(first, first + merged.union_degree);
      EXPECT_EQ(std::ssize(columns), merged.union_degree) << "each column once";
      EXPECT_TRUE(std::includes(columns.begin(), columns.end(), expected.begin(), expected.end()));
    }
  }
}

TEST(RowMerge, SourcesNameEachNeighbourOfAMemberOnce) {
  for (const MergeCase& one : kCases) {
    const BaseGraph graph = BaseGraph::sample(one.graph, 4);
    const RowMerge merged = merge_rows(graph, one.merge);
    for (std::int64_t place = 0; place < one.graph.left; ++place) {
      const auto row = graph.neighbours(merged.members[static_cast<std::size_t>(place)]);
      std::vector<int> seen(row.size(), 0);
      for (std::int64_t i = 0; i < merged.union_degree; ++i) {
        const std::int32_t source =
            merged.sources[static_cast<std::size_t>(place * merged.union_degree + i)];
        if (source < 0) continue;
        ++seen[static_cast<std::size_t>(source)];
        EXPECT_EQ(
            row[static_cast<std::size_t>(source)],
            merged.columns[static_cast<std::size_t>(place / one.merge * merged.union_degree + i)]);
      }
      EXPECT_EQ(seen, std::vector<int>(row.size(), 1));
    }
  }
}

TEST(RowMerge, WithoutMergingTheGraphStaysAsItIs) {
  const BaseGraph graph = BaseGraph::sample({32, 64, 16}, 5);
  const RowMerge merged = merge_rows(graph, 1);
  EXPECT_EQ(merged.columns, graph.adjacency());
  EXPECT_EQ(merged.union_degree, 16);
}

// Random groups of 4 of 128 vertices meet 21.9 of 32 columns at 75 %, and the largest of them more.
TEST(RowMerge, FindsVerticesThatShareColumns) {
  const RowMerge merged = merge_rows(BaseGraph::sample({128, 32, 8}, 6), 4);
  EXPECT_LE(merged.union_degree, 17);
  EXPECT_EQ(merged.members, merge_rows(BaseGraph::sample({128, 32, 8}, 6), 4).members);
}

TEST(RowMerge, RefusesGroupsThatDoNotDivideTheVertices) {
  EXPECT_THROW((void)merge_rows(BaseGraph::sample({6, 9, 3}, 1), 4), Error);
}

}  // namespace
}  // namespace rbgp
