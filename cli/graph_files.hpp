// Files that subcommands write graphs and pictures to: --svg, --graphml, --dot, --mtx.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <rbgp/pattern.hpp>

namespace rbgp::cli {

struct GraphFiles {
  std::optional<std::string> graphml, dot, mtx;

  // Throws what creating the files would throw, and invalid_argument where one is another, or among those that are
  // `read`: before work that may take long.
  void require_writable(const std::vector<std::string>& read) const;
  void write(const BaseGraph& graph, const std::string& label) const;
};

void add_graph_files(CLI::App& command, GraphFiles& files);

// Of a pattern: its picture, and one of its base graphs or, in Matrix Market, its mask.
struct PatternFiles {
  std::optional<std::string> svg;
  std::string graph;  // that `files` hold: "go", "gr", "gi", "gb", or "w" for mtx alone
  GraphFiles files;

  // Errors: invalid_argument where --graph and the files do not go together, and as of GraphFiles; io.
  void check(const std::vector<std::string>& read) const;
  // The matrix may be smaller than the pattern. `note` follows the configuration in titles and labels.
  void write(const Rbgp4Pattern& pattern, std::int64_t rows, std::int64_t cols,
             const std::string& note) const;
};

void add_pattern_files(CLI::App& command, PatternFiles& files);

}  // namespace rbgp::cli
