#include <bench/sparse_matrix.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <generator/pattern_runs.hpp>
#include <generator/random_words.hpp>
#include <rbgp/error.hpp>
#include <tuner/bench_inputs.hpp>

namespace rbgp::bench {
namespace {

// Index arrays are 32-bit, as the libraries take them.
void require_indexable(std::int64_t nonzeros) {
  require(nonzeros <= std::numeric_limits<std::int32_t>::max(), ErrorCode::invalid_argument,
          "{} non-zeros are more than 32-bit indices count", nonzeros);
}

// Draws `kept` of 0 .. count-1 without repetition; ascending.
class Draw {
 public:
  Draw(std::int64_t count, std::uint64_t seed)
      : random_(seed), order_(static_cast<std::size_t>(count)) {
    std::iota(order_.begin(), order_.end(), 0);
  }

  void append(std::int64_t kept, std::vector<std::int32_t>& to) {
    const auto size = static_cast<std::size_t>(kept);
    for (std::size_t i = 0; i < size; ++i)
      std::swap(order_[i], order_[i + random_.below(order_.size() - i)]);
    to.insert(to.end(), order_.begin(), order_.begin() + kept);
    std::sort(to.end() - kept, to.end());
  }

 private:
  RandomWords random_;
  std::vector<std::int32_t> order_;  // stays a permutation from draw to draw
};

std::vector<std::int32_t> uniform_offsets(std::int64_t rows, std::int64_t each) {
  std::vector<std::int32_t> offsets(static_cast<std::size_t>(rows) + 1);
  for (std::size_t row = 0; row < offsets.size(); ++row)
    offsets[row] = static_cast<std::int32_t>(static_cast<std::int64_t>(row) * each);
  return offsets;
}

}  // namespace

std::optional<std::int64_t> kept_of(std::int64_t count, double sparsity_percent) {
  const double kept = static_cast<double>(count) * (1 - sparsity_percent / 100);
  const auto rounded = static_cast<std::int64_t>(std::llround(kept));
  if (rounded < 1 || rounded > count || std::abs(kept - static_cast<double>(rounded)) > 1e-6)
    return std::nullopt;
  return rounded;
}

CsrMatrix random_csr(std::int64_t rows, std::int64_t cols, std::int64_t nonzeros_per_row,
                     std::uint64_t seed) {
  require(rows >= 1 && nonzeros_per_row >= 1 && nonzeros_per_row <= cols,
          ErrorCode::invalid_argument, "a {} x {} matrix has no {} non-zeros in each row", rows,
          cols, nonzeros_per_row);
  require_indexable(rows * nonzeros_per_row);
  CsrMatrix matrix{.rows = rows, .cols = cols};
  matrix.row_offsets = uniform_offsets(rows, nonzeros_per_row);
  matrix.columns.reserve(static_cast<std::size_t>(rows * nonzeros_per_row));
  Draw draw(cols, derive_seed(seed, 0));
  for (std::int64_t row = 0; row < rows; ++row) draw.append(nonzeros_per_row, matrix.columns);
  matrix.values = random_floats(rows * nonzeros_per_row, derive_seed(seed, 1));
  return matrix;
}

BlockMatrix random_blocks(std::int64_t rows, std::int64_t cols, std::int64_t block,
                          std::int64_t blocks_per_row, std::uint64_t seed) {
  require(block >= 1 && rows >= block && rows % block == 0 && cols % block == 0,
          ErrorCode::invalid_argument, "{} x {} does not divide into blocks of {} x {}", rows, cols,
          block, block);
  require(blocks_per_row >= 1 && blocks_per_row <= cols / block, ErrorCode::invalid_argument,
          "a row of {} blocks has no {} that are kept", cols / block, blocks_per_row);
  require_indexable(rows * blocks_per_row * block);
  BlockMatrix matrix{.rows = rows, .cols = cols, .block = block, .blocks_per_row = blocks_per_row};
  Draw draw(cols / block, derive_seed(seed, 0));
  for (std::int64_t row = 0; row < rows / block; ++row) draw.append(blocks_per_row, matrix.columns);
  matrix.values = random_floats(rows * blocks_per_row * block, derive_seed(seed, 1));
  return matrix;
}

CsrMatrix to_csr(const BlockMatrix& matrix) {
  const std::int64_t block = matrix.block;
  const std::int64_t each = matrix.blocks_per_row * block;
  CsrMatrix csr{.rows = matrix.rows, .cols = matrix.cols};
  csr.row_offsets = uniform_offsets(matrix.rows, each);
  csr.columns.reserve(matrix.values.size());
  csr.values = blocked_ell_values(matrix);
  for (std::int64_t row = 0; row < matrix.rows; ++row)
    for (std::int64_t slot = 0; slot < matrix.blocks_per_row; ++slot) {
      const std::int64_t column =
          matrix.columns[static_cast<std::size_t>(row / block * matrix.blocks_per_row + slot)];
      for (std::int64_t j = 0; j < block; ++j)
        csr.columns.push_back(static_cast<std::int32_t>(column * block + j));
    }
  return csr;
}

CsrMatrix to_csr(const Rbgp4Pattern& pattern, const Problem& problem,
                 const std::vector<float>& values) {
  const std::int64_t nnz = pattern.nnz_per_row();
  const std::int64_t run = pattern.config().gb.right;
  require_indexable(problem.m * nnz);
  CsrMatrix csr{.rows = problem.m, .cols = problem.k, .row_offsets = {0}};
  for (std::int64_t u = 0; u < problem.m; ++u) {
    for_each_run(pattern, u, [&](std::int64_t j, std::int64_t v) {
      for (std::int64_t i = 0; i < run && v + i < problem.k; ++i) {
        csr.columns.push_back(static_cast<std::int32_t>(v + i));
        csr.values.push_back(values[static_cast<std::size_t>(u * nnz + j + i)]);
      }
    });
    csr.row_offsets.push_back(static_cast<std::int32_t>(csr.values.size()));
  }
  return csr;
}

CsrMatrix to_csr(std::int64_t rows, std::int64_t cols, const std::vector<float>& values) {
  require_indexable(rows * cols);
  CsrMatrix csr{.rows = rows, .cols = cols};
  csr.row_offsets = uniform_offsets(rows, cols);
  csr.columns.resize(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    csr.columns[i] = static_cast<std::int32_t>(static_cast<std::int64_t>(i) % cols);
  csr.values = values;
  return csr;
}

std::vector<float> blocked_ell_values(const BlockMatrix& matrix) {
  const auto block = static_cast<std::size_t>(matrix.block);
  const auto slots = static_cast<std::size_t>(matrix.blocks_per_row);
  std::vector<float> values(matrix.values.size());
  auto from = matrix.values.begin();
  for (std::size_t block_row = 0; block_row < static_cast<std::size_t>(matrix.block_rows());
       ++block_row)
    for (std::size_t slot = 0; slot < slots; ++slot)
      for (std::size_t i = 0; i < block; ++i, from += matrix.block)
        std::copy_n(from, block,
                    values.begin() + static_cast<std::ptrdiff_t>(
                                         ((block_row * block + i) * slots + slot) * block));
  return values;
}

}  // namespace rbgp::bench
