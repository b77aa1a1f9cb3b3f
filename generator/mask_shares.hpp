// How much of a matrix' squared norm masks keep.
#pragma once

#include <cstdint>

#include <rbgp/matrix_order.hpp>

namespace rbgp {

// A rows x cols matrix, row-major, of finite elements.
struct DenseView {
  std::int64_t rows = 0;
  std::int64_t cols = 0;
  const float* elements = nullptr;

  std::int64_t size() const { return rows * cols; }
  const float* row(std::int64_t u) const { return elements + u * cols; }
};

struct Kept {
  double share = 0;  // of the squared norm; of a zero matrix all is kept
  std::int64_t elements = 0;
};

// The matrix with its rows and columns in an order, on a pattern.
Kept kept_by_pattern(const Rbgp4Pattern& pattern, const MatrixOrder& order, const DenseView& dense);

// The `elements` largest elements.
Kept kept_unstructured(const DenseView& dense, std::int64_t elements);

// The blocks of block x block elements (fewer at the edges) with the largest norms, as many as come
// nearest to `elements`.
Kept kept_by_blocks(const DenseView& dense, std::int64_t block, std::int64_t elements);

}  // namespace rbgp
