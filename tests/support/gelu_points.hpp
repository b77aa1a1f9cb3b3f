// Where GELU is hard: near zero, where terms cancel, in the tail, and what is not finite.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace rbgp::test {

inline std::vector<float> gelu_points() {
  std::vector<float> points = {0, -0.0F, 100, -100, 1e30F, -1e30F};
  for (int i = -13000; i <= 13000; ++i) points.push_back(static_cast<float>(i) * 1e-3F);
  for (float x = 1e-30F; x < 10; x *= 1.37F) points.insert(points.end(), {x, -x});
  points.insert(points.end(),
                {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
                 std::numeric_limits<float>::quiet_NaN()});
  return points;
}

// Within 1e-6 of x/2 erfc(-x/sqrt(2)) at every point, relative.
inline void expect_gelu(const std::vector<float>& points, const std::vector<float>& got) {
  ASSERT_EQ(points.size(), got.size());
  double worst = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double x = points[i];
    if (std::isnan(x)) {
      EXPECT_TRUE(std::isnan(got[i]));
      continue;
    }
    const double wanted = std::isinf(x) ? std::max(x, 0.0) : x / 2 * std::erfc(-x / std::sqrt(2.0));
    if (std::isinf(x) || std::abs(wanted) < 1e-37) {
      EXPECT_TRUE(std::abs(wanted - static_cast<double>(got[i])) < 1e-37 ||
                  wanted == static_cast<double>(got[i]))
          << x;
      continue;
    }
    worst = std::max(worst, std::abs(static_cast<double>(got[i]) / wanted - 1));
  }
  EXPECT_LT(worst, 1e-6);
}

}  // namespace rbgp::test
