// The largest eigenvalue of a Gram matrix by Lanczos iteration with full reorthogonalisation.
#pragma once

#include <generator/spectrum_gram.hpp>

namespace rbgp {

struct LanczosResult {
  double largest = 0;  // never above the largest eigenvalue but for rounding
  bool converged = false;  // to some 1e-12 relative
};

// Stops at the first value above `stop_above`: what it needs to know is then proved. The result
// depends on the matrix alone, the start vector being fixed.
LanczosResult largest_by_lanczos(GramMatrix& gram, double stop_above);

}  // namespace rbgp
