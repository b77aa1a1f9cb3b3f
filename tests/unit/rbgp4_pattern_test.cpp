#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fmt/format.h>

#include <Eigen/Dense>

#include <algorithm>
#include <array>

#include <rbgp/pattern.hpp>
#include <support/random_config.hpp>
#include <support/refusal.hpp>

namespace rbgp {
namespace {

constexpr const char* kConfigs[] = {
    "go=1x1,gr=1x1,gi=1x1,gb=1x1",
    "go=4x8@50,gr=2x1,gi=4x4@50,gb=1x1",
    "go=3x5,gr=2x3,gi=6x9@66.66666667,gb=1x2",
    "go=4x4@50,gr=1x2,gi=5x5@40,gb=2x3",
    "go=1x1,gr=4x4,gi=3x3@33.33333333,gb=4x1",
    "go=6x4@50,gr=3x1,gi=2x2,gb=2x2",
};

Eigen::MatrixXd dense(const BaseGraph& graph) {
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(graph.config().left, graph.config().right);
  for (std::int64_t u = 0; u < graph.config().left; ++u)
    for (const std::int32_t v : graph.neighbours(u)) matrix(u, v) = 1;
  return matrix;
}

Eigen::MatrixXd ones(const BaseGraphConfig& config) {
  return Eigen::MatrixXd::Ones(config.left, config.right);
}

// The Kronecker product, block by block: a(i, j) * b at block (i, j).
Eigen::MatrixXd kronecker(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
  Eigen::MatrixXd product(a.rows() * b.rows(), a.cols() * b.cols());
  for (Eigen::Index i = 0; i < a.rows(); ++i)
    for (Eigen::Index j = 0; j < a.cols(); ++j)
      product.block(i * b.rows(), j * b.cols(), b.rows(), b.cols()) = a(i, j) * b;
  return product;
}

Eigen::MatrixXd mask(const Rbgp4Pattern& pattern) {
  const Rbgp4Config& config = pattern.config();
  return kronecker(kronecker(dense(pattern.go()), ones(config.gr)),
                   kronecker(dense(pattern.gi()), ones(config.gb)));
}

// Empty where the pattern is the Kronecker product of its base graphs, else the first difference.
std::string disagreement(const Rbgp4Pattern& pattern) {
  const Eigen::MatrixXd wanted = mask(pattern);
  if (wanted.rows() != pattern.rows() || wanted.cols() != pattern.cols()) return "sizes";
  for (std::int64_t u = 0; u < pattern.rows(); ++u) {
    std::vector<std::int64_t> columns;
    for (std::int64_t v = 0; v < pattern.cols(); ++v) {
      if (pattern.contains(u, v) != (wanted(u, v) != 0))
        return fmt::format("contains({}, {})", u, v);
      if (wanted(u, v) != 0) columns.push_back(v);
    }
    if (pattern.columns(u) != columns) return fmt::format("columns({})", u);
    for (std::size_t j = 0; j < columns.size(); ++j)
      if (pattern.column(u, static_cast<std::int64_t>(j)) != columns[j])
        return fmt::format("column({}, {})", u, j);
    if (static_cast<std::int64_t>(columns.size()) != pattern.nnz_per_row())
      return fmt::format("nnz_per_row of row {}", u);
  }
  return "";
}

TEST(Rbgp4Pattern, IsTheProductOfItsBaseGraphs) {
  for (const char* text : kConfigs)
    EXPECT_EQ(disagreement(Rbgp4Pattern::sample(Rbgp4Config::parse(text), 2)), "") << text;
}

RC_GTEST_PROP(Rbgp4PatternProperty, IsTheProductOfItsBaseGraphs, (std::uint64_t seed)) {
  RandomWords random(seed);
  const Rbgp4Config config = test::random_config(random, {.max_rows = 120, .max_cols = 120});
  RC_LOG() << config.to_string();
  RC_ASSERT(disagreement(Rbgp4Pattern::sample(config, seed)) == "");
}

TEST(Rbgp4Pattern, SpectralRatioIsThatOfTheWholeMask) {
  RandomWords random(11);
  std::vector<Rbgp4Config> configs;
  for (const char* text : kConfigs) configs.push_back(Rbgp4Config::parse(text));
  for (int i = 0; i < 20; ++i)
    configs.push_back(test::random_config(random, {.max_rows = 64, .max_cols = 64}));
  for (const Rbgp4Config& config : configs) {
    const Rbgp4Pattern pattern = Rbgp4Pattern::sample(config, 4);
    const Eigen::MatrixXd whole = mask(pattern);
    // Eigenvalues of [[0, W], [W^T, 0]]: plus and minus the singular values of W.
    Eigen::MatrixXd joined =
        Eigen::MatrixXd::Zero(whole.rows() + whole.cols(), whole.rows() + whole.cols());
    joined.topRightCorner(whole.rows(), whole.cols()) = whole;
    joined.bottomLeftCorner(whole.cols(), whole.rows()) = whole.transpose();
    const Eigen::VectorXd values =
        Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(joined, Eigen::EigenvaluesOnly)
            .eigenvalues();
    const double ratio = std::max(0.0, values[values.size() - 2]) / values[values.size() - 1];
    EXPECT_NEAR(pattern.spectral_ratio(), ratio, 1e-7) << config.to_string();
    EXPECT_NEAR(pattern.spectral_gap(), 1 - ratio, 1e-7) << config.to_string();
  }
}

TEST(Rbgp4Pattern, SeedsGoAndGiApart) {
  const Rbgp4Config config = Rbgp4Config::parse("go=16x16@50,gr=1x1,gi=16x16@50,gb=1x1");
  const Rbgp4Pattern pattern = Rbgp4Pattern::sample(config, 1);
  EXPECT_NE(pattern.go().adjacency(), pattern.gi().adjacency());
  EXPECT_EQ(Rbgp4Pattern::sample(config, 1).go().adjacency(), pattern.go().adjacency());
  EXPECT_NE(Rbgp4Pattern::sample(config, 2).go().adjacency(), pattern.go().adjacency());
}

TEST(Rbgp4Pattern, TakesGraphsOfItsSizesOnly) {
  const Rbgp4Config config = Rbgp4Config::parse("go=4x4@50,gr=1x1,gi=2x2,gb=1x1");
  const BaseGraph go = BaseGraph::sample(config.go, 1);
  const BaseGraph gi = BaseGraph::sample(config.gi, 1);
  EXPECT_NO_THROW(Rbgp4Pattern(config, go, gi));
  const std::string message =
      test::refusal(ErrorCode::invalid_argument, [&] { Rbgp4Pattern(config, gi, go); });
  EXPECT_TRUE(test::has(message, config.to_string())) << message;
}

TEST(Rbgp4Pattern, DefaultIsOneElement) {
  const Rbgp4Pattern pattern;
  EXPECT_EQ(pattern.rows(), 1);
  EXPECT_EQ(pattern.cols(), 1);
  EXPECT_TRUE(pattern.contains(0, 0));
  EXPECT_EQ(pattern.columns(0), std::vector<std::int64_t>{0});
  EXPECT_EQ(pattern.spectral_gap(), 1.0);
}

}  // namespace
}  // namespace rbgp
