// Many graphs of every construction, each checked by code of its own.
#include <gtest/gtest.h>

#include <Eigen/Cholesky>

#include <generator/construction.hpp>
#include <generator/random_words.hpp>
#include <unit/graph_checks.hpp>

namespace rbgp {
namespace {

// Eigen without optimisation, or under a sanitizer, is some thirty times slower.
#ifdef NDEBUG
constexpr int kGraphs = 12000;
constexpr int kLargeGraphs = 100;
#else
constexpr int kGraphs = 700;
constexpr int kLargeGraphs = 4;
#endif

constexpr std::int64_t kMostSide = 128;

std::int64_t between(RandomWords& random, std::int64_t least, std::int64_t most) {
  return least +
         static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(most - least + 1)));
}

// Sides up to 128x128, now and then 64x576, and a degree that the construction reaches.
BaseGraphConfig random_reached(const ConstructionRow& row, RandomWords& random) {
  while (true) {
    BaseGraphConfig config;
    if (random.below(16) == 0) {
      config = {64, 576, 9 * between(random, 1, 64)};
    } else {
      const std::int64_t parts = between(random, 1, kMostSide);
      config.left = parts * between(random, 1, kMostSide / parts);
      config.right = parts * between(random, 1, kMostSide / parts);
      const std::int64_t whole = std::gcd(config.left, config.right);
      // One part a divisor of all of them: density 1/k, which lifts need.
      std::int64_t part = between(random, 1, whole);
      if (random.bit()) part = std::gcd(part, whole);
      config.left_degree = part * (config.right / whole);
    }
    // Complete graphs and cycles are rare among all sizes.
    if (row.construction == Construction::complete) config.left_degree = config.right;
    if (row.construction == Construction::hamiltonian) {
      config.right = config.left;
      config.left_degree = 2;
      if (config.left < 2) continue;
    }
    if (row.reaches(config)) return config;
  }
}

TEST(ConstructionSoak, TwelveThousandGraphsAreWhatTheirCertificatesSay) {
  const auto rows = constructions();
  RandomWords random(2024);
  for (int i = 0; i < kGraphs && !testing::Test::HasFailure(); ++i) {
    const ConstructionRow& row = rows[static_cast<std::size_t>(i) % rows.size()];
    const BaseGraphConfig config = random_reached(row, random);
    const std::uint64_t seed = random.word();
    SCOPED_TRACE(
        fmt::format("{} {} seed {}", to_string(row.construction), test::name(config), seed));
    // Only one construction reaches (2, 2) for sure: random lifts and swaps there may run out.
    const BaseGraph graph = BaseGraph::sample(config, seed, row.construction);
    EXPECT_EQ(graph.construction(), row.construction);
    test::expect_good(graph);
  }
}

// Positive definite apart from the all-ones vector, which is lifted out of the way: so sigma2 is
// within the bound. (Dense eigenvalues take half a second each.)
bool is_proved(const BaseGraph& graph) {
  const BaseGraphConfig& config = graph.config();
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Constant(config.left, config.left,
                                                     static_cast<double>(config.right_degree()));
  std::vector<std::vector<std::int64_t>> rows_of(static_cast<std::size_t>(config.right));
  for (std::int64_t u = 0; u < config.left; ++u)
    for (const std::int32_t v : graph.neighbours(u))
      rows_of[static_cast<std::size_t>(v)].push_back(u);
  for (const auto& rows : rows_of)
    for (const std::int64_t a : rows)
      for (const std::int64_t b : rows) matrix(b, a) -= 1;
  const double bound = test::bound_of(config) * (1 + 1e-9);
  matrix.diagonal().array() += bound * bound;
  return matrix.llt().info() == Eigen::Success;
}

// sigma2^2 as the Rayleigh quotient of a vector by power iteration: a lower bound that comes close.
double most_seen(const BaseGraph& graph) {
  const BaseGraphConfig& config = graph.config();
  const auto left = static_cast<std::size_t>(config.left);
  std::vector<double> x(left);
  std::vector<double> across(static_cast<std::size_t>(config.right));
  RandomWords random(3);
  for (double& value : x) value = random.unit();
  double norm = 0;
  for (int step = 0; step < 60; ++step) {
    const double mean = std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(left);
    double length = 0;
    for (double& value : x) {
      value -= mean;
      length += value * value;
    }
    std::fill(across.begin(), across.end(), 0.0);
    double image = 0;
    for (std::int64_t u = 0; u < config.left; ++u)
      for (const std::int32_t v : graph.neighbours(u))
        across[static_cast<std::size_t>(v)] += x[static_cast<std::size_t>(u)];
    for (const double value : across) image += value * value;
    norm = std::sqrt(image / length);
    for (std::int64_t u = 0; u < config.left; ++u) {
      double sum = 0;
      for (const std::int32_t v : graph.neighbours(u)) sum += across[static_cast<std::size_t>(v)];
      x[static_cast<std::size_t>(u)] = sum / image;
    }
  }
  return norm;
}

TEST(ConstructionSoak, AHundredGraphsOf1024AreWhatTheirCertificatesSay) {
  struct Row {
    std::int64_t degree;
    Construction construction;
  };
  constexpr Row kRows[] = {{256, Construction::two_lift}, {128, Construction::two_lift},
                           {64, Construction::two_lift},  {32, Construction::two_lift},
                           {16, Construction::two_lift},  {64, Construction::k_lift},
                           {16, Construction::k_lift},    {64, Construction::xor_lift},
                           {24, Construction::edge_swap}, {100, Construction::edge_swap}};
  for (int i = 0; i < kLargeGraphs && !testing::Test::HasFailure(); ++i) {
    const Row& row = kRows[static_cast<std::size_t>(i) % std::size(kRows)];
    const BaseGraphConfig config{1024, 1024, row.degree};
    SCOPED_TRACE(fmt::format("{} {} seed {}", to_string(row.construction), test::name(config), i));
    const BaseGraph graph =
        BaseGraph::sample(config, static_cast<std::uint64_t>(i), row.construction);
    const Certificate certificate = graph.certificate();
    EXPECT_TRUE(test::is_simple_and_biregular(graph));
    EXPECT_EQ(test::count_components(graph), 1);
    EXPECT_TRUE(is_proved(graph));
    EXPECT_TRUE(certificate.spectrum.ramanujan && certificate.spectrum.connected);
    EXPECT_GE(certificate.proof, Proof::cholesky);
    const double seen = most_seen(graph);
    EXPECT_LE(seen, certificate.spectrum.sigma2 * (1 + 1e-9));
    EXPECT_GE(seen, certificate.spectrum.sigma2 * 0.95);
  }
}

}  // namespace
}  // namespace rbgp
