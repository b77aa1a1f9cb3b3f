#include <cli/bound_options.hpp>

#include <cli/option_checks.hpp>

namespace rbgp::cli {

void add_bound_options(CLI::App& command, SearchBounds& bounds, std::vector<std::string>& fixed) {
  command
      .add_option("--min-repetition", bounds.min_repetition,
                  "Search patterns in which at least so many rows share their columns (4)")
      ->check(repetition_check());
  command.add_option("--min-gi-share", bounds.min_gi_share,
                     "Search patterns in which Gi has at least this part of the sparsity, "
                     "log(density of Gi) / log(density of W), 0 to 1");
  command.add_option("--min-gap", bounds.min_gap,
                     "Measure patterns with at least this normalised spectral gap, 0 to 1");
  command.add_option("--fix", fixed,
                     "Search patterns with these parts of the configuration: gr=4x1,gi=32x32@50");
}

}  // namespace rbgp::cli
