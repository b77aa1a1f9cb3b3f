#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include <bench/sparse_matrix.hpp>
#include <support/refusal.hpp>

namespace rbgp::bench {
namespace {

using test::refusal;

std::vector<float> to_dense(const CsrMatrix& matrix) {
  std::vector<float> dense(static_cast<std::size_t>(matrix.rows * matrix.cols), 0.0F);
  for (std::int64_t row = 0; row < matrix.rows; ++row)
    for (auto j = matrix.row_offsets[static_cast<std::size_t>(row)];
         j < matrix.row_offsets[static_cast<std::size_t>(row) + 1]; ++j)
      dense[static_cast<std::size_t>(row * matrix.cols +
                                     matrix.columns[static_cast<std::size_t>(j)])] =
          matrix.values[static_cast<std::size_t>(j)];
  return dense;
}

// Rows of `each` indices: ascending, without repetition, within [0, bound).
void expect_rows(const std::vector<std::int32_t>& indices, std::int64_t rows, std::int64_t each,
                 std::int64_t bound) {
  ASSERT_EQ(static_cast<std::int64_t>(indices.size()), rows * each);
  for (std::int64_t row = 0; row < rows; ++row) {
    const auto begin = indices.begin() + row * each;
    EXPECT_TRUE(std::is_sorted(begin, begin + each));
    EXPECT_EQ(std::adjacent_find(begin, begin + each), begin + each) << "row " << row;
    EXPECT_GE(*begin, 0);
    EXPECT_LT(*(begin + each - 1), bound);
  }
}

TEST(KeptOf, IsExactOrNothing) {
  struct Case {
    std::int64_t count;
    double sparsity;
    std::optional<std::int64_t> kept;
  };
  const Case cases[] = {{4096, 50, 2048},  {4096, 93.75, 256},     {32, 93.75, 2},   {8, 93.75, {}},
                        {3152, 87.5, 394}, {3, 66.66666666, 1},    {16, 0, 16},      {1, 0, 1},
                        {1, 50, {}},       {4, 100, {}},           {4, 75, 1},       {4, 80, {}},
                        {4, -25, {}},      {6, 33.33333333333, 4}, {3072, 87.5, 384}};
  for (const Case& each : cases)
    EXPECT_EQ(kept_of(each.count, each.sparsity), each.kept)
        << each.count << " at " << each.sparsity << " %";
}

TEST(RandomCsr, EveryRowHasTheSameNumber) {
  struct Case {
    std::int64_t rows, cols, each;
  };
  for (const Case& size :
       {Case{1, 1, 1}, Case{3, 7, 7}, Case{5, 64, 1}, Case{33, 100, 25}, Case{256, 512, 32}}) {
    const CsrMatrix matrix = random_csr(size.rows, size.cols, size.each, 3);
    expect_rows(matrix.columns, size.rows, size.each, size.cols);
    EXPECT_EQ(matrix.nonzeros(), size.rows * size.each);
    ASSERT_EQ(static_cast<std::int64_t>(matrix.row_offsets.size()), size.rows + 1);
    for (std::int64_t row = 0; row <= size.rows; ++row)
      EXPECT_EQ(matrix.row_offsets[static_cast<std::size_t>(row)], row * size.each);
    EXPECT_EQ(random_csr(size.rows, size.cols, size.each, 3).columns, matrix.columns);
  }
  EXPECT_NE(random_csr(8, 64, 8, 1).columns, random_csr(8, 64, 8, 2).columns);
}

// Every column is drawn about equally often, and rows differ.
TEST(RandomCsr, IsSpreadEvenly) {
  const CsrMatrix matrix = random_csr(4000, 16, 4, 5);
  std::vector<int> drawn(16);
  std::set<std::vector<std::int32_t>> rows;
  for (const std::int32_t column : matrix.columns) ++drawn[static_cast<std::size_t>(column)];
  for (std::size_t row = 0; row < 4000; ++row)
    rows.insert({matrix.columns.begin() + static_cast<std::ptrdiff_t>(4 * row),
                 matrix.columns.begin() + static_cast<std::ptrdiff_t>(4 * row + 4)});
  // 1000 each is expected, with a standard deviation of 27.
  for (const int count : drawn) EXPECT_NEAR(count, 1000, 6 * 27);
  EXPECT_GT(rows.size(), 1000U);  // of the 1820 that there are
}

TEST(RandomBlocks, EveryBlockRowHasTheSameNumber) {
  struct Case {
    std::int64_t rows, cols, block, each;
  };
  for (const Case& size : {Case{1, 1, 1, 1}, Case{4, 8, 4, 1}, Case{12, 20, 4, 5},
                           Case{64, 128, 16, 2}, Case{96, 256, 32, 4}}) {
    const BlockMatrix matrix = random_blocks(size.rows, size.cols, size.block, size.each, 3);
    expect_rows(matrix.columns, size.rows / size.block, size.each, size.cols / size.block);
    EXPECT_EQ(matrix.nonzeros(), size.rows * size.each * size.block);
    // The density is exact in every row of elements, too.
    const CsrMatrix csr = to_csr(matrix);
    expect_rows(csr.columns, size.rows, size.each * size.block, size.cols);
  }
}

TEST(RandomBlocks, FormatsHoldTheSameMatrix) {
  constexpr std::int64_t kBlock = 3;
  const BlockMatrix matrix = random_blocks(9, 12, kBlock, 2, 7);
  const std::vector<float> dense = to_dense(to_csr(matrix));
  const std::vector<float> ell = blocked_ell_values(matrix);
  ASSERT_EQ(ell.size(), matrix.values.size());
  std::size_t at = 0;
  for (std::int64_t block_row = 0; block_row < 3; ++block_row)
    for (std::int64_t slot = 0; slot < 2; ++slot) {
      const auto column = matrix.columns[static_cast<std::size_t>(block_row * 2 + slot)];
      for (std::int64_t i = 0; i < kBlock; ++i)
        for (std::int64_t j = 0; j < kBlock; ++j, ++at) {
          const std::int64_t u = block_row * kBlock + i;
          EXPECT_EQ(dense[static_cast<std::size_t>(u * 12 + column * kBlock + j)],
                    matrix.values[at]);
          EXPECT_EQ(ell[static_cast<std::size_t>(u * 6 + slot * kBlock + j)], matrix.values[at]);
        }
    }
  const auto zeros = std::count(dense.begin(), dense.end(), 0.0F);
  EXPECT_EQ(static_cast<std::int64_t>(dense.size()) - zeros, matrix.nonzeros());
}

TEST(ToCsr, HoldsAPatternWithoutItsPadding) {
  const Rbgp4Config config = Rbgp4Config::parse("go=4x4@50,gr=2x1,gi=4x4@50,gb=1x2");
  const Rbgp4Pattern pattern = Rbgp4Pattern::sample(config, 1);
  const std::int64_t nnz = config.nnz_per_row();
  for (const std::int64_t cut : {0, 1, 5}) {
    const Problem problem{.m = config.rows() - cut, .k = config.cols() - cut, .n = 1};
    std::vector<float> values(static_cast<std::size_t>(problem.m * nnz));
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i + 1);
    std::vector<float> wanted(static_cast<std::size_t>(problem.m * problem.k), 0.0F);
    for (std::int64_t u = 0; u < problem.m; ++u)
      for (std::int64_t j = 0; j < nnz; ++j)
        if (pattern.column(u, j) < problem.k)
          wanted[static_cast<std::size_t>(u * problem.k + pattern.column(u, j))] =
              values[static_cast<std::size_t>(u * nnz + j)];
    EXPECT_EQ(to_dense(to_csr(pattern, problem, values)), wanted) << "cut " << cut;
  }
}

TEST(ToCsr, HoldsADenseMatrix) {
  const std::vector<float> values = {1, 2, 3, 4, 5, 6};
  const CsrMatrix csr = to_csr(2, 3, values);
  EXPECT_EQ(to_dense(csr), values);
  EXPECT_EQ(csr.row_offsets, (std::vector<std::int32_t>{0, 3, 6}));
}

TEST(RandomMatrices, RefuseWhatDoesNotFit) {
  for (const auto& [rows, cols, each] :
       {std::array{0, 4, 1}, std::array{4, 4, 0}, std::array{4, 4, 5}})
    refusal(ErrorCode::invalid_argument,
            [&, r = rows, c = cols, e = each] { random_csr(r, c, e, 1); });
  for (const auto& [rows, cols, block, each] :
       {std::array{6, 8, 4, 1}, std::array{8, 6, 4, 1}, std::array{8, 8, 4, 0},
        std::array{8, 8, 4, 3}, std::array{8, 8, 0, 1}, std::array{0, 8, 4, 1}})
    refusal(ErrorCode::invalid_argument,
            [&, r = rows, c = cols, b = block, e = each] { random_blocks(r, c, b, e, 1); });
}

}  // namespace
}  // namespace rbgp::bench
