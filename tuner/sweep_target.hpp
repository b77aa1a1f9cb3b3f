// Where a search takes place, after padding and rounding were asked for or refused.
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

// Says in `notes` what it changed. Errors: invalid_argument for sizes and sparsities that are out of range
// or not reachable, naming the nearest ones and the options that allow them.
SweepTarget resolve_target(const TuneRequest& request, std::vector<std::string>& notes);

}  // namespace rbgp
