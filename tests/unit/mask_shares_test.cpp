#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include <generator/mask_shares.hpp>
#include <tuner/bench_inputs.hpp>

namespace rbgp {
namespace {

TEST(MaskShares, CountByHand) {
  // Squares 1, 4, 9, 16 in four blocks of 2 x 2, of which one element each is not zero.
  std::vector<float> dense(16, 0.0F);
  dense[0] = 1;
  dense[3] = -2;
  dense[8] = 3;
  dense[15] = -4;
  const DenseView view{4, 4, dense.data()};
  EXPECT_DOUBLE_EQ(kept_unstructured(view, 1).share, 16.0 / 30);
  EXPECT_DOUBLE_EQ(kept_unstructured(view, 3).share, 29.0 / 30);
  EXPECT_DOUBLE_EQ(kept_unstructured(view, 16).share, 1);
  EXPECT_EQ(kept_unstructured(view, 3).elements, 3);
  EXPECT_DOUBLE_EQ(kept_by_blocks(view, 2, 4).share, 16.0 / 30);
  EXPECT_DOUBLE_EQ(kept_by_blocks(view, 2, 8).share, 25.0 / 30);
  EXPECT_EQ(kept_by_blocks(view, 2, 8).elements, 8);
  EXPECT_EQ(kept_by_blocks(view, 2, 5).elements, 4);  // 4 is nearer than 8
  EXPECT_EQ(kept_by_blocks(view, 2, 6).elements, 8);  // half-way
  EXPECT_EQ(kept_by_blocks(view, 2, 7).elements, 8);
  // Blocks at the edges are smaller: of 3 x 3 one has 9 elements, two 3, one 1.
  EXPECT_EQ(kept_by_blocks(view, 3, 16).elements, 16);
  EXPECT_EQ(kept_by_blocks(view, 3, 1).elements, 1);  // the corner, which has the most
  EXPECT_DOUBLE_EQ(kept_by_blocks(view, 3, 1).share, 16.0 / 30);
}

TEST(MaskShares, AZeroMatrixLosesNothing) {
  const std::vector<float> dense(16, 0.0F);
  const DenseView view{4, 4, dense.data()};
  EXPECT_EQ(kept_unstructured(view, 4).share, 1);
  EXPECT_EQ(kept_by_blocks(view, 2, 4).share, 1);
}

TEST(MaskShares, OfAPatternAreItsElements) {
  const Rbgp4Pattern pattern =
      Rbgp4Pattern::sample(Rbgp4Config::parse("go=4x4@50,gr=2x1,gi=6x6@50,gb=1x2"), 3);
  const std::int64_t rows = pattern.rows() - 3;
  const std::int64_t cols = pattern.cols() - 1;
  const std::vector<float> dense = random_floats(rows * cols, 4);
  MatrixOrder order;
  for (std::int64_t u = 0; u < rows; ++u) order.rows.push_back((u * 7 + 2) % rows);
  for (std::int64_t v = 0; v < cols; ++v) order.cols.push_back((v * 5 + 1) % cols);
  ASSERT_NO_THROW(order.validate(rows, cols));
  double norm = 0;
  double kept_norm = 0;
  std::int64_t elements = 0;
  for (std::int64_t u = 0; u < rows; ++u)
    for (std::int64_t v = 0; v < cols; ++v) {
      const auto element = static_cast<double>(
          dense[static_cast<std::size_t>(order.rows[static_cast<std::size_t>(u)] * cols +
                                         order.cols[static_cast<std::size_t>(v)])]);
      norm += element * element;
      if (!pattern.contains(u, v)) continue;
      kept_norm += element * element;
      ++elements;
    }
  const Kept kept = kept_by_pattern(pattern, order, {rows, cols, dense.data()});
  EXPECT_EQ(kept.elements, elements);
  EXPECT_NEAR(kept.share, kept_norm / norm, 1e-12);
}

}  // namespace
}  // namespace rbgp
