#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <cli/commands.hpp>
#include <cli/json_fields.hpp>
#include <cli/network.hpp>
#include <cli/option_checks.hpp>
#include <cli/table.hpp>
#include <rbgp/error.hpp>
#include <rbgp/memory.hpp>

namespace rbgp::cli {
namespace {

constexpr const char* kPatternHelp =
    "dense; unstructured (an index a non-zero); block4x4 or another size (an index a block); rbgp4 "
    "(what fits the paper's Table 1); or a configuration: each layer gets its Gr, Gi and Gb, or "
    "the "
    "nearest that have the layer's number of non-zeros, a Go that covers the layer, Go's sparsity "
    "where it can be kept, and what is missing to --sparsity in Gi";

struct MemoryOptions {
  std::string network;
  std::string pattern;
  std::optional<double> sparsity;
  bool nearest = false;
  bool json = false;
};

double wanted_sparsity(const MemoryOptions& options, const StoragePattern& pattern) {
  if (options.sparsity) return *options.sparsity;
  if (pattern.kind == StoragePattern::Kind::dense) return 0;
  const bool configuration = options.pattern.find('=') != std::string::npos;
  require(configuration, ErrorCode::invalid_argument, "--sparsity is needed for the pattern {}",
          options.pattern);
  return 100 * pattern.config.sparsity();
}

MemoryReport make_report(const Network& network, const StoragePattern& pattern, double sparsity,
                         bool nearest) {
  std::vector<WeightShape> shapes;
  shapes.reserve(network.layers.size());
  for (const NetworkLayer& layer : network.layers)
    shapes.push_back({layer.name, layer.m, layer.k, layer.dense});
  try {
    return memory_report(shapes, pattern, sparsity, nearest);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::invalid_argument || nearest) throw;
    fail(error.code(), "{}; --nearest takes the nearest", error.what());
  }
}

Json report_json(const MemoryReport& report, const MemoryOptions& options, double sparsity) {
  Json json = {{"network", options.network},
               {"pattern", options.pattern},
               {"sparsity_percent", sparsity},
               {"nonzeros", report.nonzeros()},
               {"index_words", report.index_words()},
               {"bytes", report.bytes()},
               {"mib", report.mib()},
               {"layers", Json::array()}};
  for (const LayerMemory& layer : report.layers) {
    Json row = {{"name", layer.shape.name},   {"rows", layer.shape.rows},
                {"cols", layer.shape.cols},   {"dense", layer.shape.dense},
                {"nonzeros", layer.nonzeros}, {"index_words", layer.index_words},
                {"bytes", layer.bytes()}};
    if (layer.config) {
      row["config"] = layer.config->to_string();
      row["degree_one"] = layer.degree_one;
    }
    json["layers"].push_back(std::move(row));
  }
  return json;
}

std::string layers_text(const MemoryReport& report) {
  using Align = Table::Align;
  Table table({{"layer", Align::left},
               {"size", Align::right},
               {"weights", Align::right},
               {"indices", Align::right},
               {"bytes", Align::right},
               {"configuration", Align::left}});
  for (const LayerMemory& layer : report.layers) {
    std::string config = layer.shape.dense ? "left dense" : "";
    if (layer.config) config = layer.config->to_string();
    if (layer.degree_one) config += "  (degree 1)";
    table.add_row({layer.shape.name, fmt::format("{}x{}", layer.shape.rows, layer.shape.cols),
                   fmt::format("{}", layer.nonzeros), fmt::format("{}", layer.index_words),
                   fmt::format("{}", layer.bytes()), config});
  }
  return table.text();
}

void run_memory(const MemoryOptions& options) {
  const StoragePattern pattern = StoragePattern::parse(options.pattern);
  const Network network = load_network(options.network);
  const double sparsity = wanted_sparsity(options, pattern);
  const MemoryReport report = make_report(network, pattern, sparsity, options.nearest);
  if (options.json) {
    print_json(report_json(report, options, sparsity));
    return;
  }
  fmt::print("{}\n", layers_text(report));
  std::string degree_one;
  for (const LayerMemory& layer : report.layers)
    if (layer.degree_one) degree_one += (degree_one.empty() ? "" : ", ") + layer.shape.name;
  if (!degree_one.empty())
    fmt::print("degree 1, hence disconnected, since nothing else has as many non-zeros: {}\n",
               degree_one);
  fmt::print("{}, {} at {:.10g} %: {} weights and {} indices of 4 bytes, {:.2f} MiB\n",
             options.network, options.pattern, sparsity, report.nonzeros(), report.index_words(),
             report.mib());
}

}  // namespace

void add_memory(CLI::App& app) {
  auto options = std::make_shared<MemoryOptions>();
  CLI::App* command =
      app.add_subcommand("memory", "What a network's weights take to store under a pattern");
  command->add_option("--network", options->network, "vgg19 or wrn-40-4")->required();
  command->add_option("--pattern", options->pattern, kPatternHelp)->required();
  command
      ->add_option("--sparsity", options->sparsity,
                   "Sparsity of the sparse layers in percent; a configuration's own if left out")
      ->check(sparsity_check());
  command->add_flag("--nearest", options->nearest,
                    "Take the nearest sparsity that a layer can have");
  command->add_flag("--json", options->json, "Print one JSON object");
  command->callback([options] { run_memory(*options); });
}

}  // namespace rbgp::cli
