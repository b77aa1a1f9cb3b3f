// How fast values are packed between device memory, as training does at every step: each kernel of a file
// (--kernels=bench/kernels_hopper.txt) once, since packing depends on the kernel's tunables. Beside Google
// Benchmark's arguments: --size=4096 --device=auto. `copy_fraction` is the time that as many bytes would
// take at the rate of a large copy, `equal_copy_fraction` the time of a copy of that size, over the time
// measured: canonical floats read once, packed values written once.
#include <benchmark/benchmark.h>

#include <bench/arguments.hpp>
#include <bench/ceilings.hpp>
#include <bench/entry_name.hpp>
#include <bench/equal_copy.hpp>
#include <bench/kernel_list.hpp>
#include <bench/product_bench.hpp>
#include <rbgp/error.hpp>
#include <rbgp/kernel.hpp>
#include <runtime/timer.hpp>

namespace rbgp::bench {
namespace {

// Packing of one layer follows that of others: neither values nor packed values are in the cache.
void run(benchmark::State& state, const KernelSpec& spec, const Device& device) {
  const Kernel kernel = Kernel::create(spec, device);
  const auto value_bytes =
      static_cast<std::size_t>(spec.problem.m * spec.pattern.nnz_per_row()) * sizeof(float);
  const std::int64_t bytes = static_cast<std::int64_t>(value_bytes + kernel.packed_bytes());
  const int copies = runtime::rotating_copies(bytes, runtime::shared_cache_bytes(device));
  std::vector<DeviceBuffer> values, packed;
  for (int i = 0; i < copies; ++i) {
    values.emplace_back(device, value_bytes).fill(0);
    packed.emplace_back(device, kernel.packed_bytes());
  }
  runtime::LaunchTimer timer(device, copies, [&](int copy, void* stream) {
    const auto i = static_cast<std::size_t>(copy);
    kernel.launch_pack(static_cast<const float*>(values[i].data()), packed[i].data(), stream);
  });
  runtime::Samples samples;
  for (auto _ : state) {
    const runtime::Samples round = timer.sample();
    samples.ms.insert(samples.ms.end(), round.ms.begin(), round.ms.end());
    state.SetIterationTime(round.median() * 1e-3);
  }
  state.counters["median_ms"] = samples.median();
  state.counters["spread"] = samples.spread();
  state.counters["copy_fraction"] =
      static_cast<double>(bytes) / ceilings_of(device).bytes_per_ms / samples.median();
  if (const auto copy_ms = equal_copy_ms(device, bytes))
    state.counters["equal_copy_fraction"] = *copy_ms / samples.median();
  state.SetLabel(spec.kernel.to_string());
}

void register_packs(const Arguments& arguments, const Device& device) {
  for (const Dtype dtype : kAllDtypes)
    for (const Layout layout : {Layout::kn, Layout::nk}) {
      Problem problem = parse_problem(arguments.at("size"));
      problem.dtype = dtype;
      problem.layout = layout;
      for (const KernelSpec& spec :
           read_kernels(arguments.at("kernels"), problem, device.properties())) {
        const EntryName name{.suite = "pack",
                             .dtype = std::string(to_string(dtype)),
                             .layout = std::string(to_string(layout)),
                             .problem = problem,
                             .impl = "rbgp:" + spec.kernel.family,
                             .config = spec.pattern.config().to_string()};
        constexpr int kRounds = 5;
        benchmark::RegisterBenchmark(name.text().c_str(),
                                     [spec, device](benchmark::State& state) {
                                       try {
                                         run(state, spec, device);
                                       } catch (const Error& error) {
                                         state.SkipWithError(error.what());
                                       }
                                     })
            ->UseManualTime()
            ->Unit(benchmark::kMillisecond)
            ->Iterations(kRounds);
      }
    }
}

}  // namespace
}  // namespace rbgp::bench

int main(int argc, char** argv) {
  using namespace rbgp;
  bench::Arguments arguments = {
      {"kernels", "bench/kernels_hopper.txt"}, {"size", "4096"}, {"device", "auto"}};
  bench::take_arguments(argc, argv, arguments);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  try {
    const Device device = Device::select(arguments["device"]);
    bench::add_context(device);
    bench::register_packs(arguments, device);
    benchmark::RunSpecifiedBenchmarks();
  } catch (const Error& error) {
    return bench::report_error("bench_pack", error);
  }
  return 0;
}
