// NVRTC compiles the emitted source of random valid configurations, for all architectures in turn, without
// a warning. Sharded, so that a parallel ctest spreads it.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include <generator/kernel_family.hpp>
#include <rbgp/codegen.hpp>
#include <rbgp/error.hpp>
#include <runtime/nvrtc.hpp>
#include <support/kernel_shapes.hpp>
#include <support/random_config.hpp>

namespace rbgp {
namespace {

constexpr const char* kArchitectures[] = {"sm_75",  "sm_80",   "sm_86", "sm_89",
                                          "sm_90a", "sm_100a", "sm_120"};
constexpr int kConfigurations = 120;
constexpr std::size_t kArchitecturesEach = 1;
constexpr int kShards = 8;

// Of the unrolled loop. Beyond it compile time grows out of proportion; kernels of any size are
// compiled where they run.
constexpr std::int64_t kMaxMultiplyAdds = 128;

bool is_modest(const Rbgp4Config& config, const KernelConfig& kernel) {
  const auto tunable = [&](const char* name, std::int64_t otherwise) {
    const auto entry = kernel.tunables.find(name);
    return entry == kernel.tunables.end() ? otherwise : entry->second;
  };
  // On tensor cores registers bound the unrolled loop.
  if (test::on_tensor_cores(find_family(kernel.family))) return true;
  const std::int64_t tile_rows = tunable("tile_rows", 0);
  const std::int64_t rows = tile_rows == 0 ? config.row_repetition() : tile_rows;
  const std::int64_t accumulators = rows * tunable("vector_n", 4) * tunable("repeat_n", 1);
  return accumulators * tunable("unroll", 1) <= kMaxMultiplyAdds;
}

// A spec and the first and last of the architectures that it is for: drawn for the ones with the least shared
// memory, so that it serves all from there on; what no other has the instructions for, for that one.
struct Drawn {
  KernelSpec spec;
  int least_arch, most_arch;
};

struct DrawnFor {
  const char* arch;
  int least, most;
};
constexpr DrawnFor kDrawnFor[] = {
    {"sm_75", 75, 1000}, {"sm_86", 80, 1000}, {"sm_120", 90, 1000}, {"sm_90a", 90, 90}};

Drawn random_spec(RandomWords& random) {
  std::vector<const KernelFamily*> families;
  for (const KernelFamily& family : kernel_families())
    if (family.target == DeviceKind::cuda) families.push_back(&family);
  while (true) {
    const KernelFamily& family = *families[random.below(families.size())];
    const Rbgp4Config config =
        test::random_config_for(family, random, {.max_rows = 2048, .max_cols = 2048});
    constexpr std::int64_t kColumns[] = {1, 2, 3, 7, 16, 33, 64, 100, 256, 4096};
    Problem problem{
        .m = config.rows(), .k = config.cols(), .n = kColumns[random.below(std::size(kColumns))]};
    if (random.below(3) == 0) {
      problem.m -= static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(problem.m)));
      problem.k -= static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(problem.k)));
    }
    // Half are what a family multiplies at first.
    problem.dtype = test::usual_dtype(family);
    if (random.bit()) problem.dtype = kAllDtypes[random.below(kAllDtypes.size())];
    problem.layout = random.bit() ? Layout::nk : Layout::kn;
    problem.epilogue = {random.bit(), random.bit(),
                        random.bit(), static_cast<Activation>(random.below(3)),
                        random.bit(), random.bit()};
    test::fit_problem(family, problem);
    for (const auto& [arch, least, most] : kDrawnFor) {
      const auto kernel =
          test::random_kernel(random, family, config, problem, target_properties(arch), 30);
      if (kernel && is_modest(config, *kernel))
        return {{problem, Rbgp4Pattern::sample(config, random.word()), *kernel}, least, most};
    }
  }
}

class NvrtcEmission : public testing::TestWithParam<int> {};

TEST_P(NvrtcEmission, CompilesWithoutAWarning) {
  std::string reason;
  const runtime::Nvrtc* nvrtc = runtime::Nvrtc::find(&reason);
  if (nvrtc == nullptr) GTEST_SKIP() << "no NVRTC on this machine: " << reason;
  RandomWords random(derive_seed(2026, static_cast<std::uint64_t>(GetParam())));
  int compiled = 0;
  for (int i = 0; i < kConfigurations / kShards; ++i) {
    const auto [spec, least_arch, most_arch] = random_spec(random);
    std::vector<const char*> supported;
    for (const char* arch : kArchitectures) {
      const int number = runtime::parse_cuda_arch(arch).number;
      if (nvrtc->supports(arch) && number >= least_arch && number <= most_arch)
        supported.push_back(arch);
    }
    // One of them each time: another one with the next configuration.
    for (std::size_t turn = 0; turn < std::min(supported.size(), kArchitecturesEach); ++turn) {
      const char* const arch =
          supported[(static_cast<std::size_t>(i) * kArchitecturesEach + turn) % supported.size()];
      SCOPED_TRACE(fmt::format("{} on {} {} {}", spec.problem.to_string(),
                               spec.pattern.config().to_string(), spec.kernel.to_string(), arch));
      const std::string source = emit_source(spec, target_properties(arch));
      try {
        const runtime::CudaBinary binary = nvrtc->compile(source, "emitted.cu", arch);
        EXPECT_EQ(binary.log, "");
        EXPECT_FALSE(binary.cubin.empty());
        ++compiled;
      } catch (const Error& error) {
        ADD_FAILURE() << error.what() << "\n" << error.detail();
      }
    }
  }
  EXPECT_GT(compiled, 0) << "NVRTC " << nvrtc->version() << " knows none of the architectures";
}

INSTANTIATE_TEST_SUITE_P(Shard, NvrtcEmission, testing::Range(0, kShards));

}  // namespace
}  // namespace rbgp
