#include <generator/connectivity.hpp>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/connected_components.hpp>

namespace rbgp {

std::int64_t component_count(const BaseGraph& graph) {
  using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS>;
  const BaseGraphConfig& config = graph.config();
  Graph joined(static_cast<std::size_t>(config.left + config.right));
  for (std::int64_t u = 0; u < config.left; ++u)
    for (const std::int32_t v : graph.neighbours(u))
      boost::add_edge(static_cast<std::size_t>(u), static_cast<std::size_t>(config.left + v),
                      joined);
  std::vector<int> component(boost::num_vertices(joined));
  return boost::connected_components(joined, component.data());
}

}  // namespace rbgp
