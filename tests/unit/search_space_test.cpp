#include <gtest/gtest.h>

#include <fmt/format.h>

#include <cmath>

#include <generator/construction.hpp>
#include <rbgp/codegen.hpp>
#include <rbgp/explain.hpp>
#include <rbgp/tuner.hpp>
#include <support/kernel_cases.hpp>
#include <support/kernel_shapes.hpp>
#include <tuner/model_order.hpp>
#include <tuner/search_space.hpp>

namespace rbgp {
namespace {

struct Sizes {
  std::int64_t rows, cols;
  double sparsity_percent;
};

SearchSpace space_of(const KernelFamily& family, const Problem& problem, const Sizes& sizes) {
  return SearchSpace(problem, sizes.rows, sizes.cols, 1 - sizes.sparsity_percent / 100,
                     test::synthetic_device(family.target), family);
}

bool can_be_connected(const BaseGraphConfig& graph) {
  return graph.is_complete() || std::min(graph.left_degree, graph.right_degree()) >= 2;
}

TEST(SearchSpace, EveryCandidateIsWhatWasAskedFor) {
  constexpr Sizes kSizes[] = {
      {512, 4608, 87.5}, {4096, 4096, 93.75},        {64, 27, 0},
      {512, 512, 50},    {144, 144, 66.66666666667},
  };
  for (const KernelFamily& family : kernel_families())
    for (const Sizes& sizes : kSizes) {
      SCOPED_TRACE(
          fmt::format("{} {}x{}@{}", family.name, sizes.rows, sizes.cols, sizes.sparsity_percent));
      // Tiles for tensor cores are of 64 rows.
      if (test::on_tensor_cores(family) && (sizes.rows < 512 || sizes.cols % 64 != 0)) continue;
      Problem problem{
          .m = sizes.rows, .k = sizes.cols, .n = 104, .dtype = test::usual_dtype(family)};
      test::fit_problem(family, problem);
      const SearchSpace space = space_of(family, problem, sizes);
      RandomWords random(1);
      int found = 0;
      for (int draw = 0; draw < 2'000'000 && found < 200; ++draw) {
        std::string why;
        const auto candidate = space.candidate(space.random_point(random), &why);
        if (!candidate) {
          EXPECT_FALSE(why.empty());
          continue;
        }
        ++found;
        const Rbgp4Config& config = candidate->config;
        config.validate();
        EXPECT_EQ(config.rows(), sizes.rows);
        EXPECT_EQ(config.cols(), sizes.cols);
        EXPECT_NEAR(config.sparsity() * 100, sizes.sparsity_percent, 1e-8) << config.to_string();
        EXPECT_TRUE(can_be_connected(config.go) && can_be_connected(config.gi))
            << config.to_string();
        EXPECT_FALSE(family.unsupported({config, problem, candidate->kernel, space.device()}));
      }
      EXPECT_GE(found, 40);
    }
}

TEST(SearchSpace, AFixedConfigurationLeavesTheKernel) {
  for (const KernelFamily& family : kernel_families()) {
    const bool large = test::on_tensor_cores(family);
    const Rbgp4Config config = Rbgp4Config::parse(large ? "go=6x4@50,gr=3x2,gi=8x2,gb=64x16"
                                                        : "go=6x4@50,gr=3x2,gi=8x8@50,gb=1x1");
    const Problem problem{.m = config.rows() - 4,
                          .k = config.cols() - 4,
                          .n = large ? 40 : 36,
                          .dtype = test::usual_dtype(family)};
    const DeviceProperties device = test::synthetic_device(family.target);
    const SearchSpace space(problem, config, device, family);
    EXPECT_EQ(space.axes().size(), family.tunables(device).size());
    Point point(space.axes().size(), 0);
    int found = 0;
    do {
      const auto candidate = space.candidate(point);
      if (!candidate) continue;
      ++found;
      EXPECT_EQ(candidate->config, config);
    } while (space.advance(point));
    EXPECT_GT(found, 0);
  }
}

// advance() visits as many points as size() says, each axis value among them.
TEST(SearchSpace, AdvanceVisitsEveryPoint) {
  const KernelFamily& family = kernel_families().front();
  const Rbgp4Config config = Rbgp4Config::parse("go=1x1,gr=1x1,gi=2x2,gb=1x1");
  const SearchSpace space({.m = 2, .k = 2, .n = 4}, config, test::synthetic_device(family.target),
                          family);
  Point point(space.axes().size(), 0);
  double visited = 1;
  for (Point before = point; space.advance(point); before = point, ++visited)
    ASSERT_LT(before, point);
  EXPECT_EQ(visited, space.size());
  EXPECT_EQ(point, Point(space.axes().size(), 0));  // and starts over
}

// Whether the search space of a density has a configuration, by drawing.
bool has_config(const Sizes& sizes, double density) {
  const KernelFamily& family = kernel_families().front();
  const Problem problem{.m = sizes.rows, .k = sizes.cols, .n = 16};
  const SearchSpace space(problem, sizes.rows, sizes.cols, density,
                          test::synthetic_device(family.target), family);
  RandomWords random(3);
  for (int draw = 0; draw < 1'000'000; ++draw)
    if (space.config(space.random_point(random))) return true;
  return false;
}

TEST(NearestDensities, KnowsWhatIsExact) {
  constexpr Sizes kExact[] = {{512, 4608, 87.5},   {512, 4608, 0},           {64, 27, 0}, {1, 1, 0},
                              {4096, 4096, 93.75}, {96, 96, 66.66666666667}, {7, 13, 0}};
  for (const Sizes& sizes : kExact) {
    const double density = 1 - sizes.sparsity_percent / 100;
    const NearestDensities nearest = nearest_densities(sizes.rows, sizes.cols, density);
    EXPECT_TRUE(nearest.exact) << sizes.rows << "x" << sizes.cols << "@" << sizes.sparsity_percent;
    EXPECT_EQ(nearest.below, density);
    EXPECT_EQ(nearest.above, density);
    EXPECT_TRUE(has_config(sizes, density));
  }
}

TEST(NearestDensities, NamesReachableOnesOnBothSides) {
  constexpr Sizes kNotExact[] = {{512, 4608, 90}, {512, 512, 87.3}, {500, 300, 87.5}, {96, 48, 70}};
  for (const Sizes& sizes : kNotExact) {
    SCOPED_TRACE(fmt::format("{}x{}@{}", sizes.rows, sizes.cols, sizes.sparsity_percent));
    const double density = 1 - sizes.sparsity_percent / 100;
    const NearestDensities nearest = nearest_densities(sizes.rows, sizes.cols, density);
    EXPECT_FALSE(nearest.exact);
    ASSERT_GT(nearest.below, 0);
    ASSERT_GT(nearest.above, 0);
    EXPECT_LT(nearest.below, density);
    EXPECT_GT(nearest.above, density);
    for (const double near : {nearest.below, nearest.above}) {
      EXPECT_TRUE(nearest_densities(sizes.rows, sizes.cols, near).exact) << near;
      EXPECT_TRUE(has_config(sizes, near)) << near;
    }
  }
}

// Of all densities with a denominator that these sizes can have, none lies nearer.
TEST(NearestDensities, NothingReachableLiesBetween) {
  constexpr Sizes kRows[] = {
      {512, 4608, 90}, {512, 512, 87.3}, {2048, 2048, 10.1}, {2048, 2048, 33}};
  constexpr int kParts = 4096;
  for (const Sizes& sizes : kRows) {
    const double density = 1 - sizes.sparsity_percent / 100;
    const NearestDensities nearest = nearest_densities(sizes.rows, sizes.cols, density);
    for (int part = 1; part <= kParts; ++part) {
      const double between = static_cast<double>(part) / kParts;
      if (between <= nearest.below || between >= nearest.above) continue;
      EXPECT_FALSE(nearest_densities(sizes.rows, sizes.cols, between).exact)
          << between << " between " << nearest.below << " and " << nearest.above << " for "
          << sizes.rows << "x" << sizes.cols << "@" << sizes.sparsity_percent;
    }
  }
}

TEST(NearestDensities, SomeSizesAreCompleteOrNothing) {
  const NearestDensities nearest = nearest_densities(7, 13, 0.5);
  EXPECT_FALSE(nearest.exact);
  EXPECT_EQ(nearest.below, 0);
  EXPECT_EQ(nearest.above, 1);
}

TEST(PaddedSizes, AreTheFewestElementsThatWork) {
  constexpr Sizes kRows[] = {{500, 300, 87.5}, {63, 63, 50},           {1000, 1000, 93.75},
                             {512, 512, 50},   {1000, 1003, 90},       {1001, 1003, 80},
                             {768, 3072, 70},  {512, 1024, 200 / 3.0}, {1000, 1000, 99.21875}};
  for (const Sizes& sizes : kRows) {
    SCOPED_TRACE(fmt::format("{}x{}@{}", sizes.rows, sizes.cols, sizes.sparsity_percent));
    const double density = 1 - sizes.sparsity_percent / 100;
    const auto padded = padded_sizes(sizes.rows, sizes.cols, density);
    ASSERT_TRUE(padded);
    EXPECT_GE(padded->rows, sizes.rows);
    EXPECT_GE(padded->cols, sizes.cols);
    EXPECT_LT(padded->rows, sizes.rows + 128);
    EXPECT_LT(padded->cols, sizes.cols + 128);
    EXPECT_TRUE(nearest_densities(padded->rows, padded->cols, density).exact);
    const bool exact = nearest_densities(sizes.rows, sizes.cols, density).exact;
    EXPECT_EQ(exact, padded->rows == sizes.rows && padded->cols == sizes.cols);
  }
}

// Of a pattern that is given kernels may need what its Gi is not: here columns are paired, for which it has to be a lift.
TEST(SearchSpace, KernelsAreForTheGiThatThereIs) {
  const KernelFamily& wgmma = find_family("wgmma");
  const DeviceProperties device = test::synthetic_device(DeviceKind::cuda);
  const Rbgp4Config config = Rbgp4Config::parse("go=4x4@50,gr=4x1,gi=64x64@50,gb=1x1");
  const Problem problem{.m = config.rows(), .k = config.cols(), .n = 512, .dtype = Dtype::bf16};
  const Rbgp4Pattern swapped =
      Rbgp4Pattern(config, BaseGraph::sample(config.go, 1),
                   BaseGraph::sample(config.gi, 1, Construction::edge_swap));
  const auto paired = [&](std::int64_t clones) {
    const SearchSpace space(problem, config, device, wgmma, clones);
    RandomWords random(1);
    int found = 0;
    for (int draw = 0; draw < 2000; ++draw)
      if (const auto candidate = space.candidate(space.random_point(random)))
        found += candidate->kernel.at("densify") == 2 ? 1 : 0;
    return found;
  };
  EXPECT_GT(paired(0), 0);
  EXPECT_EQ(paired(clones_of(swapped.gi())), 0);
  EXPECT_EQ(default_kernel(config, problem, device).at("densify"), 2);
  const KernelConfig kernel = default_kernel(swapped, problem, device);
  EXPECT_TRUE(is_supported({problem, swapped, kernel}, device)) << kernel.to_string();
  EXPECT_FALSE(is_supported({problem, swapped, parse_kernel("wgmma densify=2", device)}, device));
}

// And the model expects of them what it expects of that Gi, also where one that is sampled would be no lift.
TEST(SearchSpace, ExpectsOfTheGiThatThereIs) {
  const DeviceProperties device = test::synthetic_device(DeviceKind::cuda);
  const Rbgp4Config config = Rbgp4Config::parse("go=16x64@75,gr=4x1,gi=48x48@83.33333333,gb=1x2");
  const Problem problem{.m = config.rows(), .k = config.cols(), .n = 4096, .dtype = Dtype::bf16};
  const Rbgp4Pattern lift(config, BaseGraph::sample(config.go, 1),
                          BaseGraph::sample(config.gi, 1, Construction::k_lift));
  ASSERT_EQ(clones_of(lift.gi()) % 2, 0);
  ASSERT_EQ(sampled_clones(config.gi), 1);
  const KernelConfig kernel = default_kernel(lift, problem, device);
  ASSERT_EQ(kernel.at("densify"), 2) << kernel.to_string();
  const SearchSpace space(problem, config, device, find_family("wgmma"), clones_of(lift.gi()));
  const double cost = expected_cost(space, {config, kernel});
  EXPECT_DOUBLE_EQ(cost, explain({problem, lift, kernel}, device).predicted_ms);
  RandomWords random(1);
  const std::vector<ExpectedPoint> order = model_order(space, random);
  ASSERT_FALSE(order.empty());
  EXPECT_EQ(space.candidate(order.front().point)->kernel.at("densify"), 2);
  EXPECT_LE(order.front().cost, cost);
}

TEST(PaddedSizes, ComeNearWhereNoneIsExact) {
  constexpr double kDensity = 0.201, kTolerance = 0.05;
  EXPECT_FALSE(padded_sizes(511, 1151, kDensity));
  const auto padded = padded_sizes(511, 1151, kDensity, kTolerance);
  ASSERT_TRUE(padded);
  EXPECT_EQ(padded->rows, 512);
  EXPECT_EQ(padded->cols, 1152);
  EXPECT_NEAR(nearest_densities(512, 1152, kDensity).nearest_to(kDensity), kDensity,
              kTolerance * kDensity);
  // As they are where that is near.
  const auto same = padded_sizes(512, 1152, kDensity, kTolerance);
  ASSERT_TRUE(same);
  EXPECT_EQ(same->rows * same->cols, 512 * 1152);
}

// The header promises the fewest elements: nothing between the sizes and the padded ones works.
TEST(PaddedSizes, NothingSmallerWorks) {
  for (const double density : {0.5, 0.1, 0.3, 1 / 3.0, 0.04}) {
    const auto padded = padded_sizes(63, 63, density);
    ASSERT_TRUE(padded) << density;
    for (std::int64_t rows = 63; rows <= padded->rows; ++rows)
      for (std::int64_t cols = 63; rows * cols < padded->rows * padded->cols; ++cols)
        EXPECT_FALSE(nearest_densities(rows, cols, density).exact)
            << density << ": " << rows << "x" << cols;
  }
}

TEST(PaddedSizes, CannotHelpWhereNoSizeDoes) { EXPECT_FALSE(padded_sizes(512, 512, 1.0 / 3000.0)); }

}  // namespace
}  // namespace rbgp
