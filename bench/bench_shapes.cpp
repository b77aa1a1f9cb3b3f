// Shapes off the beaten path: sizes that no tile divides, few columns, a single one. Pattern and kernel are
// the tuner's choice. Arguments besides Google Benchmark's:
//   --sizes=768x3072x3152,4096x4096x1,4096x4096x7,4096x4096x33,4096x4096x1000
//   --sparsities=75,87.5   --budget=8   --device=auto   --dtype=f32   --layout=kn
#include <memory>
#include <vector>

#include <benchmark/benchmark.h>

#include <bench/arguments.hpp>
#include <bench/product_bench.hpp>
#include <rbgp/error.hpp>

int main(int argc, char** argv) {
  using namespace rbgp;
  bench::Arguments arguments = {
      {"sizes", "768x3072x3152,4096x4096x1,4096x4096x7,4096x4096x33,4096x4096x1000"},
      {"sparsities", "75,87.5"},
      {"budget", "8"},
      {"device", "auto"},
      {"dtype", "f32"},
      {"layout", "kn"}};
  bench::take_arguments(argc, argv, arguments);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  try {
    const Device device = Device::select(arguments["device"]);
    bench::add_context(device, parse_dtype(arguments["dtype"]));
    std::vector<std::unique_ptr<bench::ProductBench>> suites;
    for (const std::string& size : bench::split(arguments["sizes"])) {
      suites.push_back(std::make_unique<bench::ProductBench>(
          "shapes", bench::with_choices(bench::parse_problem(size), arguments), device));
      suites.back()->register_dense();
      for (const std::string& sparsity : bench::split(arguments["sparsities"]))
        suites.back()->tune_and_register(
            {.sparsity_percent = bench::parse_number(sparsity),
             .budget_seconds = bench::parse_number(arguments["budget"])});
    }
    benchmark::RunSpecifiedBenchmarks();
  } catch (const Error& error) {
    return bench::report_error("bench_shapes", error);
  }
  return 0;
}
