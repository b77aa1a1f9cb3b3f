#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>

#include <generator/gather_order.hpp>
#include <rbgp/pattern.hpp>

namespace rbgp {
namespace {

std::vector<std::int32_t> ordered(const std::vector<std::int32_t>& rows, std::int64_t lanes) {
  std::vector<std::int32_t> all;
  for (const std::int32_t i : gather_order(rows, lanes))
    all.push_back(rows[static_cast<std::size_t>(i)]);
  return all;
}

TEST(GatherOrder, CountsTurns) {
  struct Row {
    std::vector<std::int32_t> rows;
    std::int64_t lanes, turns;
  };
  const Row kRows[] = {
      {{}, 8, 0},
      {{5}, 8, 1},
      {{0, 1, 2, 3, 4, 5, 6, 7}, 8, 1},
      {{0, 8, 2, 3, 4, 5, 6, 7}, 8, 2},
      {{0, 0, 2, 3, 4, 5, 6, 7}, 8, 1},  // one row serves two lanes
      {{0, 8, 16, 24, 32, 40, 48, 56}, 8, 8},
      {{0, 1, 2, 3, 4, 5, 6, 7}, 4, 2},
      {{0, 4, 1, 5, 2, 6, 3, 7}, 4, 4},
  };
  for (const Row& row : kRows) EXPECT_EQ(gather_turns(row.rows, row.lanes), row.turns);
}

TEST(GatherOrder, SeparatesWhatMeets) {
  const std::vector<std::int32_t> rows = {0, 4, 1, 5, 2, 6, 3, 7};
  EXPECT_EQ(gather_turns(ordered(rows, 4), 4), 2);
  // Eight rows of one residue take eight turns in any order.
  EXPECT_EQ(gather_turns(ordered({0, 8, 16, 24, 32, 40, 48, 56}, 8), 8), 8);
}

// The clones of a 2-lift are half the vertices apart, so that every row of Gi has as many neighbours of each
// residue: no load of a row group meets itself.
TEST(GatherOrder, LiftsHaveNoConflicts) {
  for (const char* text :
       {"go=4x4@50,gr=1x1,gi=8x32@50,gb=16x1", "go=4x4@50,gr=1x1,gi=16x64@75,gb=16x1",
        "go=4x4@50,gr=1x1,gi=32x32@50,gb=16x1", "go=4x4@50,gr=1x1,gi=32x128@87.5,gb=16x1"})
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      const Rbgp4Pattern pattern = Rbgp4Pattern::sample(Rbgp4Config::parse(text), seed);
      for (std::int64_t u = 0; u < pattern.gi().config().left; ++u) {
        const auto neighbours = pattern.gi().neighbours(u);
        const std::vector<std::int32_t> rows(neighbours.begin(), neighbours.end());
        for (const std::int64_t lanes : {4, 8})
          EXPECT_EQ(gather_turns(ordered(rows, lanes), lanes) * lanes,
                    static_cast<std::int64_t>(rows.size()))
              << text << " seed " << seed << " row " << u;
      }
    }
}

RC_GTEST_PROP(GatherOrder, IsAPermutation, (std::vector<std::uint16_t> draws)) {
  const std::vector<std::int32_t> rows(draws.begin(), draws.end());
  for (const std::int64_t lanes : {4, 8}) {
    std::vector<std::int32_t> order = gather_order(rows, lanes);
    std::sort(order.begin(), order.end());
    std::vector<std::int32_t> all(rows.size());
    std::iota(all.begin(), all.end(), 0);
    RC_ASSERT(order == all);
  }
}

// As many rows of each residue, whatever else they are and however they come: whole loads without conflicts.
RC_GTEST_PROP(GatherOrder, BalancedRowsTakeOneTurnALoad, (std::vector<std::uint16_t> draws)) {
  for (const std::int32_t lanes : {4, 8}) {
    std::vector<std::pair<std::uint32_t, std::int32_t>> shuffled;
    for (std::size_t i = 0; i < draws.size(); ++i)
      for (std::int32_t residue = 0; residue < lanes; ++residue)
        shuffled.emplace_back(
            (draws[i] + 1U) * 2654435761U * static_cast<std::uint32_t>(residue + 1),
            (draws[i] + static_cast<std::int32_t>(i) * 4096) * lanes + residue);
    std::sort(shuffled.begin(), shuffled.end());
    std::vector<std::int32_t> rows;
    for (const auto& [key, row] : shuffled) rows.push_back(row);
    RC_ASSERT(gather_turns(ordered(rows, lanes), lanes) == static_cast<std::int64_t>(draws.size()));
  }
}

}  // namespace
}  // namespace rbgp
