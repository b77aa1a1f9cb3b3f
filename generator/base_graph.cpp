#include <algorithm>

#include <fmt/ranges.h>

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

} // namespace

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
