// The paper's Tables 2 and 3, row by row, with the paper's sizes of Go, Gr, Gi, Gb: time of the 4096^3 product
// and its ratio to the dense product of the vendor's library in the same run. For each row every kernel
// family of the device is tuned; the configuration stays. simt_rbgp4mm is the paper's Algorithm 1.
// --budget=8 seconds a row and family, --families=NAME,NAME for some alone, --rows=TEXT for those rows alone
// whose configuration contains it, and --dtype=f32 --layout=kn, beside Google Benchmark's arguments.
#include <algorithm>

#include <benchmark/benchmark.h>

#include <bench/arguments.hpp>
#include <bench/paper_tables.hpp>
#include <bench/product_bench.hpp>
#include <generator/kernel_family.hpp>
#include <rbgp/error.hpp>

int main(int argc, char** argv) {
  using namespace rbgp;
  bench::Arguments arguments = {
      {"budget", "8"}, {"families", ""}, {"rows", ""}, {"dtype", "f32"}, {"layout", "kn"}};
  bench::take_arguments(argc, argv, arguments);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  try {
    const Device device = Device::select("auto");
    const Problem problem = bench::with_choices(
        {.m = kPaperTableSize, .k = kPaperTableSize, .n = kPaperTableSize}, arguments);
    const double budget = bench::parse_number(arguments["budget"]);
    const std::vector<std::string> wanted = bench::split(arguments["families"]);
    for (const std::string& name : wanted) (void)find_family(name);
    const auto is_wanted = [&](std::string_view name) {
      return wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end();
    };
    bench::add_context(device, problem.dtype);
    const auto add = [&](bench::ProductBench& suite, const std::string& config) {
      if (config.find(arguments["rows"]) == std::string::npos) return;
      for (const KernelFamily& family : kernel_families())
        if (family.target == device.kind() && family.multiplies(problem.dtype) &&
            is_wanted(family.name))
          suite.tune_and_register({.budget_seconds = budget,
                                   .max_candidates = 32,
                                   .config = Rbgp4Config::parse(config),
                                   .family = std::string(family.name)});
    };
    bench::ProductBench table2("table2", problem, device);
    table2.register_dense();
    for (const std::string& config : paper_table2()) add(table2, config);
    bench::ProductBench table3("table3", problem, device);
    table3.register_dense();
    for (const std::string& config : paper_table3()) add(table3, config);
    benchmark::RunSpecifiedBenchmarks();
  } catch (const Error& error) {
    return bench::report_error("bench_tables", error);
  }
  return 0;
}
