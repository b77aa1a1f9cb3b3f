// What `rbgp tune` is told.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <cli/pattern_options.hpp>
#include <cli/problem_options.hpp>
#include <rbgp/tuner.hpp>

namespace rbgp::cli {

struct TuneOptions {
  std::int64_t m = 0;
  std::int64_t k = 0;
  std::int64_t n = 0;
  std::string network;
  std::string layer;
  std::int64_t batch = 0;  // 0: the network's
  std::optional<double> sparsity;
  std::string config;  // searches its kernels alone
  std::string family;
  SearchBounds bounds;
  std::vector<std::string> fixed;  // of the configuration, texts of its parts
  ProblemOptions problem;
  std::string device = "auto";
  PatternOptions pattern;  // all but seed and nearest are for `config`
  std::string budget = "60s";
  std::string compile_limit = "120s";
  std::string run_limit = "60s";
  bool cold = false;
  std::int64_t max_candidates = 0;
  bool pad = false;
  std::string strategy = TuneRequest{}.strategy;
  std::string journal;  // empty: none
  bool resume = false;  // the journal has to be there
  std::string shard = to_string(Shard{});
  std::string wisdom;  // empty: the default place
  std::string prefer{to_string(TuneRequest{}.prefer)};
  std::string out;  // empty: plan.json, of a network the folder plans
  bool json = false;
};

void add_tune_options(CLI::App& command, TuneOptions& options);

}  // namespace rbgp::cli
