// What the options of `rbgp tune` ask for. Errors: invalid_argument naming the option.
#pragma once

#include <string>

#include <cli/tune_options.hpp>

namespace rbgp::cli {

struct NamedProblem {
  Problem problem;
  std::string note;  // what a user should know of the layer
};

// Of --m, --k and --n, a configuration or a network's layer.
NamedProblem problem_of(const TuneOptions& options);
void require_no_sizes(const TuneOptions& options);

// The one pattern whose kernels are searched.
Rbgp4Pattern pattern_of(const TuneOptions& options);
void require_no_pattern_options(const PatternOptions& options);

// All but what is to be multiplied.
TuneRequest request_of(const TuneOptions& options);

}  // namespace rbgp::cli
