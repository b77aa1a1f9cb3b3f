#include <filesystem>
#include <memory>
#include <vector>

#include <fmt/ranges.h>

#include <cli/commands.hpp>
#include <cli/graph_files.hpp>
#include <cli/pattern_options.hpp>
#include <cli/pattern_report.hpp>
#include <rbgp/error.hpp>
#include <rbgp/product.hpp>

namespace rbgp::cli {
namespace {

struct GraphOptions {
  std::vector<std::string> subjects;  // files, or sizes with a sparsity
  PatternOptions sampling;
  GraphFiles files;
  bool json = false;
};

BaseGraph graph_of_subject(const GraphOptions& options, std::size_t index) {
  const std::string& subject = options.subjects[index];
  if (std::filesystem::exists(subject))
    return BaseGraph::load(subject, options.sampling.allow_disconnected);
  // No file's name is taken for sizes that are written wrong.
  require(subject.find_first_not_of("0123456789x@.-") == std::string::npos, ErrorCode::io,
          "'{}' is neither a graph's file nor sizes such as 32x128@50", subject);
  const BaseGraphConfig config = parse_graph(subject, options.sampling);
  const Construction construction = config.is_complete()
                                        ? Construction::complete
                                        : construction_named(options.sampling.construction);
  return BaseGraph::sample(config, options.sampling.seed + index, construction,
                           options.sampling.allow_disconnected);
}

std::vector<std::string> block_texts(const GraphProduct& product) {
  std::vector<std::string> texts;
  for (const BlockSize& block : product.block_sizes())
    texts.push_back(fmt::format("{}x{}", block.rows, block.cols));
  return texts;
}

Json graphs_json(const GraphProduct& product, const std::vector<GraphFacts>& facts) {
  Json json = {{"graphs", Json::array()}};
  for (std::size_t i = 0; i < product.factors().size(); ++i)
    json["graphs"].push_back(graph_json(facts[i]));
  if (product.factors().size() == 1) return json;
  json["product"] = graph_json(facts.back());
  json["stored_edges"] = product.stored_edges();
  json["blocks"] = block_texts(product);
  return json;
}

void run_graph(const GraphOptions& options) {
  options.files.require_writable(options.subjects);
  std::vector<BaseGraph> graphs;
  std::vector<GraphFacts> facts;
  for (std::size_t i = 0; i < options.subjects.size(); ++i) {
    graphs.push_back(graph_of_subject(options, i));
    facts.push_back(
        graph_facts(options.subjects.size() == 1 ? "G" : fmt::format("G{}", i + 1), graphs.back()));
  }
  const GraphProduct product(std::move(graphs));
  const bool several = product.factors().size() > 1;
  if (several) facts.push_back(product_facts("product", product.config(), product.spectrum()));
  const std::string label = fmt::format("{}", fmt::join(options.subjects, " (x) "));
  const bool written = options.files.graphml || options.files.dot || options.files.mtx;
  if (written) options.files.write(several ? product.graph() : product.factors().front(), label);
  if (options.json) {
    print_json(graphs_json(product, facts));
    return;
  }
  fmt::print("{}", graphs_text(facts));
  if (several)
    fmt::print("\n{} edges from {} stored; blocks of {}\n", product.config().edges(),
               product.stored_edges(), fmt::join(block_texts(product), ", "));
}

}  // namespace

void add_graph(CLI::App& app) {
  auto options = std::make_shared<GraphOptions>();
  CLI::App* command = app.add_subcommand(
      "graph", "Certificates of base graphs, sampled or from files, and of their product");
  command
      ->add_option("graphs", options->subjects,
                   "Sizes and sparsity (32x128@50), or a file: edge list, Matrix Market, .npy "
                   "mask; several make a product, outermost first, seeds counting up")
      ->required();
  add_sampling_options(*command, options->sampling);
  command->add_flag("--json", options->json, "Print one JSON object");
  add_graph_files(*command, options->files);
  command->callback([options] { run_graph(*options); });
}

}  // namespace rbgp::cli
