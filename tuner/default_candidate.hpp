// What a user gets who measures nothing: the choice of the model alone.
#pragma once

#include <optional>
#include <span>

#include <rbgp/tuner.hpp>
#include <tuner/search_space.hpp>

namespace rbgp {

// On a device of these properties: default_kernel where one configuration is searched, and the best of a fixed sample
// of the spaces, and of what it leads to, where patterns or a family are. By the rates assumed of the device: random
// and exhaustive sweeps measure the same candidates, whatever was measured of it. Nothing where none is found. A sweep
// measures it first, and again in its finals, so that no plan is slower.
std::optional<Candidate> default_candidate(const TuneRequest& request,
                                           std::span<const SearchSpace* const> spaces,
                                           const DeviceProperties& device);

}  // namespace rbgp
