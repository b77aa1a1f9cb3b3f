// The networks that come with rbgp: layer shapes by name, from data/networks/NAME.json.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <rbgp/problem.hpp>

namespace rbgp::cli {

struct NetworkLayer {
  std::string name;
  std::string kind;      // "conv", "linear"
  std::int64_t m = 0;    // out channels
  std::int64_t k = 0;    // in channels x kernel area
  std::int64_t n = 0;    // output pixels x batch
  std::int64_t batch = 0;
  bool dense = false;    // the paper leaves it dense
};

struct Network {
  std::string name;
  std::vector<NetworkLayer> layers;

  // Errors: invalid_argument names the layers.
  const NetworkLayer& layer(std::string_view layer_name) const;
  std::string layer_names() const;
};

// Looks in $RBGP_DATA/networks where that variable is set, else in ../share/rbgp/networks relative
// to the program, else in the source tree. Errors: invalid_argument names the networks there are; io.
Network load_network(const std::string& name);

// The layer's product at a batch size; 0 is the network's own.
Problem layer_problem(const NetworkLayer& layer, std::int64_t batch, Dtype dtype);

}  // namespace rbgp::cli
