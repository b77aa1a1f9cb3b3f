// The search spaces of a request: one a kernel family of the device.
#pragma once

#include <memory>
#include <vector>

#include <rbgp/tuner.hpp>
#include <tuner/search_space.hpp>
#include <tuner/sweep_target.hpp>

namespace rbgp {

// On a device of these properties, which need not be the request's. With the request's bounds. At least one. Errors: invalid_argument for bounds that are out of range,
// contradict each other or come with a configuration, and for a family that the device or dtype is not for;
// unsupported where no family is.
std::vector<std::unique_ptr<SearchSpace>> make_spaces(const TuneRequest& request,
                                                      const SweepTarget& target,
                                                      const DeviceProperties& device);

}  // namespace rbgp
