// Which base graphs a configuration gets: the options of every subcommand that samples one.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include <rbgp/pattern.hpp>

namespace rbgp::cli {

struct PatternOptions {
  std::uint64_t seed = 1;
  std::string construction{to_string(Construction::automatic)};  // of Go and Gi unless complete
  bool allow_disconnected = false;
  bool nearest = false;
  std::string go_file, gi_file;  // a user's own graphs, in place of sampled ones
};

// --seed, --construction, --allow-disconnected and --nearest.
void add_sampling_options(CLI::App& command, PatternOptions& options);
// The same, --go-file and --gi-file.
void add_pattern_options(CLI::App& command, PatternOptions& options);

// The configuration; where --nearest rounds it, a line on stderr says so.
Rbgp4Config parse_config(const std::string& text, const PatternOptions& options);
// The same for one base graph ("32x128@50").
BaseGraphConfig parse_graph(const std::string& text, const PatternOptions& options);

// Base graphs from files where they were given, else sampled.
// Errors: as Rbgp4Pattern::sample and BaseGraph::load; invalid_argument where a file's graph does not have
// the configuration's sizes and degrees.
Rbgp4Pattern make_pattern(const Rbgp4Config& config, const PatternOptions& options);

}  // namespace rbgp::cli
