// Whether two orders of the same things agree.
#pragma once

#include <vector>

namespace rbgp::test {

// Spearman's coefficient, 1 where both order alike; equal values share the mean of their ranks.
double spearman(const std::vector<double>& x, const std::vector<double>& y);

}  // namespace rbgp::test
