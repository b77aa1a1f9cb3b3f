// Describes a matrix in device memory to the copy engine (sm_90 and newer).
#pragma once

#include <rbgp/device.hpp>
#include <rbgp/dtype.hpp>

#include <cstdint>

namespace rbgp::runtime {

// What a kernel takes by value as its `const __grid_constant__` parameter: the driver's CUtensorMap.
struct alignas(64) TensorMap {
  unsigned long long words[16];
};

// A row-major matrix, and the box of it that one copy takes. Elements of tf32 are floats that the copy
// engine rounds on the way; as f32 they come as they are.
struct TensorMapShape {
  Dtype dtype = Dtype::f32;
  std::int64_t rows = 0;
  std::int64_t cols = 0;  // a whole number of 16 bytes: rows are aligned to that
  std::int64_t box_rows = 0;  // at most 256, as box_cols
  std::int64_t box_cols = 0;  // a whole number of 16 bytes
  // 0, or 32, 64 or 128, and a box's rows are no longer than that: in shared memory pieces of 16 bytes
  // change places by the row, so that a column of pieces lies in different banks.
  std::int64_t swizzle_bytes = 0;
  // Other than 0: a copy names a row, and takes half a box of rows from it on and half from so many rows further on, by
  // turns. The last row that can be named has its other one in the matrix. A box has an even number of rows then.
  std::int64_t pair_rows = 0;
};

// Encodes the map, on the host alone; thread-safe, allocates nothing. What copies read outside the
// matrix is zero. Errors: launch_failed where the driver refuses, such as for a pointer that is not
// aligned to 16 bytes.
TensorMap encode_tensor_map(const Device& device, const TensorMapShape& shape, const void* matrix);

}  // namespace rbgp::runtime
