// Recorded hashes of graphs: every build must make these, whatever the compiler, its options and the
// processor's instructions. A change here changes the patterns that users get from their seeds.
#include <gtest/gtest.h>

#include <generator/construction.hpp>
#include <rbgp/prune.hpp>
#include <tuner/bench_inputs.hpp>
#include <unit/graph_checks.hpp>

namespace rbgp {
namespace {

constexpr std::uint64_t kSeeds = 3;
constexpr std::int64_t kSizes[][2] = {{6, 6},    {12, 20},   {16, 16},   {32, 32},  {32, 128},
                                      {40, 40},  {49, 35},   {64, 64},   {64, 576}, {90, 60},
                                      {100, 10}, {110, 110}, {128, 128}, {128, 32}, {192, 256}};

// A degree for every divisor of gcd(|U|, |V|) and its complement: 1/k, 1 - 1/k and all between a few.
std::vector<BaseGraphConfig> reached(const ConstructionRow& row) {
  std::vector<BaseGraphConfig> configs;
  for (const auto& [left, right] : kSizes) {
    const std::int64_t parts = std::gcd(left, right);
    for (std::int64_t part = 1; part <= parts; ++part) {
      const bool taken = parts % part == 0 || parts % (parts - part + (part == parts)) == 0;
      const BaseGraphConfig config{left, right, part * (right / parts)};
      // Cycles by other constructions are drawn until they are whole, which may take long.
      const bool cycle = config.left_degree == 2 && config.right_degree() == 2;
      if (cycle && row.construction != Construction::hamiltonian && left > 16) continue;
      if (taken && row.reaches(config)) configs.push_back(config);
    }
  }
  return configs;
}

std::uint64_t combined(std::uint64_t hash, std::uint64_t next) {
  return (hash ^ next) * 1099511628211U;
}

TEST(GraphDeterminism, EveryBuildMakesTheRecordedGraphs) {
  struct Recorded {
    Construction construction;
    std::size_t graphs;
    std::uint64_t hash;
  };
  constexpr Recorded kRecorded[] = {
      {Construction::complete, 45, 0xaeec31c87467dabc},
      {Construction::hamiltonian, 21, 0x01e8a183ea6d2085},
      {Construction::two_lift, 129, 0x827ebdce1ffa1d9f},
      {Construction::edge_swap, 399, 0x5673a8a87296054f},
      {Construction::k_lift, 174, 0x1043b45b38b113df},
      {Construction::xor_lift, 105, 0x4c2b357eada4e777},
      {Construction::array_code, 15, 0x7b02fbeaa5ffe43b},
  };
  ASSERT_EQ(constructions().size(), std::size(kRecorded));
  for (std::size_t i = 0; i < std::size(kRecorded); ++i) {
    const ConstructionRow& row = constructions()[i];
    ASSERT_EQ(row.construction, kRecorded[i].construction);
    std::size_t graphs = 0;
    std::uint64_t hash = 0;
    for (const BaseGraphConfig& config : reached(row))
      for (std::uint64_t seed = 1; seed <= kSeeds; ++seed, ++graphs)
        hash = combined(hash, test::hash_of(BaseGraph::sample(config, seed, row.construction)));
    EXPECT_EQ(graphs, kRecorded[i].graphs) << to_string(row.construction);
    EXPECT_EQ(fmt::format("{:#018x}", hash), fmt::format("{:#018x}", kRecorded[i].hash))
        << to_string(row.construction);
  }
}

// Which construction `automatic` takes is part of what a seed means.
TEST(GraphDeterminism, AutomaticTakesTheRecordedConstructions) {
  std::uint64_t hash = 0;
  for (const ConstructionRow& row : constructions())
    for (const BaseGraphConfig& config : reached(row))
      hash = combined(hash, test::hash_of(BaseGraph::sample(config, 4)));
  EXPECT_EQ(fmt::format("{:#018x}", hash), "0x7b577c9a79bd9230");
}

// Above 4096 vertices a side it is Lanczos iterations that accept or refuse a sample.
TEST(GraphDeterminism, LargeGraphsAreTheRecordedOnes) {
  struct Recorded {
    BaseGraphConfig config;
    std::uint64_t hash;
  };
  const Recorded recorded[] = {
      {{4100, 8200, 8}, 0xb2fc96e2894c1665},
      {{8192, 8192, 8}, 0xb35439e9862b91a9},
      {{6000, 4500, 6}, 0xe7373e9708bac961},
  };
  for (const Recorded& row : recorded) {
    const BaseGraph graph = BaseGraph::sample(row.config, 1, Construction::edge_swap);
    EXPECT_EQ(fmt::format("{:#018x}", test::hash_of(graph)), fmt::format("{:#018x}", row.hash))
        << test::name(row.config);
  }
}

// What users name is a configuration and one seed: the two graphs' seeds are derived from it.
TEST(GraphDeterminism, PatternsAreTheRecordedOnes) {
  struct Recorded {
    const char* config;
    std::uint64_t seed, go, gi;
  };
  constexpr Recorded kRecorded[] = {
      {"go=32x128@50,gr=4x1,gi=32x32@50,gb=1x1", 1, 0x55c1fb269d1adc7f, 0x5c6c458bee84cc37},
      {"go=32x128@75,gr=4x1,gi=32x32@87.5,gb=1x1", 7, 0xb824bca4b635b95b, 0xae8dbd8468763007},
      {"go=40x40@90,gr=2x1,gi=24x24@75,gb=1x2", 18446744073709551615U, 0x134137b7e90b432f,
       0x42de7988d4f0c90b},
      {"go=256x256@93.75,gr=1x1,gi=16x16@50,gb=1x1", 3, 0x34d76fc2530426f7, 0x3417443263ce69cf},
  };
  for (const Recorded& row : kRecorded) {
    const Rbgp4Pattern pattern = Rbgp4Pattern::sample(Rbgp4Config::parse(row.config), row.seed);
    EXPECT_EQ(
        fmt::format("{:#018x} {:#018x}", test::hash_of(pattern.go()), test::hash_of(pattern.gi())),
        fmt::format("{:#018x} {:#018x}", row.go, row.gi))
        << row.config;
  }
}

// The search only adds floating-point numbers, so that its orders are the same everywhere, too.
TEST(GraphDeterminism, MaskSearchesFindTheRecordedOrder) {
  const Rbgp4Pattern pattern =
      Rbgp4Pattern::sample(Rbgp4Config::parse("go=8x8@50,gr=2x1,gi=8x8@75,gb=1x2"), 5);
  const std::vector<float> dense = random_floats(pattern.rows() * pattern.cols(), 6);
  const MaskChoice choice = choose_mask(pattern, pattern.rows(), pattern.cols(), dense.data());
  std::uint64_t hash = 1469598103934665603U;
  for (const auto* side : {&choice.order.rows, &choice.order.cols})
    for (const std::int64_t line : *side)
      hash = (hash ^ static_cast<std::uint64_t>(line)) * 1099511628211U;
  EXPECT_EQ(fmt::format("{:#018x}", hash), "0x19736633d008b663");
}

}  // namespace
}  // namespace rbgp
