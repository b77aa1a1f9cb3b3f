// Where a search takes place: on which devices, and on which sizes after padding and rounding were asked for or refused.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <rbgp/tuner.hpp>

namespace rbgp {

struct SweepTarget {
  std::int64_t rows, cols;  // of the pattern
  double density;
};

// Errors: invalid_argument for sizes below 1 or above what kernels count in.
void require_sizes(const Problem& problem);

// Says in `notes` what it changed. Errors: invalid_argument for sizes and sparsities that are out of range
// or not reachable, naming the nearest ones and the options that allow them.
SweepTarget resolve_target(const TuneRequest& request, std::vector<std::string>& notes);

// All devices that share the sweep. Errors: invalid_argument where they differ.
std::vector<Device> resolve_devices(const TuneRequest& request);

}  // namespace rbgp
