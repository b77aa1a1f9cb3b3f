// Boxes that take packed values: a part of the packed buffer that lies together, seen as rows of a matrix.
#pragma once

#include <cstdint>

#include <generator/cuda_limits.hpp>
#include <generator/kernel_family.hpp>

namespace rbgp {

// The smallest box of at least `elements`, with rows of whole lines of 128 bytes, as long as they divide it. It
// lies in shared memory as in the buffer, whose matrix has rows as long as the box's. Up to 64 K elements.
inline CopyBox dense_box(std::int64_t elements, std::int64_t element_bytes) {
  constexpr std::int64_t kLineBytes = 128;
  std::int64_t cols = kLineBytes / element_bytes;
  while ((elements + cols - 1) / cols > kMaxBoxSide) cols *= 2;
  std::int64_t rows = (elements + cols - 1) / cols;
  while (cols < kMaxBoxSide && rows % 2 == 0) cols *= 2, rows /= 2;
  return {.rows = rows, .cols = cols};
}

inline std::int64_t elements_of(const CopyBox& box) { return box.rows * box.cols; }

}  // namespace rbgp
