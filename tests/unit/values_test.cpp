#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include <rbgp/pattern.hpp>
#include <support/naive_product.hpp>
#include <support/random_config.hpp>
#include <support/refusal.hpp>
#include <tuner/bench_inputs.hpp>

namespace rbgp {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

std::size_t count(std::int64_t rows, std::int64_t cols) {
  return static_cast<std::size_t>(rows * cols);
}

// go=2x2 complete, gi=3x3 with degree 2: 6 x 6 with 4 values a row.
Rbgp4Pattern small_pattern() {
  const Rbgp4Config config = Rbgp4Config::parse("go=2x2,gr=1x1,gi=3x3@33.33333333,gb=1x1");
  return Rbgp4Pattern(config, BaseGraph::sample(config.go, 1),
                      BaseGraph(config.gi, {0, 1, 1, 2, 0, 2}));
}

RC_GTEST_PROP(ValuesProperty, SurviveTheWayThroughADenseMatrix, (std::uint64_t seed)) {
  RandomWords random(seed);
  const Rbgp4Config config = test::random_config(random, {.max_rows = 150, .max_cols = 150});
  const Rbgp4Pattern pattern = Rbgp4Pattern::sample(config, seed);
  const auto rows =
      1 + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(config.rows())));
  const auto cols =
      1 + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(config.cols())));
  std::vector<float> dense = random_floats(rows * cols, seed);
  std::int64_t off_pattern = 0;
  for (std::int64_t u = 0; u < rows; ++u)
    for (std::int64_t v = 0; v < cols; ++v)
      if (!pattern.contains(u, v)) {
        // Every third one stays and has to be counted.
        float& element = dense[count(u, cols) + static_cast<std::size_t>(v)];
        if (random.below(3) != 0) element = 0;
        off_pattern += element != 0;
      }

  std::vector<float> values(count(rows, pattern.nnz_per_row()), kNan);
  const Projection projection = values_from_dense(pattern, rows, cols, dense.data(), values.data());
  RC_ASSERT(projection.off_pattern == off_pattern);

  std::vector<float> back(dense.size(), kNan);
  dense_from_values(pattern, rows, cols, values.data(), back.data());
  const std::vector<double> naive = test::naive_dense(pattern, rows, cols, values);
  for (std::int64_t u = 0; u < rows; ++u) {
    for (std::int64_t v = 0; v < cols; ++v) {
      const std::size_t at = count(u, cols) + static_cast<std::size_t>(v);
      RC_ASSERT(back[at] == (pattern.contains(u, v) ? dense[at] : 0.0F));
      RC_ASSERT(static_cast<double>(back[at]) == naive[at]);
    }
    // Columns that the matrix does not have are there in the values, as zeros.
    for (std::int64_t j = 0; j < pattern.nnz_per_row(); ++j)
      if (pattern.column(u, j) >= cols)
        RC_ASSERT(values[count(u, pattern.nnz_per_row()) + static_cast<std::size_t>(j)] == 0.0F);
  }
  std::vector<float> again(values.size(), kNan);
  values_from_dense(pattern, rows, cols, back.data(), again.data());
  RC_ASSERT(again == values);
}

// Large enough to be spread: threads change no bit of values, matrix, counts and sums.
TEST(Values, AreTheSameAtAnyNumberOfThreads) {
  const Rbgp4Pattern pattern =
      Rbgp4Pattern::sample(Rbgp4Config::parse("go=16x16@50,gr=4x1,gi=16x32@75,gb=1x2"), 1);
  const std::int64_t rows = pattern.rows() - 5;
  const std::int64_t cols = pattern.cols() - 3;
  ASSERT_GT(rows * cols, 1 << 18);
  const std::vector<float> dense = random_floats(rows * cols, 2);
  std::vector<float> one(count(rows, pattern.nnz_per_row()), kNan);
  std::vector<float> one_back(dense.size(), kNan);
  const Projection first = values_from_dense(pattern, rows, cols, dense.data(), one.data(), 1);
  dense_from_values(pattern, rows, cols, one.data(), one_back.data(), 1);
  EXPECT_GT(first.off_pattern, 0);
  for (const int threads : {2, 3, 8, 61, 0}) {
    std::vector<float> values(one.size(), kNan);
    std::vector<float> back(dense.size(), kNan);
    const Projection projection =
        values_from_dense(pattern, rows, cols, dense.data(), values.data(), threads);
    dense_from_values(pattern, rows, cols, values.data(), back.data(), threads);
    EXPECT_EQ(values, one) << threads;
    EXPECT_EQ(back, one_back) << threads;
    EXPECT_EQ(projection.off_pattern, first.off_pattern);
    EXPECT_EQ(projection.first_row, first.first_row);
    EXPECT_EQ(projection.first_col, first.first_col);
    EXPECT_EQ(projection.dropped_norm_share, first.dropped_norm_share);
  }
}

TEST(Values, ProjectionSaysWhatItDropped) {
  const Rbgp4Pattern pattern = small_pattern();
  std::vector<float> dense(36, 0.0F);
  std::vector<float> values(24, kNan);
  Projection projection = values_from_dense(pattern, 6, 6, dense.data(), values.data());
  EXPECT_EQ(projection.off_pattern, 0);
  EXPECT_EQ(projection.first_row, -1);
  EXPECT_EQ(projection.first_col, -1);
  EXPECT_EQ(projection.dropped_norm_share, 0);  // of a zero matrix, too

  dense[0] = 3;          // (0, 0), on the pattern
  dense[1 * 6 + 3] = 2;  // row 1 has columns 1, 2, 4, 5
  dense[2 * 6 + 1] = 1;  // row 2 has columns 0, 2, 3, 5
  projection = values_from_dense(pattern, 6, 6, dense.data(), values.data());
  EXPECT_EQ(projection.off_pattern, 2);
  EXPECT_EQ(projection.first_row, 1);
  EXPECT_EQ(projection.first_col, 3);
  EXPECT_DOUBLE_EQ(projection.dropped_norm_share, 5.0 / 14.0);
  EXPECT_EQ(values[0], 3.0F);
  for (std::size_t i = 1; i < values.size(); ++i) EXPECT_EQ(values[i], 0.0F) << i;
}

TEST(Values, NegativeZeroIsZeroAndNanIsNot) {
  const Rbgp4Pattern pattern = small_pattern();
  std::vector<float> dense(36, 0.0F);
  std::vector<float> values(24);
  dense[2] = -0.0F;  // row 0 has columns 0, 1, 3, 4
  EXPECT_EQ(values_from_dense(pattern, 6, 6, dense.data(), values.data()).off_pattern, 0);
  for (const float odd : {kNan, std::numeric_limits<float>::infinity(), 1e-45F}) {
    dense[2] = odd;
    const Projection projection = values_from_dense(pattern, 6, 6, dense.data(), values.data());
    EXPECT_EQ(projection.off_pattern, 1) << odd;
    EXPECT_EQ(projection.first_row, 0) << odd;
    EXPECT_EQ(projection.first_col, 2) << odd;
    EXPECT_FALSE(projection.dropped_norm_share == 0) << odd;
  }
  dense[2] = 0;
  dense[1] = kNan;  // on the pattern: a value like any other
  EXPECT_EQ(values_from_dense(pattern, 6, 6, dense.data(), values.data()).off_pattern, 0);
  EXPECT_TRUE(std::isnan(values[1]));
}

TEST(Values, RefusesAMatrixThatDoesNotLieOnThePattern) {
  const Rbgp4Pattern pattern = small_pattern();
  std::vector<float> dense(100), values(100);
  struct Row {
    std::int64_t rows, cols;
  };
  for (const Row row : {Row{7, 6}, Row{6, 7}, Row{0, 6}, Row{6, 0}, Row{-1, 6}}) {
    const auto message = test::refusal(ErrorCode::invalid_argument, [&] {
      values_from_dense(pattern, row.rows, row.cols, dense.data(), values.data());
    });
    EXPECT_TRUE(test::has(message, "6 x 6 pattern")) << message;
    test::refusal(ErrorCode::invalid_argument, [&] {
      dense_from_values(pattern, row.rows, row.cols, values.data(), dense.data());
    });
  }
}

}  // namespace
}  // namespace rbgp
