#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <generator/construction.hpp>
#include <generator/random_words.hpp>
#include <rbgp/prune.hpp>
#include <support/random_config.hpp>
#include <support/refusal.hpp>
#include <tuner/bench_inputs.hpp>
#include <unit/graph_checks.hpp>

namespace rbgp {
namespace {

using test::has;
using test::refusal;

constexpr Permute kModes[] = {Permute::none, Permute::vertices, Permute::rows, Permute::cols,
                              Permute::all};

// The share of the squared norm that a choice keeps, an element at a time.
double share_of(const MaskChoice& choice, std::int64_t rows, std::int64_t cols,
                const std::vector<float>& dense) {
  double norm = 0;
  double kept = 0;
  for (std::int64_t u = 0; u < rows; ++u)
    for (std::int64_t v = 0; v < cols; ++v) {
      const auto row =
          choice.order.rows.empty() ? u : choice.order.rows[static_cast<std::size_t>(u)];
      const auto col =
          choice.order.cols.empty() ? v : choice.order.cols[static_cast<std::size_t>(v)];
      const auto element = static_cast<double>(dense[static_cast<std::size_t>(row * cols + col)]);
      norm += element * element;
      if (choice.pattern.contains(u, v)) kept += element * element;
    }
  return kept / norm;
}

// Twelve uniform numbers are normal enough.
float normal(RandomWords& random) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += random.unit();
  return static_cast<float>(sum);
}

// Rows and columns whose norms differ, as those of trained layers do.
std::vector<float> scaled_matrix(std::int64_t rows, std::int64_t cols, RandomWords& random) {
  std::vector<double> row_scale, col_scale;
  for (std::int64_t u = 0; u < rows; ++u)
    row_scale.push_back(std::exp(0.5 * static_cast<double>(normal(random))));
  for (std::int64_t v = 0; v < cols; ++v)
    col_scale.push_back(std::exp(0.5 * static_cast<double>(normal(random))));
  std::vector<float> dense;
  for (const double row : row_scale)
    for (const double col : col_scale)
      dense.push_back(normal(random) * static_cast<float>(row * col));
  return dense;
}

// Rows and columns do what the vertices of Gi would, and kernels that need a lift go on multiplying it.
TEST(MaskChoice, LeavesALiftOneWhereAllMayMove) {
  const Rbgp4Pattern pattern =
      Rbgp4Pattern::sample(Rbgp4Config::parse("go=4x8@50,gr=2x1,gi=8x16@50,gb=1x1"), 1);
  ASSERT_EQ(clones_of(pattern.gi()), 2);
  RandomWords random(9);
  const std::vector<float> dense = scaled_matrix(pattern.rows(), pattern.cols(), random);
  const auto chosen = [&](Permute permute) {
    return choose_mask(pattern, pattern.rows(), pattern.cols(), dense.data(), {.permute = permute});
  };
  const MaskChoice all = chosen(Permute::all);
  EXPECT_EQ(all.pattern.gi().adjacency(), pattern.gi().adjacency());
  EXPECT_EQ(clones_of(chosen(Permute::vertices).pattern.gi()), 1);
  EXPECT_GT(all.shares.chosen, chosen(Permute::vertices).shares.chosen);
}

TEST(MaskChoice, TellsOfEachOrderThatIsSettled) {
  const Rbgp4Pattern pattern =
      Rbgp4Pattern::sample(Rbgp4Config::parse("go=4x8@50,gr=2x1,gi=8x8@50,gb=1x1"), 1);
  RandomWords random(5);
  std::vector<float> dense;
  for (std::int64_t i = 0; i < pattern.rows() * pattern.cols(); ++i)
    dense.push_back(static_cast<float>(random.below(1000)));
  std::vector<std::string> told;
  choose_mask(pattern, pattern.rows(), pattern.cols(), dense.data(),
              {.restarts = 2, .progress = [&](const MaskProgress& now) {
                 told.push_back(fmt::format("{} {} {}", now.moving, now.done, now.of));
               }});
  ASSERT_GE(told.size(), 9U);  // of both graphs, then of the matrix
  EXPECT_EQ(told.front(), "vertices 1 0");
  EXPECT_EQ(told.back(), "rows and columns 3 3");
}

TEST(MaskChoice, SharesAreThoseOfWhatWasChosen) {
  RandomWords random(41);
  for (int draw = 0; draw < 20; ++draw) {
    const Rbgp4Config config = test::random_config(random, {.max_rows = 60, .max_cols = 60});
    const Rbgp4Pattern pattern = Rbgp4Pattern::sample(config, random.word());
    const std::int64_t rows = std::max<std::int64_t>(1, config.rows() - draw % 4);
    const std::int64_t cols = std::max<std::int64_t>(1, config.cols() - draw % 3);
    const std::vector<float> dense = scaled_matrix(rows, cols, random);
    for (const Permute permute : kModes) {
      SCOPED_TRACE(fmt::format("{} {}", config.to_string(), to_string(permute)));
      const MaskChoice choice =
          choose_mask(pattern, rows, cols, dense.data(), {.permute = permute, .restarts = 1});
      EXPECT_EQ(choice.pattern.config(), config);
      EXPECT_NO_THROW(choice.order.validate(rows, cols));
      const bool rows_may = permute == Permute::rows || permute == Permute::all;
      const bool cols_may = permute == Permute::cols || permute == Permute::all;
      EXPECT_TRUE(rows_may || choice.order.rows.empty());
      EXPECT_TRUE(cols_may || choice.order.cols.empty());
      const KeptShares& shares = choice.shares;
      EXPECT_NEAR(shares.chosen, share_of(choice, rows, cols, dense), 1e-9);
      EXPECT_NEAR(shares.as_sampled, share_of({pattern, {}, {}}, rows, cols, dense), 1e-9);
      EXPECT_GE(shares.chosen, shares.as_sampled);
      EXPECT_GE(shares.unstructured, shares.chosen - 1e-9);
      EXPECT_GE(shares.unstructured, shares.random - 1e-9);
      std::int64_t kept = 0;
      for (std::int64_t u = 0; u < rows; ++u)
        for (std::int64_t v = 0; v < cols; ++v) kept += choice.pattern.contains(u, v);
      EXPECT_EQ(shares.kept, kept);
      EXPECT_NEAR(shares.random, static_cast<double>(kept) / static_cast<double>(rows * cols),
                  1e-12);
      EXPECT_TRUE(permute != Permute::none ||
                  choice.pattern.go().adjacency() == pattern.go().adjacency());
    }
  }
}

// `random` is an average that need not be sampled: every element is kept equally often.
TEST(MaskChoice, RandomOrdersKeepTheDensityOnAverage) {
  RandomWords random(42);
  const Rbgp4Pattern pattern =
      Rbgp4Pattern::sample(Rbgp4Config::parse("go=4x4@50,gr=2x1,gi=4x4@50,gb=1x2"), 1);
  const std::vector<float> dense = scaled_matrix(pattern.rows(), pattern.cols(), random);
  MaskChoice choice = choose_mask(pattern, pattern.rows(), pattern.cols(), dense.data(),
                                  {.permute = Permute::none});
  choice.order.rows.resize(static_cast<std::size_t>(pattern.rows()));
  choice.order.cols.resize(static_cast<std::size_t>(pattern.cols()));
  std::iota(choice.order.rows.begin(), choice.order.rows.end(), 0);
  std::iota(choice.order.cols.begin(), choice.order.cols.end(), 0);
  double sum = 0;
  constexpr int kOrders = 4000;
  for (int i = 0; i < kOrders; ++i) {
    random.shuffle(choice.order.rows);
    random.shuffle(choice.order.cols);
    sum += share_of(choice, pattern.rows(), pattern.cols(), dense);
  }
  EXPECT_NEAR(sum / kOrders, choice.shares.random, 0.003);
}

// Other names for vertices make another graph with the same certificate, and nothing to store.
TEST(MaskChoice, VerticesKeepTheSpectrum) {
  RandomWords random(43);
  const Rbgp4Pattern pattern =
      Rbgp4Pattern::sample(Rbgp4Config::parse("go=16x16@75,gr=2x1,gi=16x16@50,gb=1x1"), 1);
  const std::vector<float> dense = scaled_matrix(pattern.rows(), pattern.cols(), random);
  const MaskChoice choice = choose_mask(pattern, pattern.rows(), pattern.cols(), dense.data(),
                                        {.permute = Permute::vertices});
  EXPECT_TRUE(choice.order.empty());
  EXPECT_GT(choice.shares.chosen, choice.shares.as_sampled * 1.1);
  for (const auto& [now, before] : {std::pair{&choice.pattern.go(), &pattern.go()},
                                    std::pair{&choice.pattern.gi(), &pattern.gi()}}) {
    EXPECT_NE(now->adjacency(), before->adjacency());
    EXPECT_EQ(now->construction(), before->construction());
    test::expect_good(*now);
    EXPECT_EQ(now->spectrum().sigma2, before->spectrum().sigma2);
  }
}

TEST(MaskChoice, MoreFreedomKeepsMore) {
  RandomWords random(44);
  const Rbgp4Pattern pattern =
      Rbgp4Pattern::sample(Rbgp4Config::parse("go=8x16@50,gr=2x1,gi=16x16@50,gb=1x1"), 1);
  const std::vector<float> dense = scaled_matrix(pattern.rows(), pattern.cols(), random);
  std::vector<double> kept;
  for (const Permute permute : kModes)
    kept.push_back(
        choose_mask(pattern, pattern.rows(), pattern.cols(), dense.data(), {.permute = permute})
            .shares.chosen);
  // none < vertices < rows, cols < all, each by a margin: at 75 % sparsity .25, .31, .40, .50.
  EXPECT_GT(kept[1], 1.15 * kept[0]);
  EXPECT_GT(kept[2], 1.15 * kept[1]);
  EXPECT_GT(kept[3], 1.15 * kept[1]);
  EXPECT_GT(kept[4], 1.15 * std::max(kept[2], kept[3]));
}

// All orders of a 4 x 4 matrix, of which the best keeps the most: the search is never far from it.
TEST(MaskChoice, IsNearTheBestOfAllOrders) {
  RandomWords random(45);
  const Rbgp4Pattern pattern =
      Rbgp4Pattern::sample(Rbgp4Config::parse("go=4x4@50,gr=1x1,gi=1x1,gb=1x1"), 1);
  int best_found = 0;
  constexpr int kMatrices = 20;
  for (int draw = 0; draw < kMatrices; ++draw) {
    std::vector<float> dense(16);
    for (float& each : dense) each = normal(random);
    MaskChoice each{.pattern = pattern, .order = {{0, 1, 2, 3}, {0, 1, 2, 3}}, .shares = {}};
    double most = 0;
    do {
      do {
        most = std::max(most, share_of(each, 4, 4, dense));
      } while (std::next_permutation(each.order.cols.begin(), each.order.cols.end()));
    } while (std::next_permutation(each.order.rows.begin(), each.order.rows.end()));
    const double found = choose_mask(pattern, 4, 4, dense.data(), {.restarts = 20}).shares.chosen;
    EXPECT_LE(found, most + 1e-9);
    EXPECT_GE(found, 0.9 * most);
    best_found += found >= most - 1e-9;
  }
  EXPECT_GE(best_found, kMatrices * 4 / 5);
}

// A matrix that is sparse already, its rows and columns in some order: most of it is found again.
TEST(MaskChoice, FindsMuchOfAHiddenPattern) {
  RandomWords random(46);
  const Rbgp4Pattern pattern =
      Rbgp4Pattern::sample(Rbgp4Config::parse("go=8x8@50,gr=4x1,gi=8x8@50,gb=1x2"), 1);
  const std::int64_t rows = pattern.rows();
  const std::int64_t cols = pattern.cols();
  std::vector<std::int64_t> row_order(static_cast<std::size_t>(rows));
  std::vector<std::int64_t> col_order(static_cast<std::size_t>(cols));
  std::iota(row_order.begin(), row_order.end(), 0);
  std::iota(col_order.begin(), col_order.end(), 0);
  random.shuffle(row_order);
  random.shuffle(col_order);
  std::vector<float> dense(static_cast<std::size_t>(rows * cols));
  for (std::int64_t u = 0; u < rows; ++u)
    for (std::int64_t v = 0; v < cols; ++v)
      dense[static_cast<std::size_t>(row_order[static_cast<std::size_t>(u)] * cols +
                                     col_order[static_cast<std::size_t>(v)])] =
          normal(random) * (pattern.contains(u, v) ? 1.0F : 0.05F);
  const MaskChoice choice = choose_mask(pattern, rows, cols, dense.data());
  EXPECT_LT(choice.shares.as_sampled, 0.3);
  EXPECT_GT(choice.shares.chosen, 0.6);
  EXPECT_GT(choice.shares.unstructured, 0.95);
}

TEST(MaskChoice, IsTheSameForASeedAtAnyNumberOfThreads) {
  RandomWords random(47);
  const Rbgp4Pattern pattern =
      Rbgp4Pattern::sample(Rbgp4Config::parse("go=8x8@50,gr=2x1,gi=8x8@50,gb=1x2"), 1);
  const std::vector<float> dense = scaled_matrix(pattern.rows(), pattern.cols(), random);
  const auto chosen = [&](std::uint64_t seed, int threads) {
    return choose_mask(pattern, pattern.rows(), pattern.cols(), dense.data(),
                       {.seed = seed, .threads = threads});
  };
  const MaskChoice one = chosen(1, 1);
  for (const int threads : {2, 5, 0}) {
    const MaskChoice many = chosen(1, threads);
    EXPECT_EQ(many.order, one.order);
    EXPECT_EQ(many.pattern.go().adjacency(), one.pattern.go().adjacency());
    EXPECT_EQ(many.pattern.gi().adjacency(), one.pattern.gi().adjacency());
    EXPECT_EQ(many.shares.chosen, one.shares.chosen);
  }
  EXPECT_NE(chosen(2, 1).order, one.order);
}

TEST(MaskChoice, ExtremeSizesDoNotOverflow) {
  const Rbgp4Pattern pattern =
      Rbgp4Pattern::sample(Rbgp4Config::parse("go=4x4@50,gr=1x1,gi=2x2,gb=1x1"), 1);
  std::vector<float> dense = random_floats(64, 1);
  for (float& each : dense) each *= 1e38F;
  dense[5] = 3e38F;
  const KeptShares large = choose_mask(pattern, 8, 8, dense.data()).shares;
  EXPECT_TRUE(std::isfinite(large.chosen) && large.chosen > 0.25 && large.chosen <= 1);
  const std::vector<float> zero(64, 0.0F);
  const KeptShares none = choose_mask(pattern, 8, 8, zero.data()).shares;
  EXPECT_EQ(none.chosen, 1);
  EXPECT_EQ(none.unstructured, 1);
}

TEST(MaskChoice, RefusesInOneLine) {
  const Rbgp4Pattern pattern =
      Rbgp4Pattern::sample(Rbgp4Config::parse("go=4x4@50,gr=1x1,gi=2x2,gb=1x1"), 1);
  std::vector<float> dense(81, 1.0F);
  for (const auto& [rows, cols] : {std::pair{9, 8}, {8, 9}, {0, 8}, {8, 0}, {-1, 8}})
    EXPECT_TRUE(has(refusal(ErrorCode::invalid_argument,
                            [&, m = rows, k = cols] { choose_mask(pattern, m, k, dense.data()); }),
                    "8 x 8 pattern"));
  EXPECT_TRUE(has(refusal(ErrorCode::invalid_argument,
                          [&] { choose_mask(pattern, 8, 8, dense.data(), {.restarts = -1}); }),
                  "restarts"));
  for (const float odd :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    dense[2 * 8 + 5] = odd;
    EXPECT_TRUE(
        has(refusal(ErrorCode::invalid_argument, [&] { choose_mask(pattern, 8, 8, dense.data()); }),
            "row 2, column 5"));
  }
}

TEST(Permute, HasNames) {
  for (const Permute each :
       {Permute::none, Permute::vertices, Permute::rows, Permute::cols, Permute::all})
    EXPECT_EQ(permute_named(to_string(each)), each);
  EXPECT_TRUE(has(refusal(ErrorCode::invalid_argument, [] { permute_named("both"); }),
                  "none, vertices, rows, cols, all"));
}

}  // namespace
}  // namespace rbgp
