#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include <rbgp/error.hpp>
#include <rbgp/tuner.hpp>
#include <support/kernel_cases.hpp>
#include <tuner/cost_model.hpp>
#include <tuner/default_candidate.hpp>
#include <tuner/search_space.hpp>
#include <tuner/spaces.hpp>

namespace rbgp {
namespace {

// By all kernels of all families one after the other, the first of equal ones.
KernelConfig by_all(const Rbgp4Config& config, const Problem& problem,
                    const DeviceProperties& device) {
  const DeviceRates rates = assumed_rates(device, problem.dtype);
  KernelConfig best;
  double best_cost = std::numeric_limits<double>::infinity();
  for (const KernelFamily& family : kernel_families()) {
    if (family.target != device.kind || !family.multiplies(problem.dtype)) continue;
    const SearchSpace space(problem, config, device, family);
    Point point(space.axes().size(), 0);
    do {
      const auto candidate = space.candidate(point);
      if (!candidate) continue;
      const double cost =
          predict_time({config, problem, candidate->kernel, device}, rates).predicted_ms;
      if (cost >= best_cost) continue;
      best_cost = cost;
      best = candidate->kernel;
    } while (space.advance(point));
  }
  return best;
}

TEST(DefaultKernel, IsTheModelsBestOfAll) {
  struct Row {
    DeviceKind kind;
    const char* config;
    Problem problem;
  };
  const Row rows[] = {
      {DeviceKind::host, "go=4x16@50,gr=3x1,gi=8x16@50,gb=2x1", {.n = 512}},
      {DeviceKind::host, "go=1x1,gr=1x1,gi=5x3,gb=1x1", {.n = 1}},
      {DeviceKind::cuda, "go=8x16@50,gr=4x1,gi=4x8@50,gb=16x8", {.n = 1024, .dtype = Dtype::bf16}},
      {DeviceKind::cuda,
       "go=8x16@50,gr=16x1,gi=4x8@50,gb=4x4",
       {.n = 100, .dtype = Dtype::tf32, .layout = Layout::nk}},
      {DeviceKind::cuda, "go=2x4@50,gr=2x1,gi=2x4,gb=3x1", {.n = 33, .dtype = Dtype::f16}},
  };
  for (const Row& row : rows) {
    const Rbgp4Config config = Rbgp4Config::parse(row.config);
    Problem problem = row.problem;
    problem.m = config.rows();
    problem.k = config.cols();
    const DeviceProperties device = test::synthetic_device(row.kind);
    EXPECT_EQ(default_kernel(config, problem, device).to_string(),
              by_all(config, problem, device).to_string())
        << row.config;
  }
}

// Reads are by place among the tunables, each once, in the order of the first look.
TEST(KernelValues, SayWhatWasLookedAt) {
  const KernelConfig kernel{"family", {{"a", 1}, {"b", 2}, {"c", 3}}};
  TunableReads reads;
  const KernelValues values(kernel, &reads);
  EXPECT_EQ(values.at("c"), 3);
  EXPECT_EQ(values.at("a"), 1);
  EXPECT_EQ(values.at("c"), 3);
  EXPECT_EQ(std::vector<int>(reads.places().begin(), reads.places().end()),
            (std::vector<int>{2, 0}));
  EXPECT_THROW((void)values.at("d"), Error);
  EXPECT_EQ(KernelValues(kernel).at("b"), 2);
}

// Of patterns and kernels together: no change of one tunable is expected to be faster, and hardly a kernel of any family.
TEST(DefaultCandidate, IsTheModelsBestOfItsPattern) {
  const DeviceProperties device = test::synthetic_device(DeviceKind::cuda);
  struct Row {
    Problem problem;
    double sparsity_percent;
  };
  constexpr Row kRows[] = {{{.m = 64, .k = 576, .n = 262144}, 75},
                           {{.m = 128, .k = 1152, .n = 65536}, 87.5},
                           {{.m = 512, .k = 512, .n = 256, .dtype = Dtype::bf16}, 87.5}};
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.problem.to_string());
    TuneRequest request;
    request.problem = row.problem;
    request.sparsity_percent = row.sparsity_percent;
    const SweepTarget target{row.problem.m, row.problem.k, 1 - row.sparsity_percent / 100};
    const auto spaces = make_spaces(request, target, device);
    std::vector<const SearchSpace*> pointers;
    for (const auto& space : spaces) pointers.push_back(space.get());
    const auto candidate = default_candidate(request, pointers, device);
    ASSERT_TRUE(candidate);
    const DeviceRates rates = assumed_rates(device, row.problem.dtype);
    const auto cost = [&](const KernelConfig& kernel) {
      return predict_time({candidate->config, row.problem, kernel, device}, rates).predicted_ms;
    };
    const double chosen = cost(candidate->kernel);
    EXPECT_LE(chosen, 1.05 * cost(default_kernel(candidate->config, row.problem, device)));
    for (const Tunable& tunable : find_family(candidate->kernel.family).tunables(device))
      for (const std::int64_t value : tunable.values) {
        KernelConfig other = candidate->kernel;
        other.tunables[tunable.name] = value;
        const KernelShape shape{candidate->config, row.problem, other, device};
        const bool is_supported = !find_family(other.family).unsupported(shape);
        EXPECT_TRUE(!is_supported || chosen <= cost(other)) << other.to_string();
      }
  }
}

}  // namespace
}  // namespace rbgp
