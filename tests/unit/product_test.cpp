#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <fstream>
#include <sstream>

#include <rbgp/product.hpp>
#include <support/random_config.hpp>
#include <support/refusal.hpp>

namespace rbgp {
namespace {

// Two vertices a side, degree 1: the smallest graph that falls apart.
BaseGraph two_edges() { return BaseGraph({2, 2, 1}, {0, 1}); }

BaseGraph sample(const char* graph, std::uint64_t seed) {
  return BaseGraph::sample(Rbgp4Config::parse(std::string(graph) + ",gr=1x1,gi=1x1,gb=1x1").go,
                           seed);
}

Eigen::MatrixXd dense(const Mask& mask) {
  Eigen::MatrixXd matrix(mask.rows(), mask.cols());
  for (std::int64_t u = 0; u < mask.rows(); ++u)
    for (std::int64_t v = 0; v < mask.cols(); ++v) matrix(u, v) = mask.at(u, v);
  return matrix;
}

Eigen::MatrixXd kronecker(const std::vector<BaseGraph>& factors) {
  Eigen::MatrixXd product = Eigen::MatrixXd::Ones(1, 1);
  for (const BaseGraph& factor : factors) {
    const Eigen::MatrixXd outer = product;
    const Eigen::MatrixXd inner = dense(biadjacency(factor));
    product.resize(outer.rows() * inner.rows(), outer.cols() * inner.cols());
    for (Eigen::Index i = 0; i < outer.rows(); ++i)
      for (Eigen::Index j = 0; j < outer.cols(); ++j)
        product.block(i * inner.rows(), j * inner.cols(), inner.rows(), inner.cols()) =
            outer(i, j) * inner;
  }
  return product;
}

// One to four factors of up to about `limit` rows and columns in all.
std::vector<BaseGraph> random_factors(RandomWords& random, std::int64_t limit) {
  std::vector<BaseGraph> factors;
  std::int64_t rows = limit;
  std::int64_t cols = limit;
  for (std::uint64_t i = 0, count = 1 + random.below(4); i < count; ++i) {
    if (random.below(6) == 0 && rows >= 2 && cols >= 2)
      factors.push_back(two_edges());
    else
      factors.push_back(
          BaseGraph::sample(test::random_graph(random, std::min<std::int64_t>(rows, 12),
                                               std::min<std::int64_t>(cols, 12)),
                            random.word()));
    rows /= factors.back().config().left;
    cols /= factors.back().config().right;
  }
  return factors;
}

RC_GTEST_PROP(GraphProductProperty, IsTheTensorProduct, (std::uint64_t seed)) {
  RandomWords random(seed);
  const GraphProduct product(random_factors(random, 120));
  const Mask mask = product.mask();
  RC_ASSERT(dense(mask) == kronecker(product.factors()));
  RC_ASSERT(mask.count() == product.config().edges());
  RC_ASSERT(biadjacency(product.graph()) == mask);
  for (std::int64_t u = 0; u < mask.rows(); ++u) {
    std::vector<std::int64_t> columns;
    for (std::int64_t v = 0; v < mask.cols(); ++v) {
      RC_ASSERT(product.contains(u, v) == mask.at(u, v));
      if (mask.at(u, v)) columns.push_back(v);
    }
    RC_ASSERT(product.columns(u) == columns);
  }
}

RC_GTEST_PROP(GraphProductProperty, HasTheBlocksOfItsFactors, (std::uint64_t seed)) {
  RandomWords random(seed);
  const GraphProduct product(random_factors(random, 120));
  std::vector<BlockSize> levels = product.block_sizes();
  RC_ASSERT(levels.size() == product.factors().size() - 1);
  levels.push_back({1, 1});
  const Mask mask = product.mask();
  const auto violation = check_rcubs(mask, levels);
  if (violation) RC_LOG() << violation->message();
  RC_ASSERT(!violation);
  // CUBS at every level by itself, too.
  for (const BlockSize level : levels) RC_ASSERT(!check_cubs(mask, level));
}

RC_GTEST_PROP(GraphProductProperty, HasTheSpectrumOfItsMask, (std::uint64_t seed)) {
  RandomWords random(seed);
  const GraphProduct product(random_factors(random, 60));
  const Spectrum spectrum = product.spectrum();
  const Eigen::MatrixXd whole = kronecker(product.factors());
  const Eigen::VectorXd squares = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(
                                      whole * whole.transpose(), Eigen::EigenvaluesOnly)
                                      .eigenvalues();
  const Eigen::Index last = squares.size() - 1;
  const double sigma2 = last > 0 ? std::sqrt(std::max(0.0, squares[last - 1])) : 0;
  RC_ASSERT(std::abs(spectrum.sigma1 - std::sqrt(squares[last])) < 1e-9 * spectrum.sigma1);
  RC_ASSERT(std::abs(spectrum.sigma2 - sigma2) < 1e-6 * spectrum.sigma1);
  RC_ASSERT(spectrum.connected == (spectrum.sigma2 < (1 - 1e-6) * spectrum.sigma1));
}

TEST(GraphProduct, OfAPatternIsThePattern) {
  const Rbgp4Pattern pattern =
      Rbgp4Pattern::sample(Rbgp4Config::parse("go=4x8@50,gr=2x1,gi=6x9@66.66666667,gb=1x2"), 3);
  const GraphProduct product(pattern);
  EXPECT_EQ(product.config().left, pattern.rows());
  EXPECT_EQ(product.config().right, pattern.cols());
  EXPECT_EQ(product.config().left_degree, pattern.nnz_per_row());
  for (std::int64_t u = 0; u < pattern.rows(); ++u)
    EXPECT_EQ(product.columns(u), pattern.columns(u)) << u;
  const Spectrum of_product = product.spectrum();
  const Spectrum of_pattern = pattern.spectrum();
  EXPECT_DOUBLE_EQ(of_pattern.sigma1, of_product.sigma1);
  EXPECT_DOUBLE_EQ(of_pattern.sigma2, of_product.sigma2);
  EXPECT_DOUBLE_EQ(of_pattern.bound, of_product.bound);
  EXPECT_EQ(of_pattern.ramanujan, of_product.ramanujan);
  EXPECT_EQ(of_pattern.connected, of_product.connected);
  EXPECT_DOUBLE_EQ(pattern.spectral_ratio(), of_product.ratio());
}

// Figure 3 of the paper: four base graphs, blocks of (16,16), (8,8) and (2,2). Its second graph has
// degree 1, so that the product falls into two parts.
TEST(GraphProduct, FigureThreeStores22EdgesFor512) {
  const GraphProduct product({sample("go=4x4@50", 1), two_edges(), sample("go=4x4@50", 2),
                              BaseGraph({2, 2, 2}, {0, 1, 0, 1})});
  EXPECT_EQ(product.config(), (BaseGraphConfig{64, 64, 8}));
  EXPECT_EQ(product.config().edges(), 512);
  EXPECT_EQ(product.stored_edges(), 22);
  EXPECT_EQ(product.block_sizes(), (std::vector<BlockSize>{{16, 16}, {8, 8}, {2, 2}}));
  const Mask mask = product.mask();
  EXPECT_EQ(mask.count(), 512);
  EXPECT_FALSE(check_rcubs(mask, {{16, 16}, {8, 8}, {2, 2}, {1, 1}}));
  EXPECT_FALSE(product.spectrum().connected);
  EXPECT_DOUBLE_EQ(product.spectrum().ratio(), 1.0);
}

TEST(GraphProduct, RefusesNoFactorAndTooLargeOnes) {
  test::refusal(ErrorCode::invalid_argument, [] { GraphProduct{std::vector<BaseGraph>{}}; });
  const BaseGraph column({1 << 16, 1, 1}, std::vector<std::int32_t>(1 << 16, 0));
  const auto message =
      test::refusal(ErrorCode::invalid_argument, [&] { GraphProduct({column, column}); });
  EXPECT_TRUE(test::has(message, "too large")) << message;
  test::refusal(ErrorCode::invalid_argument, [] { Mask(0, 3); });
  test::refusal(ErrorCode::invalid_argument, [] { Mask(1 << 20, 1 << 20); });
}

TEST(GraphOf, TakesBiregularMasksOnly) {
  const BaseGraph graph = sample("go=6x4@50", 1);
  EXPECT_EQ(graph_of(biadjacency(graph)).adjacency(), graph.adjacency());
  Mask mask = biadjacency(graph);
  mask.set(4, 2, !mask.at(4, 2));
  const auto message = test::refusal(ErrorCode::invalid_argument, [&] { graph_of(mask); });
  EXPECT_TRUE(test::has(message, "row 4")) << message;
  EXPECT_TRUE(test::has(message, "column 2")) << message;
  test::refusal(ErrorCode::invalid_argument, [] { graph_of(Mask(3, 3)); });
}

TEST(Mask, OfNonzerosCountsANanAndNoNegativeZero) {
  const float dense[] = {0.0F, -0.0F, 1e-45F, std::nanf("")};
  const Mask mask = Mask::of_nonzeros(2, 2, dense);
  EXPECT_FALSE(mask.at(0, 0));
  EXPECT_FALSE(mask.at(0, 1));
  EXPECT_TRUE(mask.at(1, 0));
  EXPECT_TRUE(mask.at(1, 1));
  EXPECT_EQ(mask.count(), 2);
}

// ---- Theorem 1 ----

constexpr std::int64_t kDegrees[] = {4, 8, 16, 32, 64, 128, 256, 1024, 4096, 65536};

std::string theorem_table() {
  std::string table = "| d | ideal gap | gap of the product | ratio |\n|---|---|---|---|\n";
  for (const std::int64_t degree : kDegrees) {
    const SpectralGaps gaps = theorem1_gaps(degree);
    table += fmt::format("| {} | {:.2f} | {:.2f} | {:.3f} |\n", degree, gaps.ideal, gaps.product,
                         gaps.ratio());
  }
  return table;
}

TEST(TheoremOne, TableInTheDocsIsWhatTheLibrarySays) {
  std::ifstream file(RBGP_TEST_DATA "/../../docs/theory.md");
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_TRUE(test::has(text.str(), theorem_table())) << "docs/theory.md should have\n"
                                                      << theorem_table();
}

TEST(TheoremOne, RatioFallsToOne) {
  const double figures[][2] = {{16, 1.70}, {64, 1.29}, {256, 1.13}, {4096, 1.032}};
  for (const auto& [degree, ratio] : figures)
    EXPECT_NEAR(theorem1_gaps(static_cast<std::int64_t>(degree)).ratio(), ratio, 0.006) << degree;
  double previous = INFINITY;
  for (const std::int64_t degree : kDegrees) {
    const auto d = static_cast<double>(degree);
    const double ratio = theorem1_gaps(degree).ratio();
    EXPECT_LT(ratio, previous);
    EXPECT_GT(ratio, 1);
    // The right-hand side of the theorem, both gaps over d^2.
    EXPECT_NEAR(ratio,
                (1 - 2 * std::sqrt(1 / (d * d) - 1 / (d * d * d * d))) /
                    (1 - 2 * std::sqrt(1 / d - 1 / (d * d))),
                1e-12 * ratio);
    previous = ratio;
  }
  EXPECT_NEAR(theorem1_gaps(std::int64_t{1} << 40).ratio(), 1, 2.1 / (1 << 20));
  test::refusal(ErrorCode::invalid_argument, [] { theorem1_gaps(2); });
}

// Sampled graphs at 50 and 75 %: their product has at least the gap of the theorem, and at most the
// ideal one's ratio follows from there.
TEST(TheoremOne, HoldsForSampledGraphs) {
  for (const char* graph : {"go=8x8@50", "go=16x16@75", "go=32x32@50", "go=64x64@75"}) {
    const GraphProduct product({sample(graph, 1), sample(graph, 2)});
    const Spectrum spectrum = product.spectrum();
    const std::int64_t degree = product.factors()[0].config().left_degree;
    const SpectralGaps gaps = theorem1_gaps(degree);
    EXPECT_GE(spectrum.sigma1 - spectrum.sigma2, gaps.product - 1e-9) << graph;
    EXPECT_DOUBLE_EQ(spectrum.sigma1, static_cast<double>(degree * degree));
  }
}

}  // namespace
}  // namespace rbgp
