// The options that say what is computed beside its sizes, of every subcommand that makes a problem.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include <rbgp/problem.hpp>

namespace rbgp::cli {

struct ProblemOptions {
  std::string dtype = "f32";
  std::string layout = "kn";
  std::string epilogue = "none";

  // A problem without sizes. Errors: invalid_argument naming the option and what is allowed.
  Problem problem() const;
};

void add_problem_options(CLI::App& command, ProblemOptions& options);

}  // namespace rbgp::cli
