// What no candidate may do to a sweep, planted on purpose.
#include <gtest/gtest.h>

#include <generator/kernel_family.hpp>
#include <pipe/compile_spec.hpp>
#include <rbgp/codegen.hpp>
#include <runtime/nvrtc.hpp>
#include <support/fault_sweep.hpp>
#include <support/faults.hpp>
#include <support/refusal.hpp>
#include <tuner/strategy.hpp>

namespace rbgp {
namespace {

// AddressSanitizer's shadow leaves no room for the limit of memory that ends the kernel that leaks.
#if !defined(__SANITIZE_ADDRESS__)
TEST(Faults, AreNamedAndSurvivedOnTheHost) {
  // Long: on a busy machine a right kernel may wait for its turn, too.
  test::expect_faults_named(Device::host(), "host_rbgp4mm", 10);
}
#endif

// What tests/gpu runs where there is a GPU.
TEST(Faults, OfCudaKernelsCompile) {
  std::string reason;
  if (runtime::Nvrtc::find(&reason) == nullptr) GTEST_SKIP() << reason;
  const DeviceProperties device = target_properties("sm_80");
  const Problem problem{.m = 64, .k = 64, .n = 72};
  const Rbgp4Config config = Rbgp4Config::parse("go=4x8@50,gr=2x1,gi=8x8@50,gb=1x1");
  const SearchSpace space(problem, config, device, find_family("simt_rbgp4mm"));
  const auto first = make_strategy("exhaustive", space, 0)->next();
  ASSERT_TRUE(first);
  const KernelSpec spec{problem, Rbgp4Pattern::sample(config, 1), space.candidate(*first)->kernel};
  for (const test::Fault& fault : test::faults()) {
    SCOPED_TRACE(std::string(fault.name));
    runtime::Source source = source_of(spec, device);
    const std::string right = source.text;
    test::plant(fault, spec, source);
    EXPECT_NE(source.text, right);
    if (fault.cuda_kind == FailureKind::compile_failed)
      test::refusal(ErrorCode::compile_failed,
                    [&] { runtime::compile(source, device.arch, nullptr); });
    else
      EXPECT_FALSE(runtime::compile(source, device.arch, nullptr).image.empty());
  }
}

}  // namespace
}  // namespace rbgp
