#include <cli/pattern_options.hpp>

#include <cstdio>
#include <optional>

#include <cli/option_checks.hpp>
#include <rbgp/error.hpp>

namespace rbgp::cli {
namespace {

// Config is Rbgp4Config or BaseGraphConfig.
template <typename Config>
Config parse_or_round(const std::string& text, bool nearest) {
  const Config config = Config::parse(text, nearest);
  if (!nearest) return config;
  try {
    Config::parse(text);
  } catch (const Error&) {
    // Not on stdout, which may be source or JSON.
    fmt::print(stderr, "rbgp: note: {} is not reachable; the nearest is {}\n", text,
               config.to_string());
  }
  return config;
}

std::optional<BaseGraph> graph_from(const std::string& file, const char* name,
                                    const BaseGraphConfig& wanted, bool allow_disconnected) {
  if (file.empty()) return std::nullopt;
  BaseGraph graph = BaseGraph::load(file, allow_disconnected);
  require(graph.config() == wanted, ErrorCode::invalid_argument,
          "{}: its graph is {}; the configuration's {} is {}", file, graph.config().to_string(),
          name, wanted.to_string());
  return graph;
}

}  // namespace

void add_sampling_options(CLI::App& command, PatternOptions& options) {
  command.add_option("--seed", options.seed, "Seed of the base graphs")
      ->capture_default_str()
      ->check(seed_check());
  command
      .add_option("--construction", options.construction,
                  "How sparse base graphs are made: automatic, two_lift, k_lift, edge_swap, "
                  "hamiltonian, xor_lift, array_code")
      ->capture_default_str();
  command.add_flag("--allow-disconnected", options.allow_disconnected,
                   "Make a graph of degree 1, which falls apart, instead of refusing");
  command.add_flag("--nearest", options.nearest,
                   "Take the nearest sparsity that gives integer degrees instead of refusing");
}

void add_pattern_options(CLI::App& command, PatternOptions& options) {
  add_sampling_options(command, options);
  command.add_option("--go-file", options.go_file,
                     "Go from an edge list, a Matrix Market file or a .npy mask");
  command.add_option("--gi-file", options.gi_file, "Gi from such a file");
}

Rbgp4Config parse_config(const std::string& text, const PatternOptions& options) {
  return parse_or_round<Rbgp4Config>(text, options.nearest);
}

BaseGraphConfig parse_graph(const std::string& text, const PatternOptions& options) {
  return parse_or_round<BaseGraphConfig>(text, options.nearest);
}

Rbgp4Pattern make_pattern(const Rbgp4Config& config, const PatternOptions& options) {
  const Construction construction = construction_named(options.construction);
  auto go = graph_from(options.go_file, "go", config.go, options.allow_disconnected);
  auto gi = graph_from(options.gi_file, "gi", config.gi, options.allow_disconnected);
  // Nothing is sampled in vain: a graph from a file may be one that sampling refuses.
  Rbgp4Config sampled = config;
  if (go) sampled.go = {};
  if (gi) sampled.gi = {};
  const Rbgp4Pattern pattern = Rbgp4Pattern::sample(
      sampled, options.seed,
      {.go = construction, .gi = construction, .allow_disconnected = options.allow_disconnected});
  return {config, go ? std::move(*go) : pattern.go(), gi ? std::move(*gi) : pattern.gi()};
}

}  // namespace rbgp::cli
