// The layers of the paper's networks that it makes sparse, each shape once: host or GPU kernels against
// the vendor's dense product. Where a layer is too small for a sparsity, the nearest is taken and its
// entry says which. Arguments besides Google Benchmark's:
//   --sparsities=87.5      several: 75,87.5,93.75; 18 shapes take some 3 minutes each on a GPU
//   --budget=5             seconds of tuning a layer and sparsity
//   --paper-budget=0       seconds of tuning a kernel for each configuration of the paper's tables of that sparsity, on the
//                          layer's sizes, beside; 0: none
//   --batch=256            in place of the paper's (VGG19 256, WRN-40-4 128)
//   --networks=vgg19,wrn-40-4   --layer=conv5_1   all layers where it is left out
//   --dtype=f32   --layout=kn
//   --device=auto   --data=FOLDER   of the network files, where it is not the one of the build
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>

#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>

#include <bench/arguments.hpp>
#include <bench/paper_tables.hpp>
#include <bench/product_bench.hpp>
#include <rbgp/error.hpp>

namespace {

using namespace rbgp;

std::vector<Problem> layers(const std::string& folder, const std::string& network,
                            std::int64_t batch, const std::string& only) {
  std::ifstream file(fmt::format("{}/{}.json", folder, network));
  require(file.good(), ErrorCode::invalid_argument, "network {}: no such file", network);
  const auto json = nlohmann::json::parse(file);
  std::vector<Problem> problems;
  for (const auto& layer : json.at("layers")) {
    if (layer.at("dense").get<bool>()) continue;
    if (!only.empty() && layer.at("name") != only) continue;
    Problem problem{.m = layer.at("m"), .k = layer.at("k"), .n = layer.at("n")};
    if (batch > 0) problem.n = problem.n / json.at("batch").get<std::int64_t>() * batch;
    if (std::find(problems.begin(), problems.end(), problem) == problems.end())
      problems.push_back(problem);
  }
  return problems;
}

}  // namespace

int main(int argc, char** argv) {
  bench::Arguments arguments = {{"sparsities", "87.5"},
                                {"batch", "0"},
                                {"budget", "5"},
                                {"device", "auto"},
                                {"networks", "vgg19,wrn-40-4"},
                                {"layer", ""},
                                {"dtype", "f32"},
                                {"layout", "kn"},
                                {"paper-budget", "0"},
                                {"data", RBGP_NETWORK_FOLDER}};
  bench::take_arguments(argc, argv, arguments);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  try {
    const Device device = Device::select(arguments["device"]);
    bench::add_context(device, parse_dtype(arguments["dtype"]));
    const auto batch = static_cast<std::int64_t>(bench::parse_number(arguments["batch"]));
    const double paper_budget = bench::parse_number(arguments["paper-budget"]);
    std::vector<std::unique_ptr<bench::ProductBench>> suites;
    for (const std::string& network : bench::split(arguments["networks"]))
      for (const Problem& problem : layers(arguments["data"], network, batch, arguments["layer"])) {
        std::fprintf(stderr, "%s %ldx%ldx%ld\n", network.c_str(), problem.m, problem.k, problem.n);
        auto suite = std::make_unique<bench::ProductBench>(
            "layers:" + network, bench::with_choices(problem, arguments), device);
        suite->register_dense();
        for (const std::string& text : bench::split(arguments["sparsities"])) {
          const double sparsity = bench::parse_number(text);
          suite->tune_and_register({.sparsity_percent = sparsity,
                                    .budget_seconds = bench::parse_number(arguments["budget"]),
                                    .nearest = true});
          if (paper_budget > 0)
            for (const Rbgp4Config& config : paper_configs(problem.m, problem.k, sparsity))
              suite->tune_and_register({.budget_seconds = paper_budget, .config = config});
        }
        suites.push_back(std::move(suite));
      }
    benchmark::RunSpecifiedBenchmarks();
  } catch (const Error& error) {
    return bench::report_error("bench_layers", error);
  }
  return 0;
}
