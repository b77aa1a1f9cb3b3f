// Sparse matrices as the peers take them, with random structure: the same number of non-zeros in
// every row, or of blocks in every row of blocks, at random places.
//
// No peer gets the pattern of RBGP4, which none of them can use: libraries for unstructured and for
// block-sparse matrices are measured on matrices of their own kind with the same number of non-zeros.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <rbgp/pattern.hpp>
#include <rbgp/problem.hpp>

namespace rbgp::bench {

// Compressed rows; columns of a row ascending.
struct CsrMatrix {
  std::int64_t rows = 0;
  std::int64_t cols = 0;
  std::vector<std::int32_t> row_offsets;  // rows + 1
  std::vector<std::int32_t> columns;
  std::vector<float> values;

  std::int64_t nonzeros() const { return static_cast<std::int64_t>(values.size()); }
};

// Square blocks, the same number in every row of blocks; block columns of a row ascending.
struct BlockMatrix {
  std::int64_t rows = 0;
  std::int64_t cols = 0;
  std::int64_t block = 1;  // rows and columns of a block
  std::int64_t blocks_per_row = 0;  // of blocks
  std::vector<std::int32_t> columns;  // rows / block x blocks_per_row, in blocks
  std::vector<float> values;  // block by block, each row-major

  std::int64_t block_rows() const { return rows / block; }
  std::int64_t nonzeros() const { return static_cast<std::int64_t>(values.size()); }
};

// How many of `count` are kept at a sparsity in percent; nothing where that is no integer, or 0.
std::optional<std::int64_t> kept_of(std::int64_t count, double sparsity_percent);

// Values are uniform in [-1, 1). The same arguments give the same matrix.
// Errors: invalid_argument for sizes that do not divide, or more kept than there are.
CsrMatrix random_csr(std::int64_t rows, std::int64_t cols, std::int64_t nonzeros_per_row,
                     std::uint64_t seed);
BlockMatrix random_blocks(std::int64_t rows, std::int64_t cols, std::int64_t block,
                          std::int64_t blocks_per_row, std::uint64_t seed);

// The same matrix element by element.
CsrMatrix to_csr(const BlockMatrix& matrix);
// W of a problem from its canonical values, without what is padding.
CsrMatrix to_csr(const Rbgp4Pattern& pattern, const Problem& problem,
                 const std::vector<float>& values);
// A dense matrix, row-major.
CsrMatrix to_csr(std::int64_t rows, std::int64_t cols, const std::vector<float>& values);

// The values as Blocked-ELL holds them: rows x (blocks_per_row * block), row-major.
std::vector<float> blocked_ell_values(const BlockMatrix& matrix);

}  // namespace rbgp::bench
