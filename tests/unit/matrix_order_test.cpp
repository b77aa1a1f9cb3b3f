#include <gtest/gtest.h>

#include <numeric>

#include <generator/random_words.hpp>
#include <rbgp/kernel.hpp>
#include <rbgp/matrix_order.hpp>
#include <support/random_config.hpp>
#include <support/refusal.hpp>
#include <tuner/bench_inputs.hpp>

namespace rbgp {
namespace {

using test::has;
using test::refusal;

std::vector<std::int64_t> random_order(RandomWords& random, std::int64_t size) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(size));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  random.shuffle(order);
  return order;
}

TEST(MatrixOrder, AcceptsPermutationsOnly) {
  EXPECT_NO_THROW(MatrixOrder{}.validate(3, 4));
  EXPECT_NO_THROW((MatrixOrder{{2, 0, 1}, {3, 1, 0, 2}}.validate(3, 4)));
  struct Row {
    MatrixOrder order;
    const char* part;
  };
  const Row rows[] = {
      {{{0, 1}, {}}, "rows has 2 entries, the matrix 3"},
      {{{0, 1, 2, 3}, {}}, "rows has 4 entries"},
      {{{0, 1, 1}, {}}, "rows: entry 1 at 2"},
      {{{0, 1, 3}, {}}, "entry 3 at 2 is not from 0 to 2"},
      {{{0, -1, 2}, {}}, "entry -1 at 1"},
      {{{}, {0, 1, 2}}, "columns has 3 entries, the matrix 4"},
      {{{}, {0, 0, 2, 3}}, "columns: entry 0 at 1"},
  };
  for (const Row& row : rows) {
    const std::string message =
        refusal(ErrorCode::invalid_argument, [&] { row.order.validate(3, 4); });
    EXPECT_TRUE(has(message, row.part)) << message;
  }
}

TEST(MatrixOrder, RowsTakenAndPutBackAreTheSame) {
  const std::vector<std::int64_t> order{2, 0, 1};
  const std::vector<float> input{1, 2, 3, 4, 5, 6};
  std::vector<float> taken(6), back(6);
  take_rows(order, 2, input.data(), taken.data());
  EXPECT_EQ(taken, (std::vector<float>{5, 6, 1, 2, 3, 4}));
  put_rows(order, 2, taken.data(), back.data());
  EXPECT_EQ(back, input);
}

// Moving W's rows and columns beforehand, or while gathering, is the same; and so is O, computed from
// the moved values, once its rows are put back.
TEST(MatrixOrder, GatheringInAnOrderIsGatheringTheMovedMatrix) {
  RandomWords random(21);
  for (int draw = 0; draw < 60; ++draw) {
    const Rbgp4Config config = test::random_config(random, {.max_rows = 90, .max_cols = 90});
    const Rbgp4Pattern pattern = Rbgp4Pattern::sample(config, random.word());
    const auto rows = config.rows() - static_cast<std::int64_t>(random.below(
                                          static_cast<std::uint64_t>((config.rows() + 1) / 2)));
    const auto cols = config.cols() - static_cast<std::int64_t>(random.below(
                                          static_cast<std::uint64_t>((config.cols() + 1) / 2)));
    MatrixOrder order;
    if (draw % 3 != 0) order.rows = random_order(random, rows);
    if (draw % 3 != 1) order.cols = random_order(random, cols);
    const auto row = [&](std::int64_t u) {
      return order.rows.empty() ? u : order.rows[static_cast<std::size_t>(u)];
    };
    const auto col = [&](std::int64_t v) {
      return order.cols.empty() ? v : order.cols[static_cast<std::size_t>(v)];
    };
    const std::vector<float> dense = random_floats(rows * cols, random.word());
    std::vector<float> moved(dense.size());
    for (std::int64_t u = 0; u < rows; ++u)
      for (std::int64_t v = 0; v < cols; ++v)
        moved[static_cast<std::size_t>(u * cols + v)] =
            dense[static_cast<std::size_t>(row(u) * cols + col(v))];

    const auto count = static_cast<std::size_t>(rows * pattern.nnz_per_row());
    std::vector<float> values(count), expected(count);
    const Projection got =
        values_from_dense(pattern, order, rows, cols, dense.data(), values.data());
    const Projection wanted = values_from_dense(pattern, rows, cols, moved.data(), expected.data());
    EXPECT_EQ(values, expected);
    EXPECT_EQ(got.off_pattern, wanted.off_pattern);
    if (wanted.off_pattern > 0) {
      EXPECT_EQ(got.first_row, row(wanted.first_row));
      EXPECT_EQ(got.first_col, col(wanted.first_col));
      EXPECT_DOUBLE_EQ(got.dropped_norm_share, wanted.dropped_norm_share);
    }

    // The way back is W where it was kept, zero elsewhere.
    std::vector<float> back(dense.size(), -1.0F);
    dense_from_values(pattern, order, rows, cols, values.data(), back.data());
    for (std::int64_t u = 0; u < rows; ++u)
      for (std::int64_t v = 0; v < cols; ++v) {
        const auto at = static_cast<std::size_t>(row(u) * cols + col(v));
        EXPECT_EQ(back[at], pattern.contains(u, v) ? dense[at] : 0.0F);
      }
  }
}

TEST(MatrixOrder, LaunchesTakeWholeOrdersOf32Bits) {
  EXPECT_EQ(launch_order({}, 3), (std::vector<std::int32_t>{0, 1, 2}));
  const std::vector<std::int64_t> order{2, 0, 1};
  EXPECT_EQ(launch_order(order, 3), (std::vector<std::int32_t>{2, 0, 1}));
  EXPECT_TRUE(has(refusal(ErrorCode::invalid_argument, [&] { launch_order(order, 4); }),
                  "3 entries, the matrix has 4"));
  refusal(ErrorCode::invalid_argument, [] { launch_order({}, std::int64_t{1} << 31); });
}

// Two layers: the second computes the same from what the first writes in its own order without columns
// to move, as from what the first writes in the user's order with them.
TEST(MatrixOrder, ColumnsFoldIntoTheRowsOfTheLayerBefore) {
  RandomWords random(3);
  const Rbgp4Pattern pattern =
      Rbgp4Pattern::sample(Rbgp4Config::parse("go=3x3@33.33333333,gr=1x1,gi=3x3,gb=1x1"), 1);
  constexpr std::int64_t kSize = 9;
  const Problem plain{.m = kSize, .k = kSize, .n = 2};
  const auto floats = [&] { return random_floats(kSize * kSize, random.word()); };
  for (int turn = 0; turn < 8; ++turn) {
    MatrixOrder one, two;
    if (turn & 1) one.rows = random_order(random, kSize);
    if (turn & 2) two.cols = random_order(random, kSize);
    const auto values = floats(), next_values = floats(), input = floats(), bias = floats();
    // O of a layer with bias and ReLU, as float.
    const auto layer = [&](const std::vector<float>& w, const std::vector<float>& in,
                           const std::vector<float>& b, const std::vector<std::int64_t>& rows,
                           const std::vector<std::int64_t>& cols) {
      const std::vector<std::int32_t> row_order = launch_order(rows, kSize);
      const std::vector<std::int32_t> column_order = launch_order(cols, kSize);
      Problem problem = plain;
      problem.epilogue = Epilogue::parse("bias,relu,row_order,column_order");
      std::vector<double> out(kSize * 2);
      reference_product(
          pattern, problem, w.data(), in.data(), out.data(),
          {.bias = b.data(), .row_order = row_order.data(), .column_order = column_order.data()});
      return std::vector<float>(out.begin(), out.end());
    };
    const std::vector<float> between = layer(values, input, bias, one.rows, {});
    const std::vector<float> wanted = layer(next_values, between, bias, {}, two.cols);
    std::vector<float> moved_bias = bias;
    take_rows(two.cols, 1, bias.data(), moved_bias.data());
    const std::vector<float> folded =
        layer(values, input, moved_bias, fold_columns(one.rows, two.cols), {});
    EXPECT_EQ(layer(next_values, folded, bias, {}, {}), wanted) << turn;
  }
  const std::vector<std::int64_t> three{0, 1, 2}, four{3, 2, 1, 0};
  EXPECT_TRUE(has(refusal(ErrorCode::invalid_argument, [&] { fold_columns(three, four); }),
                  "rows has 3 entries, the matrix 4"));
}

TEST(MatrixOrder, RefusesAnOrderOfAnotherSize) {
  const Rbgp4Pattern pattern =
      Rbgp4Pattern::sample(Rbgp4Config::parse("go=2x2,gr=1x1,gi=3x3,gb=1x1"), 1);
  std::vector<float> dense(36), values(36);
  const MatrixOrder order{{0, 1, 2}, {}};
  refusal(ErrorCode::invalid_argument,
          [&] { values_from_dense(pattern, order, 6, 6, dense.data(), values.data()); });
  refusal(ErrorCode::invalid_argument,
          [&] { dense_from_values(pattern, order, 6, 6, values.data(), dense.data()); });
}

}  // namespace
}  // namespace rbgp
