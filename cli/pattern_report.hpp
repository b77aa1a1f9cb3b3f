// Sizes, spectra, certificates and memory of base graphs and patterns, for people and for programs.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <cli/json_fields.hpp>
#include <rbgp/pattern.hpp>

namespace rbgp::cli {

// One line of the table: a base graph, or the product of several.
struct GraphFacts {
  std::string name;
  BaseGraphConfig sizes;
  Spectrum spectrum;
  // Of a base graph; empty for a product, which follows from its factors.
  std::string construction, proof;
};

GraphFacts graph_facts(const std::string& name, const BaseGraph& graph);
GraphFacts product_facts(const std::string& name, const BaseGraphConfig& sizes,
                         const Spectrum& spectrum);

Json graph_json(const GraphFacts& graph);
std::string graphs_text(std::span<const GraphFacts> graphs);

struct PatternFacts {
  Rbgp4Pattern pattern;
  std::optional<std::uint64_t> seed;  // none where nothing was sampled
  std::int64_t rows = 0;  // of W: a padded pattern has more
  std::int64_t cols = 0;
  std::int64_t nonzeros = 0;
  std::int64_t value_bytes = 0;
  std::int64_t index_bytes = 0;  // adjacency of the four base graphs
  std::int64_t unstructured_index_bytes = 0;  // a column index for every non-zero
  std::vector<GraphFacts> graphs;  // Go, Gr, Gi, Gb, W

  std::string title() const;  // configuration, and the seed where there is one
};

PatternFacts pattern_facts(const Rbgp4Pattern& pattern, std::optional<std::uint64_t> seed,
                           std::int64_t rows, std::int64_t cols, std::int64_t value_bytes_each);

Json pattern_json(const PatternFacts& facts);
std::string pattern_text(const PatternFacts& facts);  // what follows the title

}  // namespace rbgp::cli
