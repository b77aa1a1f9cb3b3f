#include <bench/product_bench.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>

#include <benchmark/benchmark.h>

#include <rbgp/doctor.hpp>
#include <rbgp/error.hpp>
#include <tuner/bench_inputs.hpp>
#include <tuner/measure.hpp>

namespace rbgp::bench {
namespace {

constexpr int kRounds = 9;         // dense and ours in turn, so that both meet the same machine
constexpr double kRoundSeconds = 0.02;

runtime::TimingOptions one_round() {
  return {.min_seconds = kRoundSeconds, .min_samples = 2, .max_samples = 101, .warmup = 1};
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

const Ceilings& ceilings_of(const Device& device) {
  static std::map<std::string, Ceilings> measured;
  const auto known = measured.find(device.text());
  if (known != measured.end()) return known->second;
  return measured.emplace(device.text(), measure_ceilings(device)).first->second;
}

// Each iteration takes the time of one round.
void report_rounds(benchmark::State& state, const std::vector<double>& rounds) {
  std::size_t round = 0;
  for (auto _ : state) state.SetIterationTime(rounds[round++ % rounds.size()] * 1e-3);
  state.counters["median_ms"] = median(rounds);
}

}  // namespace

std::string entry_name(const std::string& suite, const Problem& problem, const std::string& impl,
                       const std::string& config) {
  return fmt::format("{}/{}/kn/{}x{}x{}/{}/{}", suite, to_string(problem.dtype), problem.m,
                     problem.k, problem.n, impl, config);
}

struct ProductBench::State {
  State(const Problem& wanted, const Device& on)
      : problem(wanted),
        device(on),
        input(device, static_cast<std::size_t>(problem.k * problem.n * 4)),
        output(device, static_cast<std::size_t>(problem.m * problem.n * 4)),
        dense(DenseBaseline::open(problem, device, dense_missing)) {
    const std::vector<float> values = random_floats(problem.k * problem.n, 7);
    input.upload(values.data(), input.bytes());
    if (!dense) return;
    weights = DeviceBuffer(device, static_cast<std::size_t>(problem.m * problem.k * 4));
    const std::vector<float> dense_values = random_floats(problem.m * problem.k, 8);
    weights.upload(dense_values.data(), weights.bytes());
  }

  double dense_round() {
    return runtime::time_launches(
               device,
               [&](void* stream) {
                 dense->launch(weights.data(), input.data(), output.data(), stream);
               },
               one_round())
        .median();
  }

  Problem problem;
  Device device;
  DeviceBuffer input, output, weights;
  std::string dense_missing;
  std::unique_ptr<DenseBaseline> dense;
};

ProductBench::ProductBench(std::string suite, const Problem& problem, const Device& device)
    : suite_(std::move(suite)),
      problem_(problem),
      device_(device),
      state_(std::make_shared<State>(problem, device)) {}

ProductBench::~ProductBench() = default;

void ProductBench::register_dense() {
  if (!state_->dense) {
    std::fprintf(stderr, "no dense product: %s\n", state_->dense_missing.c_str());
    return;
  }
  const std::string impl = device_.kind() == DeviceKind::cuda ? "cublas" : "openblas";
  benchmark::RegisterBenchmark(entry_name(suite_, problem_, impl, "dense").c_str(),
                               [shared = state_](benchmark::State& state) {
                                 std::vector<double> rounds;
                                 for (int round = 0; round < kRounds; ++round)
                                   rounds.push_back(shared->dense_round());
                                 report_rounds(state, rounds);
                                 state.counters["ratio_to_dense"] = 1;
                                 state.SetLabel(shared->dense->name());
                               })
      ->UseManualTime()
      ->Unit(benchmark::kMillisecond)
      ->Iterations(kRounds);
}

bool ProductBench::tune_and_register(TuneRequest request) {
  request.problem = problem_;
  request.device = device_;
  TuneResult tuned;
  try {
    tuned = tune(request);
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return false;
  }
  const CandidateResult best = tuned.ranking.front();
  const Rbgp4Config config = best.config;
  std::fprintf(stderr, "%-50s %-14s %8.4f ms  %5.2fx dense  %zu candidates\n",
               config.to_string().c_str(), best.kernel.family.c_str(), best.median_ms,
               tuned.plan.dense_ms / best.median_ms, tuned.ranking.size());
  benchmark::RegisterBenchmark(
      entry_name(suite_, problem_, "rbgp:" + best.kernel.family, config.to_string()).c_str(),
      [shared = state_, best, spec = tuned.plan.spec](benchmark::State& state) {
        const Kernel kernel = Kernel::create(spec, shared->device);
        DeviceBuffer packed(shared->device, kernel.packed_bytes());
        DeviceBuffer workspace(shared->device, kernel.workspace_bytes());
        const std::vector<float> values =
            random_floats(shared->problem.m * spec.pattern.nnz_per_row(), 9);
        kernel.pack(values.data(), packed);
        std::vector<double> dense_rounds;
        std::vector<double> rounds;
        for (int round = 0; round < kRounds; ++round) {
          if (shared->dense) dense_rounds.push_back(shared->dense_round());
          rounds.push_back(runtime::time_launches(
                               shared->device,
                               [&](void* stream) {
                                 kernel.launch(packed.data(), shared->input.data(),
                                               shared->output.data(), workspace.data(), stream);
                               },
                               one_round())
                               .median());
        }
        report_rounds(state, rounds);
        const Rbgp4Config& pattern = spec.pattern.config();
        const double ms = median(rounds);
        if (shared->dense) {
          const double dense_ms = median(dense_rounds);
          state.counters["ratio_to_dense"] = dense_ms / ms;
          state.counters["ideal_fraction"] = dense_ms * pattern.density() / ms;
        }
        state.counters["roofline_fraction"] =
            roofline_ms(ceilings_of(shared->device), pattern, shared->problem) / ms;
        state.counters["sparsity"] = 100 * pattern.sparsity();
        state.counters["go_sparsity"] = 100 * pattern.go.sparsity();
        state.counters["gi_sparsity"] = 100 * pattern.gi.sparsity();
        state.counters["row_repetition"] = static_cast<double>(pattern.row_repetition());
        state.counters["spectral_gap"] = best.spectral_gap;
        state.counters["rel_error"] = best.relative_error;
        state.SetLabel(kernel.describe());
      })
      ->UseManualTime()
      ->Unit(benchmark::kMillisecond)
      ->Iterations(kRounds);
  return true;
}

void add_context(const Device& device) {
  const DeviceProperties& properties = device.properties();
  benchmark::AddCustomContext("device", properties.name);
  benchmark::AddCustomContext("arch", properties.arch);
  if (!properties.driver.empty()) benchmark::AddCustomContext("driver", properties.driver);
  for (const DoctorItem& item : doctor())
    if (item.found && (item.name == "NVRTC" || item.name == "LLVM"))
      benchmark::AddCustomContext(item.name, item.value.substr(0, item.value.find(' ')));
  const char* commit = std::getenv("RBGP_COMMIT");
  benchmark::AddCustomContext("commit", commit != nullptr ? commit : "unknown");
  const Ceilings& ceilings = ceilings_of(device);
  benchmark::AddCustomContext("copy_gb_per_s", fmt::format("{:.0f}", ceilings.bytes_per_ms * 1e-6));
  benchmark::AddCustomContext("f32_tflops",
                              fmt::format("{:.2f}", 2e-9 * ceilings.multiply_adds_per_ms));
  benchmark::AddCustomContext("empty_launch_us", fmt::format("{:.2f}", 1e3 * ceilings.empty_ms));
}

}  // namespace rbgp::bench
