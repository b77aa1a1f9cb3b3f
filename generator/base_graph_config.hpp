// A base graph's sizes and sparsity as text, on its own and within a configuration.
#pragma once

#include <string_view>

#include <rbgp/graph.hpp>

namespace rbgp {

// As BaseGraphConfig::parse; messages call the text label + text ("go=32x128@50").
BaseGraphConfig parse_base_graph(std::string_view label, std::string_view text, bool nearest);

}  // namespace rbgp
