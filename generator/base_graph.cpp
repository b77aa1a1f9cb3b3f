#include <algorithm>
#include <numeric>

#include <fmt/ranges.h>

#include <generator/construction.hpp>
#include <generator/spectrum.hpp>
#include <rbgp/error.hpp>
#include <rbgp/graph.hpp>

namespace rbgp {
namespace {

// In the order of their enumerations.
constexpr std::string_view kConstructionNames[] = {"automatic", "complete",    "two_lift",
                                                   "edge_swap", "hamiltonian", "k_lift",
                                                   "xor_lift",  "array_code",  "given"};
constexpr std::string_view kProofNames[] = {"none", "lanczos", "eigenvalues", "cholesky",
                                            "formula"};

// The inverse of a permutation of a side's vertices.
std::vector<std::size_t> inverse_of(std::span<const std::int64_t> order, std::int64_t vertices,
                                    const char* side) {
  constexpr auto kUnset = static_cast<std::size_t>(-1);
  std::vector<std::size_t> inverse(static_cast<std::size_t>(vertices), kUnset);
  require(order.size() == inverse.size(), ErrorCode::invalid_argument,
          "{} order has {} entries for {} vertices", side, order.size(), vertices);
  for (std::size_t x = 0; x < order.size(); ++x) {
    const bool fresh = order[x] >= 0 && order[x] < vertices &&
                       inverse[static_cast<std::size_t>(order[x])] == kUnset;
    require(fresh, ErrorCode::invalid_argument,
            "{} order: entry {} at {} is no vertex from 0 to {}, or is there twice", side, order[x],
            x, vertices - 1);
    inverse[static_cast<std::size_t>(order[x])] = x;
  }
  return inverse;
}

}  // namespace

std::string_view to_string(Construction construction) {
  return kConstructionNames[static_cast<std::size_t>(construction)];
}

std::string_view to_string(Proof proof) { return kProofNames[static_cast<std::size_t>(proof)]; }

Construction construction_named(std::string_view name) {
  const auto* const found =
      std::find(std::begin(kConstructionNames), std::end(kConstructionNames), name);
  require(found != std::end(kConstructionNames), ErrorCode::invalid_argument,
          "construction '{}': there are {}", name, fmt::join(kConstructionNames, ", "));
  return static_cast<Construction>(found - std::begin(kConstructionNames));
}

BaseGraph::BaseGraph(const BaseGraphConfig& config, std::vector<std::int32_t> adjacency)
    : config_(config), adjacency_(std::move(adjacency)) {
  require(config.left >= 1 && config.right >= 1 && config.left_degree >= 1,
          ErrorCode::invalid_argument, "base graph {}x{}: sides and left degree {} are at least 1",
          config.left, config.right, config.left_degree);
  require(config.left <= kMaxSide && config.right <= kMaxSide && config.left_degree <= config.right,
          ErrorCode::invalid_argument,
          "base graph {}x{}: sides are at most {}, left degree {} at most the "
          "right side",
          config.left, config.right, kMaxSide, config.left_degree);
  require(static_cast<std::int64_t>(adjacency_.size()) == config.edges(),
          ErrorCode::invalid_argument, "base graph {}x{}: {} adjacency entries, expected {}",
          config.left, config.right, adjacency_.size(), config.edges());
  std::vector<std::int64_t> right_degree(static_cast<std::size_t>(config.right), 0);
  for (std::int64_t u = 0; u < config.left; ++u) {
    std::int64_t previous = -1;
    for (const std::int32_t v : neighbours(u)) {
      require(v > previous && v < config.right, ErrorCode::invalid_argument,
              "base graph {}x{}: neighbours of vertex {} must ascend within 0..{}", config.left,
              config.right, u, config.right - 1);
      ++right_degree[static_cast<std::size_t>(v)];
      previous = v;
    }
  }
  for (std::size_t v = 0; v < right_degree.size(); ++v) {
    require(right_degree[v] == config.right_degree(), ErrorCode::invalid_argument,
            "base graph {}x{}: right vertex {} has degree {}, expected {}", config.left,
            config.right, v, right_degree[v], config.right_degree());
  }
}

BaseGraph BaseGraph::relabelled(std::span<const std::int64_t> left_order,
                                std::span<const std::int64_t> right_order) const {
  const std::vector<std::size_t> old_left = inverse_of(left_order, config_.left, "left");
  inverse_of(right_order, config_.right, "right");  // checks it
  std::vector<std::int32_t> adjacency;
  adjacency.reserve(adjacency_.size());
  for (const std::size_t u : old_left)
    for (const std::int32_t v : neighbours(static_cast<std::int64_t>(u)))
      adjacency.push_back(static_cast<std::int32_t>(right_order[static_cast<std::size_t>(v)]));
  sort_rows(adjacency, config_.left_degree);
  BaseGraph graph(config_, std::move(adjacency));
  graph.construction_ = construction_;
  graph.certificate_ = certificate_;
  return graph;
}

bool BaseGraph::has_edge(std::int64_t u, std::int64_t v) const {
  const auto row = neighbours(u);
  return std::binary_search(row.begin(), row.end(), static_cast<std::int32_t>(v));
}

Spectrum BaseGraph::spectrum() const {
  return certificate_ ? certificate_->spectrum : certify(*this, {}).spectrum;
}

Certificate BaseGraph::certificate() const {
  return certificate_ ? *certificate_ : certify(*this, {.prove = true});
}

} // namespace rbgp
