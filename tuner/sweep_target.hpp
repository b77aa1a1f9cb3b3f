// Where a search takes place: on which devices, and on which sizes after padding and rounding were asked for or refused.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <rbgp/tuner.hpp>
#include <tuner/search_space.hpp>

namespace rbgp {

struct SweepTarget {
  std::int64_t rows, cols;  // of the pattern
  double density;
};

// Says in `notes` what it changed. Errors: invalid_argument for sizes and sparsities that are out of range
// or not reachable, naming the nearest ones and the options that allow them.
SweepTarget resolve_target(const TuneRequest& request, std::vector<std::string>& notes);

// All devices that share the sweep. Errors: invalid_argument where they differ.
std::vector<Device> resolve_devices(const TuneRequest& request);

// What is searched there, one space a family of the device, or of the one asked for.
// Errors: invalid_argument where the family is not the device's or does not multiply the dtype.
std::vector<std::unique_ptr<SearchSpace>> make_spaces(const TuneRequest& request,
                                                      const SweepTarget& target);

}  // namespace rbgp
