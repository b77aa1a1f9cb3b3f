#include <gtest/gtest.h>

#include <cmath>

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

}  // namespace
}  // namespace rbgp
