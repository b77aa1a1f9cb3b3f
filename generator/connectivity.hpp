// Connectivity of a base graph, by Boost.Graph.
#pragma once

#include <rbgp/pattern.hpp>

namespace rbgp {

// Connected components of the bipartite graph on U and V together.
std::int64_t component_count(const BaseGraph& graph);

inline bool is_connected(const BaseGraph& graph) { return component_count(graph) == 1; }

}  // namespace rbgp
