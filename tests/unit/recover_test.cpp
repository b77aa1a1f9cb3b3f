#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include <rbgp/product.hpp>
#include <support/random_config.hpp>
#include <support/refusal.hpp>

namespace rbgp {
namespace {

// Some biregular graph, connected or not, without the cost of a Ramanujan one: the e-th edge goes to
// right vertex e modulo |V|, then both sides are shuffled.
BaseGraph shuffled_graph(RandomWords& random, const BaseGraphConfig& config) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(config.left));
  std::vector<std::int32_t> cols(static_cast<std::size_t>(config.right));
  std::iota(rows.begin(), rows.end(), 0);
  std::iota(cols.begin(), cols.end(), 0);
  random.shuffle(rows);
  random.shuffle(cols);
  std::vector<std::int32_t> adjacency;
  for (const std::int64_t row : rows) {
    const auto start = static_cast<std::ptrdiff_t>(adjacency.size());
    for (std::int64_t e = row * config.left_degree; e < (row + 1) * config.left_degree; ++e)
      adjacency.push_back(cols[static_cast<std::size_t>(e % config.right)]);
    std::sort(adjacency.begin() + start, adjacency.end());
  }
  return BaseGraph(config, std::move(adjacency));
}

Rbgp4Pattern random_pattern(RandomWords& random, bool ramanujan) {
  const Rbgp4Config config =
      test::random_config(random, {.max_rows = 96, .max_cols = 96, .only_connected = ramanujan});
  if (ramanujan) return Rbgp4Pattern::sample(config, random.word());
  return Rbgp4Pattern(config, shuffled_graph(random, config.go), shuffled_graph(random, config.gi));
}

Mask mask_of(const Rbgp4Pattern& pattern) { return GraphProduct(pattern).mask(); }

std::int64_t sparse_edges(const Rbgp4Config& config) {
  return config.go.edges() + config.gi.edges();
}

// Empty where the factors found are right and no worse than those the mask was made of.
std::string defect(const Rbgp4Pattern& made_of) {
  const Mask mask = mask_of(made_of);
  const Recovery found = recover(mask);
  if (!found.pattern || found.violation) return "not recovered";
  const Rbgp4Config& config = found.pattern->config();
  if (mask_of(*found.pattern) != mask) return "another mask: " + config.to_string();
  if (sparse_edges(config) > sparse_edges(made_of.config()))
    return "more to store: " + config.to_string();
  if (config.gb.left % made_of.config().gb.left != 0 ||
      config.gb.right % made_of.config().gb.right != 0)
    return "smaller Gb: " + config.to_string();
  const Recovery given = recover(mask, made_of.config());
  if (!given.pattern || given.pattern->config() != made_of.config() ||
      given.pattern->go().adjacency() != made_of.go().adjacency() ||
      given.pattern->gi().adjacency() != made_of.gi().adjacency())
    return "other graphs with the sizes given";
  return "";
}

TEST(Recover, TenThousandRandomProducts) {
  RandomWords random(6);
  for (int i = 0; i < 10000; ++i) {
    const Rbgp4Pattern pattern = random_pattern(random, i % 10 == 0);
    ASSERT_EQ(defect(pattern), "") << i << ": " << pattern.config().to_string();
  }
}

// One wrong entry makes one row and one column of a biregular mask deviate: the entry where they meet.
TEST(Recover, AThousandFlippedEntriesAreNamed) {
  RandomWords random(7);
  for (int masks = 0; masks < 1000;) {
    const Rbgp4Pattern pattern = random_pattern(random, false);
    Mask mask = mask_of(pattern);
    // Of two rows neither outvotes the other.
    if (mask.rows() < 3 || mask.cols() < 3) continue;
    ++masks;
    const auto u = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(mask.rows())));
    const auto v = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(mask.cols())));
    mask.set(u, v, !mask.at(u, v));

    const Recovery found = recover(mask);
    ASSERT_TRUE(found.violation && !found.pattern) << pattern.config().to_string();
    EXPECT_EQ(found.violation->property, BlockProperty::uniform);
    EXPECT_EQ(found.violation->row, u) << found.violation->message();
    EXPECT_EQ(found.violation->col, v) << found.violation->message();

    // With the sizes given, the wrong tile is told from its clones where they outvote it.
    const Rbgp4Config& config = pattern.config();
    const Recovery given = recover(mask, config);
    ASSERT_TRUE(given.violation && !given.pattern) << config.to_string();
    if (config.go.edges() < 3 || config.gr.left * config.gi.edges() * config.gb.left < 3 ||
        config.tile_rows() * config.tile_row_nnz() < 3)
      continue;
    EXPECT_EQ(given.violation->property, BlockProperty::cloned) << config.to_string();
    EXPECT_EQ(given.violation->level, 0U);
    EXPECT_EQ(given.violation->row, u) << given.violation->message();
    EXPECT_EQ(given.violation->col, v) << given.violation->message();
  }
}

TEST(Recover, SmallestMasksAreRefusedToo) {
  for (std::int64_t rows = 1; rows <= 3; ++rows) {
    for (std::int64_t cols = 1; cols <= 3; ++cols) {
      Mask mask(rows, cols);
      const Recovery empty = recover(mask);
      ASSERT_TRUE(empty.violation);
      EXPECT_EQ(empty.violation->property, BlockProperty::non_empty);
      for (std::int64_t i = 0; i < rows * cols; ++i) mask.set(i / cols, i % cols, true);
      ASSERT_TRUE(recover(mask).pattern);
      if (rows * cols == 1) continue;
      mask.set(rows - 1, cols - 1, false);
      EXPECT_EQ(recover(mask).violation->property, BlockProperty::uniform) << rows << "x" << cols;
    }
  }
}

BaseGraph complete(std::int64_t left, std::int64_t right) {
  std::vector<std::int32_t> adjacency;
  for (std::int64_t u = 0; u < left; ++u)
    for (std::int64_t v = 0; v < right; ++v) adjacency.push_back(static_cast<std::int32_t>(v));
  return BaseGraph({left, right, right}, std::move(adjacency));
}

TEST(Recover, ChoosesTheFactorsItDocuments) {
  const BaseGraph cycle({4, 4, 2}, {0, 1, 1, 2, 2, 3, 0, 3});
  const BaseGraph two({2, 2, 1}, {0, 1});
  const BaseGraph three({3, 3, 1}, {0, 1, 2});
  struct Row {
    std::vector<BaseGraph> factors;
    const char* config;
  };
  const Row rows[] = {
      {{cycle}, "go=4x4@50,gr=1x1,gi=1x1,gb=1x1"},
      {{complete(6, 10)}, "go=1x1,gr=1x1,gi=1x1,gb=6x10"},
      {{cycle, complete(2, 1), cycle, complete(1, 3)}, "go=4x4@50,gr=2x1,gi=4x4@50,gb=1x3"},
      {{cycle, cycle}, "go=4x4@50,gr=1x1,gi=4x4@50,gb=1x1"},
      // A complete factor goes as far in as it can.
      {{cycle, complete(2, 1), complete(2, 3)}, "go=4x4@50,gr=1x1,gi=1x1,gb=4x3"},
      {{complete(3, 2), cycle}, "go=1x1,gr=3x2,gi=4x4@50,gb=1x1"},
      // Two edges and two edges are fewer to store than four and one.
      {{two, two}, "go=2x2@50,gr=1x1,gi=2x2@50,gb=1x1"},
      // 18 + 8 edges in Go and Gi and no Gr, or 2 + 24 and one.
      {{two, complete(3, 1), three, cycle}, "go=2x2@50,gr=3x1,gi=12x12@83.33333333,gb=1x1"},
      // As many either way: the smaller Gi.
      {{two, complete(2, 1), two, complete(1, 2), two}, "go=8x4@75,gr=1x2,gi=2x2@50,gb=1x1"},
      // Figure 3: its second graph counts to Go.
      {{cycle, two, cycle, complete(2, 2)}, "go=8x8@75,gr=1x1,gi=4x4@50,gb=2x2"},
  };
  for (const Row& row : rows) {
    const Mask mask = GraphProduct(row.factors).mask();
    const Recovery found = recover(mask);
    ASSERT_TRUE(found.pattern) << row.config;
    EXPECT_EQ(found.pattern->config(), Rbgp4Config::parse(row.config))
        << row.config << " and not " << found.pattern->config().to_string();
    EXPECT_EQ(mask_of(*found.pattern), mask) << row.config;
  }
}

TEST(Recover, SaysThatGrOrGbIsNotComplete) {
  const BaseGraph cycle({4, 4, 2}, {0, 1, 1, 2, 2, 3, 0, 3});
  const Mask mask = GraphProduct({cycle, cycle, cycle, cycle}).mask();
  const Recovery found = recover(mask, Rbgp4Config::parse("go=4x4,gr=4x4,gi=4x4,gb=4x4"));
  ASSERT_TRUE(found.violation);
  EXPECT_EQ(found.violation->property, BlockProperty::complete);
  EXPECT_EQ(found.violation->level, 1U);
  EXPECT_EQ(found.violation->row, 0);
  EXPECT_EQ(found.violation->col, 32);  // the third block of the first tile
  EXPECT_TRUE(test::has(found.violation->message(), "16 x 16")) << found.violation->message();

  const Recovery inner = recover(mask, Rbgp4Config::parse("go=16x16,gr=1x1,gi=4x4,gb=4x4"));
  ASSERT_TRUE(inner.violation);
  EXPECT_EQ(inner.violation->property, BlockProperty::complete);
  EXPECT_EQ(inner.violation->level, 3U);
  EXPECT_EQ(inner.violation->col, 2);

  const auto message = test::refusal(ErrorCode::invalid_argument, [&] {
    recover(mask, Rbgp4Config::parse("go=4x4,gr=1x1,gi=4x4,gb=1x1"));
  });
  EXPECT_TRUE(test::has(message, "256 x 256")) << message;
}

TEST(Recover, ALargeMask) {
  RandomWords random(8);
  const Rbgp4Config config = Rbgp4Config::parse("go=32x128@75,gr=4x1,gi=32x32@50,gb=1x1");
  const Rbgp4Pattern pattern(config, shuffled_graph(random, config.go),
                             shuffled_graph(random, config.gi));
  const Mask mask = mask_of(pattern);
  const Recovery found = recover(mask);
  ASSERT_TRUE(found.pattern);
  EXPECT_LE(sparse_edges(found.pattern->config()), sparse_edges(config));
  EXPECT_TRUE(mask_of(*found.pattern) == mask);
}

}  // namespace
}  // namespace rbgp
