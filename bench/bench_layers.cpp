// The layers of the paper's networks that it makes sparse, each shape once: host or GPU kernels against
// the vendor's dense product. Arguments besides Google Benchmark's: --sparsity=87.5 --batch=256
// --budget=5 --networks=vgg19,wrn-40-4 --device=auto --layer=conv5_1 (all where it is left out)
// --data=FOLDER (of the network files, where it is not the one of the build).
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>

#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>

#include <bench/arguments.hpp>
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
  bench::Arguments arguments = {{"sparsity", "87.5"},
                                {"batch", "0"},
                                {"budget", "5"},
                                {"device", "auto"},
                                {"networks", "vgg19,wrn-40-4"},
                                {"layer", ""},
                                {"data", RBGP_NETWORK_FOLDER}};
  bench::take_arguments(argc, argv, arguments);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  try {
    const Device device = Device::select(arguments["device"]);
    std::vector<std::unique_ptr<bench::ProductBench>> suites;
    for (const std::string& network : bench::split(arguments["networks"]))
      for (const Problem& problem :
           layers(arguments["data"], network, std::stoll(arguments["batch"]), arguments["layer"])) {
        std::fprintf(stderr, "%s %ldx%ldx%ld: ", network.c_str(), problem.m, problem.k, problem.n);
        auto suite = std::make_unique<bench::ProductBench>("layers:" + network, problem, device);
        suite->register_dense();
        suite->tune_and_register({.sparsity_percent = std::stod(arguments["sparsity"]),
                                  .budget_seconds = std::stod(arguments["budget"])});
        suites.push_back(std::move(suite));
      }
    bench::add_context(device);
    benchmark::RunSpecifiedBenchmarks();
  } catch (const Error& error) {
    return bench::report_error("bench_layers", error);
  }
  return 0;
}
