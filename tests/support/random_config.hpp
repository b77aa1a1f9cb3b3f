// Any valid configuration and any kernel for it, from a seed: the generator behind property tests and
// the random part of the kernel cases.
#pragma once

#include <cstdint>
#include <optional>

#include <generator/kernel_family.hpp>
#include <generator/random_words.hpp>
#include <rbgp/pattern.hpp>

namespace rbgp::test {

struct ConfigLimits {
  std::int64_t max_rows = 400;
  std::int64_t max_cols = 400;
  // Degree 1 with more than one vertex opposite is a valid configuration that no connected graph has:
  // it can be written, but not sampled.
  bool only_connected = true;
};

// Sides 1, odd, and no powers of two as often as powers of two; complete, reached by lifts, or only by
// swaps.
BaseGraphConfig random_graph(RandomWords& random, std::int64_t max_left, std::int64_t max_right,
                             bool only_connected = true);

// Go and Gi of any kind, Gr and Gb of 1..4 x 1..4 vertices.
Rbgp4Config random_config(RandomWords& random, const ConfigLimits& limits = {});

// A random choice of tunables that the family supports; nothing where `draws` do not find one.
// `fixed` keeps its values.
std::optional<KernelConfig> random_kernel(RandomWords& random, const KernelFamily& family,
                                          const Rbgp4Config& config, const Problem& problem,
                                          const DeviceProperties& device, int draws = 300,
                                          const std::map<std::string, std::int64_t>& fixed = {});

}  // namespace rbgp::test
