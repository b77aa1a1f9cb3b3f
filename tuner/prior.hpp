// A guess at a candidate's time before it is built: good enough to start a search in the right corner.
#pragma once

#include <rbgp/device.hpp>
#include <tuner/search_space.hpp>

namespace rbgp {

// Relative cost, smaller is better; comparable only within one problem and device.
double prior_cost(const Candidate& candidate, const Problem& problem,
                  const DeviceProperties& device);

}  // namespace rbgp
