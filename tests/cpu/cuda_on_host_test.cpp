// Emitted CUDA kernels, run on the host: right on ragged shapes, and the check itself catches what it is for.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <generator/families.hpp>
#include <rbgp/codegen.hpp>
#include <rbgp/kernel.hpp>
#include <support/cuda_on_host.hpp>
#include <support/kernel_cases.hpp>
#include <support/kernel_run.hpp>
#include <tuner/bench_inputs.hpp>

namespace rbgp::test {
namespace {

constexpr std::size_t kRandomCases = 60;
constexpr std::size_t kCases = 30;  // of a family
constexpr std::size_t kShards = 6;  // so that several cores share the compiling
constexpr double kTolerance = 1e-5;

struct Inputs {
  std::vector<float> values, input;
  std::vector<double> expected;
};

Inputs inputs_of(const KernelSpec& spec) {
  const Problem& problem = spec.problem;
  Inputs inputs{random_floats(problem.m * spec.pattern.nnz_per_row(), 1),
                random_floats(problem.k * problem.n, 2),
                std::vector<double>(static_cast<std::size_t>(problem.m * problem.n))};
  // As values_from_dense leaves them: columns that the problem does not have are zero.
  for (std::int64_t u = 0; u < problem.m; ++u)
    for (std::int64_t j = 0; j < spec.pattern.nnz_per_row(); ++j)
      if (spec.pattern.column(u, j) >= problem.k)
        inputs.values[static_cast<std::size_t>(u * spec.pattern.nnz_per_row() + j)] = 0;
  reference_product(spec.pattern, problem, inputs.values.data(), inputs.input.data(),
                    inputs.expected.data());
  return inputs;
}

// What is wrong with a source for a spec, in either order of threads; empty where it is right.
std::string fault_of(const KernelSpec& spec, const std::string& source) {
  const CudaOnHost program(spec, synthetic_device(DeviceKind::cuda), source);
  const Inputs inputs = inputs_of(spec);
  for (const bool backwards : {false, true}) {
    const CudaOnHostRun run = program.run(inputs.values, inputs.input, backwards);
    if (!run.failure.empty()) return run.failure;
    const Difference found = difference(inputs.expected, run.output);
    if (found.not_finite > 0) return fmt::format("{} elements are NaN", found.not_finite);
    if (!(found.relative_error < kTolerance))
      return fmt::format("relative error {}", found.relative_error);
  }
  return "";
}

std::vector<KernelCase> small_cases(const KernelFamily& family) {
  std::vector<KernelCase> cases =
      kernel_cases(family, synthetic_device(DeviceKind::cuda), kRandomCases);
  // Fibers are slow: what matters here is which elements are touched, not how many.
  std::erase_if(cases, [](const KernelCase& one) {
    return one.config.rows() * one.config.nnz_per_row() * one.problem.n > 1'000'000;
  });
  // Spread over the list: its shapes at the edges, its tunables, its random part.
  std::vector<KernelCase> spread;
  for (std::size_t i = 0; i < kCases && !cases.empty(); ++i)
    spread.push_back(cases[i * cases.size() / kCases]);
  return spread;
}

class CudaOnHostFamily : public testing::TestWithParam<std::tuple<std::size_t, std::size_t>> {};

TEST_P(CudaOnHostFamily, EqualsTheReference) {
  const auto [index, shard] = GetParam();
  const KernelFamily& family = kernel_families()[index];
  if (family.target != DeviceKind::cuda) return;
  const std::vector<KernelCase> cases = small_cases(family);
  ASSERT_EQ(cases.size(), kCases);
  for (std::size_t i = shard; i < cases.size(); i += kShards) {
    SCOPED_TRACE(cases[i].name());
    const KernelSpec spec{cases[i].problem, Rbgp4Pattern::sample(cases[i].config, i),
                          cases[i].kernel};
    EXPECT_EQ(fault_of(spec, emit_source(spec, synthetic_device(DeviceKind::cuda))), "");
  }
}

INSTANTIATE_TEST_SUITE_P(All, CudaOnHostFamily,
                         testing::Combine(testing::Range(std::size_t{0}, kernel_families().size()),
                                          testing::Range(std::size_t{0}, kShards)));

// ---- The check checks ----

KernelSpec small_spec(const std::string& family) {
  const Rbgp4Config config = Rbgp4Config::parse("go=4x8@50,gr=2x1,gi=4x8@50,gb=2x1");
  KernelSpec spec{{.m = config.rows(), .k = config.cols(), .n = 100},
                  Rbgp4Pattern::sample(config, 1),
                  {family, {}}};
  for (const Tunable& tunable : find_family(family).tunables(synthetic_device(DeviceKind::cuda)))
    spec.kernel.tunables[tunable.name] = tunable.values.front();
  if (family == "simt_tma") {
    spec.kernel.tunables["thread_rows"] = 4;
    spec.kernel.tunables["thread_cols"] = 4;
  }
  if (family == "simt_row_group") spec.kernel.tunables["block_groups"] = 4;
  return spec;
}

// `which` counts from 1; 0 means every place.
std::string without(std::string source, const std::string& text, int which,
                    const std::string& instead = "") {
  std::size_t at = 0;
  for (int found = 0; (at = source.find(text, at)) != std::string::npos;) {
    ++found;
    if (which != 0 && found != which) {
      at += text.size();
      continue;
    }
    source.replace(at, text.size(), instead);
    if (which != 0) return source;
    at += instead.size();
  }
  return source;
}

TEST(CudaOnHost, CatchesPlantedFaults) {
  struct Fault {
    const char* family;
    const char* name;
    const char* text;
    int which;
    const char* instead;
  };
  constexpr Fault kFaults[] = {
      {"simt_rbgp4mm", "barrier after loading", "__syncthreads();", 1, ""},
      {"simt_rbgp4mm", "barrier before the next load", "__syncthreads();", 2, ""},
      {"simt_rbgp4mm", "column bound of the store", "if (col < Config::kN) store", 1, "store"},
      {"simt_rbgp4mm", "column bound of the load", "&& first_col + col < Config::kN", 1, ""},
      {"simt_rbgp4mm", "a row not stored", "if (u >= Config::kM) continue;", 1,
       "if (u >= Config::kM - 1) continue;"},
      {"simt_row_group", "barrier of a step", "__syncthreads();", 2, ""},
      {"simt_row_group", "wait for copies", "wait_copies<Config::kStages - 2>();", 1, ""},
      {"simt_row_group", "column bound of the copy", "first_col + col < Config::kN &&", 1, ""},
      {"simt_row_group", "column bound of the store", "if (col + rn * 128 < Config::kN)", 1, ""},
      {"simt_row_group", "copies left under way", "wait_copies<0>();", 1, ""},
      {"simt_row_group", "shared memory too small", "Config::kStages - 1;\n    int list_of", 1,
       "Config::kStages;\n    int list_of"},
      {"simt_tma", "wait for copies", "shared.filled[stage].wait(parity);", 1, ""},
      {"simt_tma", "lanes that are not done", "__syncwarp();", 1, ""},
      {"simt_tma", "warps that are not done", "% kWarps == kWarps - 1", 1, "% kWarps == 0"},
      {"simt_tma", "lists that are not there", "__syncthreads();", 1, ""},
      {"simt_tma", "copies past the last step", "turn + Config::kStages < turns", 1, "true"},
      {"simt_tma", "bytes not announced", "4 * (kInputWords + kValueWords)", 1, "4 * kInputWords"},
      {"simt_tma", "column bound of the store", "if (n < Config::kN)", 1, "if (true)"},
      {"simt_tma", "a row not stored", "if (u >= Config::kM) continue;", 1,
       "if (u >= Config::kM - 1) continue;"},
  };
  for (const Fault& fault : kFaults) {
    SCOPED_TRACE(std::string(fault.family) + ": " + fault.name);
    const KernelSpec spec = small_spec(fault.family);
    const std::string source = emit_source(spec, synthetic_device(DeviceKind::cuda));
    const std::string broken = without(source, fault.text, fault.which, fault.instead);
    ASSERT_NE(broken, source) << "the template no longer has the text to break";
    EXPECT_EQ(fault_of(spec, source), "");
    EXPECT_NE(fault_of(spec, broken), "");
  }
}

}  // namespace
}  // namespace rbgp::test
