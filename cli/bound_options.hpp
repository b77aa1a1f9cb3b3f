// The options that bound the patterns of a search.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include <rbgp/search_bounds.hpp>

namespace rbgp::cli {

// `fixed` takes the texts of fixed parts, for SearchBounds::fix.
void add_bound_options(CLI::App& command, SearchBounds& bounds, std::vector<std::string>& fixed);

}  // namespace rbgp::cli
