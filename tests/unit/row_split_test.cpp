#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fmt/format.h>

#include <generator/row_split.hpp>
#include <support/random_config.hpp>

namespace rbgp {
namespace {

// Whether some r of |Gr.U| and b of |Gb.U| multiply to it.
bool tile_exists(const Rbgp4Config& config, std::int64_t tile_rows) {
  for (std::int64_t r = 1; r <= config.gr.left; ++r)
    for (std::int64_t b = 1; b <= config.gb.left; ++b)
      if (config.gr.left % r == 0 && config.gb.left % b == 0 && r * b == tile_rows) return true;
  return false;
}

// Walks the split configuration digit by digit: its row indices are the original ones, in order, and
// the rows of a register tile share one adjacency.
std::string disagreement(const Rbgp4Pattern& pattern, const RowSplit& split) {
  const Rbgp4Config& config = pattern.config();
  std::int64_t u = 0;
  for (std::int64_t uo = 0; uo < split.go_left; ++uo)
    for (std::int64_t ur = 0; ur < split.gr_left; ++ur)
      for (std::int64_t ui = 0; ui < split.gi_left; ++ui)
        for (std::int64_t ub = 0; ub < split.gb_left; ++ub, ++u) {
          const auto go = pattern.go().neighbours(uo / split.go_copies);
          const auto gi = pattern.gi().neighbours(ui / split.gi_copies);
          std::vector<std::int64_t> columns;
          for (const std::int64_t vo : go)
            for (std::int64_t vr = 0; vr < config.gr.right; ++vr)
              for (const std::int64_t vi : gi)
                for (std::int64_t vb = 0; vb < config.gb.right; ++vb)
                  columns.push_back(
                      ((vo * config.gr.right + vr) * config.gi.right + vi) * config.gb.right + vb);
          if (columns != pattern.columns(u)) return fmt::format("row {}", u);
        }
  return u == pattern.rows() ? "" : fmt::format("{} rows", u);
}

RC_GTEST_PROP(RowSplitProperty, NamesTheSameRows, (std::uint64_t seed)) {
  RandomWords random(seed);
  Rbgp4Config config = test::random_config(random, {.max_rows = 200, .max_cols = 80});
  const Rbgp4Pattern pattern = Rbgp4Pattern::sample(config, seed);
  RC_LOG() << config.to_string();
  for (std::int64_t tile_rows = 0; tile_rows <= config.row_repetition() + 1; ++tile_rows) {
    const auto split = split_row_groups(config, tile_rows);
    const bool exists = tile_rows == 0 || tile_exists(config, tile_rows);
    RC_ASSERT(split.has_value() == exists);
    if (!split) continue;
    RC_ASSERT(split->tile_rows() == (tile_rows == 0 ? config.row_repetition() : tile_rows));
    RC_ASSERT(disagreement(pattern, *split) == "");
  }
}

// Long row groups with many divisors, beyond what the property draws: only the counts.
TEST(RowSplit, FindsEveryTileThatThereIs) {
  for (const std::int64_t gr : {1, 6, 7, 16, 30, 64})
    for (const std::int64_t gb : {1, 4, 6, 8, 9}) {
      Rbgp4Config config;
      config.gr = BaseGraphConfig::complete(gr, 1);
      config.gb = BaseGraphConfig::complete(gb, 1);
      for (std::int64_t tile_rows = 1; tile_rows <= gr * gb + 1; ++tile_rows) {
        const auto split = split_row_groups(config, tile_rows);
        EXPECT_EQ(split.has_value(), tile_exists(config, tile_rows))
            << gr << " " << gb << " " << tile_rows;
        if (!split) continue;
        EXPECT_EQ(split->go_copies * split->gr_left, gr);
        EXPECT_EQ(split->gi_copies * split->gb_left, gb);
        EXPECT_EQ(split->go_left, split->go_copies);
        EXPECT_EQ(split->gi_left, split->gi_copies);
      }
    }
}

}  // namespace
}  // namespace rbgp
