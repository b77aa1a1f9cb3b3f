// A matrix whose rows and columns stand on a pattern in another order than its own: see prune.hpp for
// what that is good for. All functions are thread-safe for distinct outputs.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <rbgp/pattern.hpp>

namespace rbgp {

// Row u of the pattern is row rows[u] of the user's W and of O; column v is column cols[v] of W and row
// cols[v] of I. Empty: the user's own order. Sizes are those of W, which a padded pattern exceeds.
struct MatrixOrder {
  std::vector<std::int64_t> rows;
  std::vector<std::int64_t> cols;

  bool empty() const { return rows.empty() && cols.empty(); }
  // Errors: invalid_argument unless each is empty or a permutation of 0..m-1, of 0..k-1.
  void validate(std::int64_t m, std::int64_t k) const;
  bool operator==(const MatrixOrder&) const = default;
};

// The values of a dense W in the user's order: what values_from_dense gives for W with its rows and columns
// moved. `first_row` and `first_col` of the projection are the user's. Errors: as values_from_dense, and
// as MatrixOrder::validate.
Projection values_from_dense(const Rbgp4Pattern& pattern, const MatrixOrder& order,
                             std::int64_t rows, std::int64_t cols, const float* dense,
                             float* values, int threads = 0);

// The way back: a dense W in the user's order, zero off the pattern.
void dense_from_values(const Rbgp4Pattern& pattern, const MatrixOrder& order, std::int64_t rows,
                       std::int64_t cols, const float* values, float* dense, int threads = 0);

// One side of an order as a launch takes it (EpilogueArguments): `size` entries, those of an empty order
// being 0, 1, 2 and so on. Errors: invalid_argument where there are neither none nor `size`, and where
// `size` does not fit 32 bits.
std::vector<std::int32_t> launch_order(std::span<const std::int64_t> order, std::int64_t size);

// The rows of a layer whose O is the I of `next_cols`, the columns of the next layer's order: with them the
// layer writes each row where the next layer's pattern has its column, and the next layer has no columns to
// move. What lies between the two treats all rows alike (a ReLU does); the layer's bias has to be in that
// order, too (take_rows with `next_cols` and one column), and so has its R. Empty where both are.
// Errors: invalid_argument where two that are not empty differ in size, and as MatrixOrder::validate.
std::vector<std::int64_t> fold_columns(std::span<const std::int64_t> rows,
                                       std::span<const std::int64_t> next_cols);

// I for the kernel: row i of `to` is row order[i] of `from`. Both are order.size() x cols, row-major, and
// do not overlap. The order is a permutation; an empty one moves nothing and writes nothing.
void take_rows(std::span<const std::int64_t> order, std::int64_t cols, const float* from,
               float* to);

// O for the user: row order[i] of `to` is row i of `from`.
void put_rows(std::span<const std::int64_t> order, std::int64_t cols, const float* from, float* to);

}  // namespace rbgp
