// The fastest configuration and kernel that the tuner finds for square products, free to choose both:
// --sizes=4096 --sparsities=50,75,87.5,93.75 --budget=25 --device=auto beside Google Benchmark's arguments, and
// --configs=CONFIG;CONFIG for configurations whose kernels alone are searched, in a third of the budget.
// --kernels=FILE takes kernels as they are (kernel_list.hpp), without a search.
// --dtype=f32|f32x3|tf32|bf16|f16 and --layout=kn|nk say what is computed.
#include <memory>
#include <vector>

#include <benchmark/benchmark.h>

#include <bench/arguments.hpp>
#include <bench/product_bench.hpp>
#include <rbgp/error.hpp>

int main(int argc, char** argv) {
  using namespace rbgp;
  bench::Arguments arguments = {{"sizes", "4096"}, {"sparsities", "50,75,87.5,93.75"},
                                {"budget", "25"},  {"device", "auto"},
                                {"dtype", "f32"},  {"layout", "kn"},
                                {"configs", ""},   {"kernels", ""}};
  bench::take_arguments(argc, argv, arguments);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  try {
    const Device device = Device::select(arguments["device"]);
    bench::add_context(device, parse_dtype(arguments["dtype"]));
    std::vector<std::unique_ptr<bench::ProductBench>> suites;
    for (const std::string& size : bench::split(arguments["sizes"])) {
      const Problem problem = bench::with_choices(bench::parse_problem(size), arguments);
      suites.push_back(std::make_unique<bench::ProductBench>("square", problem, device));
      suites.back()->register_dense();
      for (const std::string& sparsity : bench::split(arguments["sparsities"]))
        suites.back()->tune_and_register(
            {.sparsity_percent = bench::parse_number(sparsity),
             .budget_seconds = bench::parse_number(arguments["budget"])});
      suites.back()->register_kernels(arguments["kernels"]);
      for (const std::string& text : bench::split(arguments["configs"], ';')) {
        const Rbgp4Config config = Rbgp4Config::parse(text);
        if (config.rows() == problem.m && config.cols() == problem.k)
          suites.back()->tune_and_register(
              {.budget_seconds = bench::parse_number(arguments["budget"]) / 3, .config = config});
      }
    }
    benchmark::RunSpecifiedBenchmarks();
  } catch (const Error& error) {
    return bench::report_error("bench_square", error);
  }
  return 0;
}
