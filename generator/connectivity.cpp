#include <generator/connectivity.hpp>

#include <boost/pending/disjoint_sets.hpp>

#include <numeric>
#include <vector>

namespace rbgp {

// Boost.Graph's incremental components, on the edges as they lie here: its own graph would take several
// times as long to fill as to search.
std::int64_t component_count(const BaseGraph& graph) {
  const BaseGraphConfig& config = graph.config();
  std::vector<std::int32_t> vertices(static_cast<std::size_t>(config.left + config.right));
  std::iota(vertices.begin(), vertices.end(), 0);
  std::vector<std::int32_t> rank(vertices.size(), 0);
  std::vector<std::int32_t> parent = vertices;
  boost::disjoint_sets sets(rank.data(), parent.data());
  for (std::int64_t u = 0; u < config.left; ++u)
    for (const std::int32_t v : graph.neighbours(u))
      sets.union_set(static_cast<std::int32_t>(u), static_cast<std::int32_t>(config.left + v));
  return static_cast<std::int64_t>(sets.count_sets(vertices.begin(), vertices.end()));
}

}  // namespace rbgp
