#include <cli/pattern_report.hpp>

#include <fmt/format.h>

#include <array>

#include <cli/table.hpp>

namespace rbgp::cli {
namespace {

constexpr std::int64_t kIndexBytes = 4;

GraphFacts complete_facts(const std::string& name, const BaseGraphConfig& sizes) {
  return {name, sizes, complete_spectrum(sizes), std::string(to_string(Construction::complete)),
          std::string(to_string(Proof::formula))};
}

}  // namespace

GraphFacts graph_facts(const std::string& name, const BaseGraph& graph) {
  const Certificate certificate = graph.certificate();
  return {name, graph.config(), certificate.spectrum, std::string(to_string(graph.construction())),
          std::string(to_string(certificate.proof))};
}

GraphFacts product_facts(const std::string& name, const BaseGraphConfig& sizes,
                         const Spectrum& spectrum) {
  return {name, sizes, spectrum, {}, {}};
}

Json graph_json(const GraphFacts& graph) {
  Json json = {{"left", graph.sizes.left},
               {"right", graph.sizes.right},
               {"left_degree", graph.sizes.left_degree},
               {"right_degree", graph.sizes.right_degree()},
               {"edges", graph.sizes.edges()},
               {"sparsity", graph.sizes.sparsity()},
               {"sigma1", graph.spectrum.sigma1},
               {"sigma2", graph.spectrum.sigma2},
               {"spectral_gap", 1 - graph.spectrum.ratio()},
               {"bound", graph.spectrum.bound},
               {"ramanujan", graph.spectrum.ramanujan},
               {"connected", graph.spectrum.connected}};
  if (graph.construction.empty()) return json;
  json["construction"] = graph.construction;
  json["proof"] = graph.proof;
  return json;
}

std::string graphs_text(std::span<const GraphFacts> graphs) {
  using Align = Table::Align;
  Table table({{"graph", Align::left},
               {"size", Align::right},
               {"dl", Align::right},
               {"dr", Align::right},
               {"edges", Align::right},
               {"sparsity", Align::right},
               {"sigma1", Align::right},
               {"sigma2", Align::right},
               {"bound", Align::right},
               {"gap", Align::right},
               {"Ramanujan", Align::left},
               {"connected", Align::left},
               {"made by", Align::left},
               {"certified by", Align::left}});
  for (const GraphFacts& graph : graphs) {
    const auto [left, right, left_degree] = graph.sizes;
    const Spectrum& spectrum = graph.spectrum;
    table.add_row({graph.name, fmt::format("{}x{}", left, right), fmt::format("{}", left_degree),
                   fmt::format("{}", graph.sizes.right_degree()),
                   fmt::format("{}", graph.sizes.edges()),
                   fmt::format("{:.6g} %", 100 * graph.sizes.sparsity()),
                   fmt::format("{:.4f}", spectrum.sigma1), fmt::format("{:.4f}", spectrum.sigma2),
                   fmt::format("{:.4f}", spectrum.bound),
                   fmt::format("{:.4f}", 1 - spectrum.ratio()), spectrum.ramanujan ? "yes" : "no",
                   spectrum.connected ? "yes" : "no", graph.construction, graph.proof});
  }
  return table.text();
}

std::string PatternFacts::title() const {
  const std::string config = pattern.config().to_string();
  return seed ? fmt::format("{}, seed {}", config, *seed) : config;
}

PatternFacts pattern_facts(const Rbgp4Pattern& pattern, std::optional<std::uint64_t> seed,
                           std::int64_t rows, std::int64_t cols, std::int64_t value_bytes_each) {
  const Rbgp4Config& config = pattern.config();
  PatternFacts facts{.pattern = pattern, .seed = seed, .rows = rows, .cols = cols};
  facts.graphs = {
      graph_facts("Go", pattern.go()), complete_facts("Gr", config.gr),
      graph_facts("Gi", pattern.gi()), complete_facts("Gb", config.gb),
      product_facts("W", {config.rows(), config.cols(), config.nnz_per_row()}, pattern.spectrum())};
  facts.nonzeros = rows * config.nnz_per_row();
  facts.value_bytes = facts.nonzeros * value_bytes_each;
  facts.index_bytes =
      kIndexBytes * (config.go.edges() + config.gr.edges() + config.gi.edges() + config.gb.edges());
  facts.unstructured_index_bytes = facts.nonzeros * kIndexBytes;
  return facts;
}

Json pattern_json(const PatternFacts& facts) {
  Json json = {{"config", facts.pattern.config().to_string()}};
  if (facts.seed) json["seed"] = *facts.seed;
  json["rows"] = facts.rows;
  json["cols"] = facts.cols;
  json["nnz_per_row"] = facts.pattern.config().nnz_per_row();
  json["nonzeros"] = facts.nonzeros;
  json["base_graphs"] = Json::object();
  for (std::size_t i = 0; i < 4; ++i) {
    static constexpr std::array kKeys = {"go", "gr", "gi", "gb"};
    json["base_graphs"][kKeys[i]] = graph_json(facts.graphs[i]);
  }
  json["product"] = graph_json(facts.graphs[4]);
  json["bytes"] = {{"values", facts.value_bytes},
                   {"index", facts.index_bytes},
                   {"unstructured_index", facts.unstructured_index_bytes}};
  return json;
}

std::string pattern_text(const PatternFacts& facts) {
  return fmt::format(
      "{}\nW: {} x {}, {} non-zeros, {} a row\n"
      "bytes: {} of values, {} of index data ({} with a column index a non-zero)\n",
      graphs_text(facts.graphs), facts.rows, facts.cols, facts.nonzeros,
      facts.pattern.config().nnz_per_row(), facts.value_bytes, facts.index_bytes,
      facts.unstructured_index_bytes);
}

}  // namespace rbgp::cli
