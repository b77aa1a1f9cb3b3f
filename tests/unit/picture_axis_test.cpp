#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <limits>

#include <pipe/picture_axis.hpp>

namespace rbgp::picture {
namespace {

using Numbers = std::vector<double>;

TEST(PictureAxis, PutsNumbersInPlace) {
  const Axis linear{.lowest = -1, .highest = 3, .begin = 100, .end = 20};
  EXPECT_DOUBLE_EQ(linear.at(-1), 100);
  EXPECT_DOUBLE_EQ(linear.at(1), 60);
  const Axis powers{.logarithmic = true, .lowest = 0.01, .highest = 100, .begin = 0, .end = 400};
  EXPECT_DOUBLE_EQ(powers.at(1), 200);
  EXPECT_DOUBLE_EQ(powers.at(10), 300);
}

TEST(PictureAxis, MarksShortNumbers) {
  struct Row {
    Axis axis;
    Numbers ticks;
  };
  const Row rows[] = {
      {{.lowest = -0.15, .highest = 1}, {0, 0.2, 0.4, 0.6, 0.8, 1}},
      {{.lowest = 2.5, .highest = 9}, {3, 4, 5, 6, 7, 8, 9}},
      {{.logarithmic = true, .lowest = 0.9, .highest = 60}, {1, 2, 5, 10, 20, 50}},
      // Too few of them in less than a decade, too many in seven.
      {{.logarithmic = true, .lowest = 1.45, .highest = 1.97}, {1.5, 1.6, 1.7, 1.8, 1.9}},
      {{.logarithmic = true, .lowest = 0.5, .highest = 5e6},
       {1, 10, 100, 1000, 10000, 100000, 1000000}},
      {{.logarithmic = true, .lowest = 0.5, .highest = 5e8}, {1, 100, 10000, 1e6, 1e8}},
  };
  for (const Row& row : rows) {
    const Numbers ticks = row.axis.ticks(5);
    ASSERT_EQ(ticks.size(), row.ticks.size()) << row.axis.highest;
    for (std::size_t i = 0; i < ticks.size(); ++i) EXPECT_NEAR(ticks[i], row.ticks[i], 1e-9);
  }
  EXPECT_EQ(tick_text(0.1 + 0.2), "0.3");
  EXPECT_EQ(tick_text(-0.0), "0");
}

TEST(PictureAxis, StepsAreTheLargest) {
  EXPECT_DOUBLE_EQ(tick_step(4, 4), 1);
  EXPECT_DOUBLE_EQ(tick_step(3.9, 4), 0.5);
  EXPECT_DOUBLE_EQ(tick_step(1000, 4), 200);
}

TEST(PictureAxis, AroundLeavesOutWhatHasNoPlace) {
  const double infinity = std::numeric_limits<double>::infinity();
  const Numbers values = {0, 0.5, infinity, -3, 8, std::numeric_limits<double>::quiet_NaN()};
  const Axis powers = Axis::around(values, true);
  EXPECT_GT(powers.lowest, 0.3);
  EXPECT_LT(powers.lowest, 0.5);
  EXPECT_GT(powers.highest, 8);
  EXPECT_LT(powers.highest, 12);
  const Axis none = Axis::around({}, false);
  EXPECT_LT(none.lowest, none.highest);
}

// Whatever the numbers, they lie on the axis, and some are marked.
RC_GTEST_PROP(PictureAxis, HoldsItsNumbers, (bool logarithmic)) {
  const auto parts =
      *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 1'000'000'000)));
  const double scale = *rc::gen::element(1e-9, 1e-3, 1.0, 1e6);
  Numbers values;
  for (const int part : parts) values.push_back(part * scale);
  Axis axis = Axis::around(values, logarithmic);
  axis.end = 100;
  for (const double value : values) {
    const double at = axis.at(value);
    RC_ASSERT(at >= 0 && at <= 100);
  }
  const Numbers ticks = axis.ticks(5);
  RC_ASSERT(!ticks.empty() && ticks.size() < 20U);
  RC_ASSERT(std::is_sorted(ticks.begin(), ticks.end()));
  for (const double tick : ticks) RC_ASSERT(axis.at(tick) > -1e-6 && axis.at(tick) < 100 + 1e-6);
}

}  // namespace
}  // namespace rbgp::picture
