#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <numbers>
#include <set>

#include <rbgp/pattern.hpp>
#include <support/random_config.hpp>
#include <support/refusal.hpp>
#include <unit/graph_checks.hpp>

namespace rbgp {
namespace {

using test::expect_good;
using test::has;
using test::name;
using test::refusal;

struct Sampled {
  BaseGraphConfig config;
  Construction construction;
};
constexpr Sampled kSampled[] = {
    {{1, 1, 1}, Construction::complete},      {{5, 3, 3}, Construction::complete},
    {{1, 7, 7}, Construction::complete},      {{4, 8, 4}, Construction::two_lift},
    {{8, 8, 4}, Construction::two_lift},      {{12, 20, 10}, Construction::two_lift},
    {{32, 32, 4}, Construction::two_lift},    {{32, 128, 32}, Construction::two_lift},
    {{24, 16, 2}, Construction::two_lift},    {{3, 3, 2}, Construction::hamiltonian},
    {{4, 4, 2}, Construction::hamiltonian},   {{9, 9, 2}, Construction::hamiltonian},
    {{32, 32, 2}, Construction::hamiltonian}, {{6, 9, 3}, Construction::edge_swap},
    {{6, 6, 4}, Construction::edge_swap},     {{9, 6, 2}, Construction::edge_swap},
    {{10, 15, 6}, Construction::edge_swap},   {{27, 72, 16}, Construction::edge_swap},
    {{20, 20, 18}, Construction::edge_swap},  {{4, 4, 3}, Construction::edge_swap},
};

TEST(BaseGraph, EveryConstructionIsSimpleConnectedAndRamanujan) {
  for (const Sampled& row : kSampled)
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
      SCOPED_TRACE(fmt::format("{} seed {}", name(row.config), seed));
      expect_good(BaseGraph::sample(row.config, seed, row.construction));
    }
}

// A third or so of the random cubic graphs of this size is connected and not Ramanujan.
TEST(BaseGraph, SwapsAreSampledUntilRamanujan) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    expect_good(BaseGraph::sample({60, 60, 3}, seed, Construction::edge_swap));
  }
}

TEST(BaseGraph, RelabelledIsTheSameGraphUnderOtherNames) {
  const BaseGraph graph = BaseGraph::sample({6, 9, 3}, 1);
  const std::int64_t left[] = {3, 0, 5, 1, 4, 2};
  const std::int64_t right[] = {8, 2, 4, 0, 6, 1, 3, 7, 5};
  const BaseGraph other = graph.relabelled(left, right);
  for (std::int64_t u = 0; u < 6; ++u)
    for (std::int64_t v = 0; v < 9; ++v)
      EXPECT_EQ(other.has_edge(left[u], right[v]), graph.has_edge(u, v)) << u << " " << v;
  EXPECT_EQ(other.construction(), graph.construction());
  EXPECT_EQ(other.certificate().proof, graph.certificate().proof);
  expect_good(other);
  struct Row {
    std::vector<std::int64_t> left, right;
    const char* part;
  };
  const std::vector<std::int64_t> good_left(std::begin(left), std::end(left));
  const std::vector<std::int64_t> good_right(std::begin(right), std::end(right));
  const Row rows[] = {
      {{0, 1, 2}, good_right, "left order has 3 entries for 6 vertices"},
      {{0, 1, 2, 3, 4, 4}, good_right, "left order: entry 4 at 5"},
      {good_left, {0, 1, 2, 3, 4, 5, 6, 7, 9}, "right order: entry 9 at 8"},
      {good_left, {-1, 1, 2, 3, 4, 5, 6, 7, 8}, "right order: entry -1 at 0"},
  };
  for (const Row& row : rows) {
    const std::string message =
        refusal(ErrorCode::invalid_argument, [&] { graph.relabelled(row.left, row.right); });
    EXPECT_TRUE(has(message, row.part)) << message;
  }
}

TEST(BaseGraph, FindsEdges) {
  const BaseGraph graph({3, 3, 2}, {0, 1, 1, 2, 0, 2});
  const Eigen::MatrixXd matrix = test::biadjacency_of(graph);
  for (std::int32_t u = 0; u < 3; ++u)
    for (std::int32_t v = 0; v < 3; ++v) EXPECT_EQ(graph.has_edge(u, v), matrix(u, v) == 1);
}

TEST(BaseGraph, AutomaticTakesThePreferredConstruction) {
  for (const Sampled& row : kSampled) {
    SCOPED_TRACE(name(row.config));
    EXPECT_EQ(BaseGraph::sample(row.config, 5).adjacency(),
              BaseGraph::sample(row.config, 5, row.construction).adjacency());
  }
}

RC_GTEST_PROP(BaseGraphProperty, AnyDegreesOfTwoOrMoreWork, (std::uint64_t seed)) {
  RandomWords random(seed);
  const BaseGraphConfig config = test::random_graph(random, 36, 36);
  expect_good(BaseGraph::sample(config, seed));
  RC_ASSERT(!testing::Test::HasFailure());
}

// (2, 2) is a union of cycles, and only one cycle is connected: 2 cos(pi/n) behind sigma1 = 2.
TEST(BaseGraph, DegreesTwoAndTwoAreOneCycle) {
  for (const std::int64_t n : {3, 4, 5, 32, 33}) {
    const BaseGraph graph = BaseGraph::sample({n, n, 2}, 3);
    EXPECT_EQ(test::count_components(graph), 1) << n;
    EXPECT_NEAR(graph.spectrum().sigma2, 2 * std::cos(std::numbers::pi / static_cast<double>(n)),
                1e-9)
        << n;
  }
}

// A lift puts the clone of vertex v at v + n/2, so a row has each residue modulo the side of every
// earlier graph equally often, down to the complete graph where it has each once.
TEST(BaseGraph, LiftsKeepRowsBalanced) {
  for (const BaseGraphConfig& config :
       {BaseGraphConfig{8, 16, 8}, {32, 128, 16}, {16, 16, 4}, {24, 48, 12}}) {
    const BaseGraph graph = BaseGraph::sample(config, 7, Construction::two_lift);
    for (std::int64_t u = 0; u < config.left; ++u)
      for (std::int64_t side = config.right / 2; side >= config.left_degree; side /= 2) {
        std::set<std::int64_t> residues;
        for (const std::int32_t v : graph.neighbours(u)) residues.insert(v % side);
        EXPECT_EQ(static_cast<std::int64_t>(residues.size()), config.left_degree)
            << name(config) << " row " << u << " modulo " << side;
      }
  }
}

// The same arguments give the same graph on every platform, and in every version: plans and caches
// of other machines depend on it.
TEST(BaseGraph, SeedsAreStable) {
  EXPECT_EQ(BaseGraph::sample({4, 8, 4}, 1, Construction::two_lift).adjacency(),
            (std::vector<std::int32_t>{0, 1, 2, 7, 0, 3, 5, 6, 3, 4, 5, 6, 1, 2, 4, 7}));
  EXPECT_EQ(BaseGraph::sample({6, 6, 3}, 1, Construction::edge_swap).adjacency(),
            (std::vector<std::int32_t>{2, 3, 5, 2, 4, 5, 0, 3, 4, 0, 1, 3, 0, 1, 2, 1, 4, 5}));
  EXPECT_EQ(BaseGraph::sample({5, 5, 2}, 1, Construction::hamiltonian).adjacency(),
            (std::vector<std::int32_t>{1, 2, 0, 3, 1, 4, 0, 4, 2, 3}));
  EXPECT_NE(BaseGraph::sample({32, 32, 8}, 1).adjacency(),
            BaseGraph::sample({32, 32, 8}, 2).adjacency());
}

TEST(BaseGraph, RefusesWhatCannotBeSampled) {
  struct Row {
    BaseGraphConfig config;
    Construction construction;
    const char* part;
  };
  constexpr Row kRows[] = {
      {{4, 4, 1}, Construction::automatic, "4x4 with degrees (1, 1)"},
      {{8, 2, 1}, Construction::automatic, "falls apart"},
      {{2, 8, 4}, Construction::automatic, "2x8 with degrees (4, 1)"},
      {{4, 4, 1}, Construction::two_lift, "two_lift does not reach"},
      {{6, 6, 2}, Construction::two_lift, "two_lift does not reach"},
      {{4, 4, 2}, Construction::complete, "complete does not reach"},
      {{6, 6, 3}, Construction::hamiltonian, "hamiltonian does not reach"},
      {{4, 4, 1}, Construction::edge_swap, "edge_swap does not reach"},
      {{4, 6, 5}, Construction::automatic, "4x6"},  // no integer right degree
      {{4, 4, 5}, Construction::automatic, "4x4"},  // more neighbours than vertices
      {{0, 4, 1}, Construction::automatic, "0x4"},
      {{4, 0, 0}, Construction::automatic, "4x0"},
      {{4, 4, 0}, Construction::automatic, "4x4"},
      {{-4, -4, -4}, Construction::automatic, "-4x-4"},
  };
  for (const Row& row : kRows) {
    SCOPED_TRACE(name(row.config));
    const std::string message = refusal(
        ErrorCode::invalid_argument, [&] { BaseGraph::sample(row.config, 1, row.construction); });
    EXPECT_TRUE(has(message, row.part)) << message;
  }
}

TEST(BaseGraph, RefusesOtherAdjacencies) {
  const BaseGraphConfig config{3, 3, 2};
  EXPECT_NO_THROW(BaseGraph(config, {0, 1, 1, 2, 0, 2}));
  // No graph at all, though the number of edges is right.
  for (const BaseGraphConfig none : {BaseGraphConfig{0, 3, 1}, {3, 0, 0}, {3, 3, 0}, {-1, 1, 0}})
    refusal(ErrorCode::invalid_argument, [&] { BaseGraph(none, {}); });
  const std::vector<std::vector<std::int32_t>> bad = {
      {},  // nothing
      {0, 1, 1, 2, 0},  // too few
      {0, 1, 1, 2, 0, 2, 0},  // too many
      {1, 0, 1, 2, 0, 2},  // not ascending
      {0, 0, 1, 2, 1, 2},  // an edge twice
      {0, 1, 1, 2, 0, 3},  // no such vertex
      {-1, 1, 1, 2, 0, 2},
      {0, 1, 0, 1, 0, 2},  // right degrees 3, 2, 1
  };
  for (const auto& adjacency : bad)
    refusal(ErrorCode::invalid_argument, [&] { BaseGraph(config, adjacency); });
}

// Two disjoint complete graphs: sigma2 is sigma1, and there is no gap.
TEST(BaseGraph, SpectrumSeesAGraphFallApart) {
  const BaseGraph graph({4, 4, 2}, {0, 1, 0, 1, 2, 3, 2, 3});
  const Spectrum spectrum = graph.spectrum();
  EXPECT_EQ(test::count_components(graph), 2);
  EXPECT_FALSE(spectrum.connected);
  EXPECT_NEAR(spectrum.ratio(), 1.0, 1e-12);
}

}  // namespace
}  // namespace rbgp
