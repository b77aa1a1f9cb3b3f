#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include <generator/line_assignment.hpp>
#include <generator/random_words.hpp>
#include <support/random_config.hpp>

namespace rbgp {
namespace {

std::vector<std::int64_t> shuffled(RandomWords& random, std::int64_t size) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(size));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  random.shuffle(order);
  return order;
}

std::vector<float> random_squares(RandomWords& random, std::int64_t count) {
  std::vector<float> squares(static_cast<std::size_t>(count));
  for (float& each : squares) each = static_cast<float>(random.unit());
  return squares;
}

// A line's gain in a class is what it keeps at any position of the class.
TEST(LineAssignment, GainsAreWhatAPositionKeeps) {
  RandomWords random(31);
  for (int draw = 0; draw < 40; ++draw) {
    const Rbgp4Config config = test::random_config(random, {.max_rows = 60, .max_cols = 60});
    const Rbgp4Pattern pattern = Rbgp4Pattern::sample(config, random.word());
    const std::int64_t rows = std::max<std::int64_t>(1, config.rows() - draw % 3);
    const std::int64_t cols = std::max<std::int64_t>(1, config.cols() - draw % 2);
    const std::vector<float> squares = random_squares(random, rows * cols);
    const PatternSide row_positions = row_side(pattern, rows);
    const PatternSide col_positions = column_side(pattern, cols);

    const std::vector<std::int64_t> col_order = shuffled(random, cols);
    const LineGains of_rows = line_gains(row_positions, col_positions, col_order, squares, 1);
    std::vector<float> turned(squares.size());
    for (std::int64_t u = 0; u < rows; ++u)
      for (std::int64_t v = 0; v < cols; ++v)
        turned[static_cast<std::size_t>(v * rows + u)] =
            squares[static_cast<std::size_t>(u * cols + v)];
    const std::vector<std::int64_t> row_order = shuffled(random, rows);
    const LineGains of_cols = line_gains(col_positions, row_positions, row_order, turned, 1);

    for (std::int64_t u = 0; u < rows; ++u)
      for (std::int64_t line = 0; line < rows; ++line) {
        double kept = 0;
        for (std::int64_t v = 0; v < cols; ++v)
          if (pattern.contains(u, v))
            kept += static_cast<double>(squares[static_cast<std::size_t>(
                line * cols + col_order[static_cast<std::size_t>(v)])]);
        const auto at = static_cast<std::size_t>(
            line * of_rows.classes + row_positions.class_of[static_cast<std::size_t>(u)]);
        ASSERT_NEAR(of_rows.by_line[at], kept, 1e-4 * (1 + kept)) << config.to_string();
      }
    for (std::int64_t v = 0; v < cols; ++v)
      for (std::int64_t line = 0; line < cols; ++line) {
        double kept = 0;
        for (std::int64_t u = 0; u < rows; ++u)
          if (pattern.contains(u, v))
            kept += static_cast<double>(squares[static_cast<std::size_t>(
                row_order[static_cast<std::size_t>(u)] * cols + line)]);
        const auto at = static_cast<std::size_t>(
            col_positions.class_of[static_cast<std::size_t>(v)] * of_cols.lines + line);
        ASSERT_NEAR(of_cols.by_class[at], kept, 1e-4 * (1 + kept)) << config.to_string();
      }
  }
}

TEST(LineAssignment, ThreadsChangeNoBit) {
  RandomWords random(32);
  const Rbgp4Pattern pattern =
      Rbgp4Pattern::sample(Rbgp4Config::parse("go=8x8@50,gr=2x1,gi=8x16@50,gb=1x2"), 1);
  const std::vector<float> squares = random_squares(random, pattern.rows() * pattern.cols());
  const PatternSide rows = row_side(pattern, pattern.rows());
  const PatternSide cols = column_side(pattern, pattern.cols());
  const std::vector<std::int64_t> order = shuffled(random, pattern.cols());
  const LineGains one = line_gains(rows, cols, order, squares, 1);
  std::vector<std::int64_t> settled = shuffled(random, pattern.rows());
  const std::vector<std::int64_t> start = settled;
  exchange_lines(one, rows, 1, settled);
  for (const int threads : {2, 3, 7, 0}) {
    const LineGains many = line_gains(rows, cols, order, squares, threads);
    EXPECT_EQ(many.by_line, one.by_line);
    EXPECT_EQ(many.by_class, one.by_class);
    std::vector<std::int64_t> again = start;
    exchange_lines(many, rows, threads, again);
    EXPECT_EQ(again, settled) << threads;
  }
}

// After the exchanges no two lines would keep more in each other's place, and nothing was lost.
TEST(LineAssignment, EndsWhereNoExchangeKeepsMore) {
  RandomWords random(33);
  for (int draw = 0; draw < 60; ++draw) {
    const Rbgp4Config config = test::random_config(random, {.max_rows = 70, .max_cols = 40});
    const Rbgp4Pattern pattern = Rbgp4Pattern::sample(config, random.word());
    const PatternSide rows = row_side(pattern, config.rows());
    const PatternSide cols = column_side(pattern, config.cols());
    const std::vector<float> squares = random_squares(random, config.rows() * config.cols());
    const LineGains gains = line_gains(rows, cols, shuffled(random, config.cols()), squares, 1);
    std::vector<std::int64_t> order = shuffled(random, config.rows());
    const double before = kept_in(gains, rows, order);
    const bool moved = exchange_lines(gains, rows, 1, order);
    const double after = kept_in(gains, rows, order);
    ASSERT_EQ(moved, after > before);
    std::vector<std::int64_t> sorted = order;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t i = 0; i < sorted.size(); ++i)
      ASSERT_EQ(sorted[i], static_cast<std::int64_t>(i));
    for (std::size_t a = 0; a < order.size(); ++a)
      for (std::size_t b = a + 1; b < order.size(); ++b) {
        std::vector<std::int64_t> other = order;
        std::swap(other[a], other[b]);
        ASSERT_LE(kept_in(gains, rows, other), after * (1 + 1e-5)) << config.to_string();
      }
  }
}

}  // namespace
}  // namespace rbgp
