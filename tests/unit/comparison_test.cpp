#include <tuner/comparison.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace rbgp {
namespace {

TEST(Comparison, TheNoiseFloorIsTheTwinsDifference) {
  struct Row {
    std::vector<double> rounds, twin;
    double floor;
  };
  const Row rows[] = {
      {{}, {}, 0},
      {{2}, {2}, 0},
      {{2}, {2.2}, 0.1},
      {{2, 2, 2, 2}, {2.2, 2.2, 2.2, 2.2}, 0.1},
      // The medians are equal by luck; two rounds in three differ by a half.
      {{1, 2, 3}, {3, 2, 2}, 0.5 / std::sqrt(3)},
  };
  for (const Row& row : rows) EXPECT_NEAR(noise_floor(row.rounds, row.twin), row.floor, 1e-12);
}

TEST(Comparison, MediansOfOddAndEvenCounts) {
  EXPECT_EQ(median_of({3}), 3);
  EXPECT_EQ(median_of({3, 1}), 2);
  EXPECT_EQ(median_of({9, 1, 2}), 2);
  EXPECT_EQ(median_of({4, 1, 9, 2}), 3);
}

TEST(FailureKind, NamesReadBack) {
  for (int i = 0; i <= static_cast<int>(FailureKind::nondeterministic); ++i) {
    const auto kind = static_cast<FailureKind>(i);
    EXPECT_NE(to_string(kind), "unknown") << i;
    EXPECT_EQ(parse_failure_kind(to_string(kind)), kind);
  }
}

}  // namespace
}  // namespace rbgp
