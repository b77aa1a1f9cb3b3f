#include <gtest/gtest.h>

#include <cmath>

#include <rbgp/codegen.hpp>
#include <support/kernel_cases.hpp>
#include <tuner/prior.hpp>

namespace rbgp {
namespace {

// A search sorts by the prior: one NaN and the order is undefined.
TEST(Prior, IsPositiveAndFiniteForEveryCase) {
  for (const KernelFamily& family : kernel_families()) {
    const DeviceProperties device = test::synthetic_device(family.target);
    for (const test::KernelCase& known : test::kernel_cases(family, device, 100)) {
      const double cost = prior_cost({known.config, known.kernel}, known.problem, device);
      EXPECT_TRUE(std::isfinite(cost) && cost > 0) << known.name() << " costs " << cost;
    }
  }
}

// More columns are more work for the same kernel, once the device is full.
TEST(Prior, GrowsWithTheColumns) {
  for (const KernelFamily& family : kernel_families()) {
    const DeviceProperties device = test::synthetic_device(family.target);
    for (test::KernelCase& known : test::kernel_cases(family, device, 0)) {
      known.problem.n = 1 << 20;
      if (family.unsupported({known.config, known.problem, known.kernel, device})) continue;
      const double cost = prior_cost({known.config, known.kernel}, known.problem, device);
      known.problem.n *= 4;
      EXPECT_GT(prior_cost({known.config, known.kernel}, known.problem, device), cost)
          << known.name();
    }
  }
}

// The same kernel moves half the bytes for elements of 16 bits, and as many for tf32 as for f32.
TEST(Prior, GrowsWithTheBytesOfAnElement) {
  const KernelFamily& family = find_family("simt_rbgp4mm");
  const DeviceProperties device = test::synthetic_device(family.target);
  for (test::KernelCase& known : test::kernel_cases(family, device, 0)) {
    const auto cost = [&](Dtype dtype) {
      known.problem.dtype = dtype;
      return prior_cost({known.config, known.kernel}, known.problem, device);
    };
    EXPECT_EQ(cost(Dtype::tf32), cost(Dtype::f32)) << known.name();
    EXPECT_EQ(cost(Dtype::bf16), cost(Dtype::f16)) << known.name();
    EXPECT_LT(cost(Dtype::bf16), cost(Dtype::f32)) << known.name();
    EXPECT_GT(cost(Dtype::bf16), cost(Dtype::f32) / 2) << known.name();
  }
}

// Blocks that share a tile pay where there are fewer tiles than multiprocessors, and cost where there are more.
TEST(Prior, SplitsFewTiles) {
  const DeviceProperties device = test::synthetic_device(DeviceKind::cuda);
  const Rbgp4Config config = Rbgp4Config::parse("go=8x64@87.5,gr=1x1,gi=4x72,gb=16x1");
  Problem problem{.m = config.rows(), .k = config.cols()};
  Candidate candidate{config, parse_kernel("simt_tma thread_rows=16 step_tiles=1", device)};
  const auto cost = [&](std::int64_t split_k) {
    candidate.kernel.tunables["split_k"] = split_k;
    EXPECT_EQ(find_family("simt_tma").unsupported({config, problem, candidate.kernel, device}),
              std::nullopt);
    return prior_cost(candidate, problem, device);
  };
  problem.n = 1024;  // 32 tiles
  EXPECT_LT(cost(2), cost(1));
  problem.n = 1024 * 256;
  EXPECT_GT(cost(2), cost(1));
}

}  // namespace
}  // namespace rbgp
