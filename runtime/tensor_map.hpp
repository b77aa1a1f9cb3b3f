// Describes a matrix in device memory to the copy engine (sm_90 and newer).
#pragma once

#include <rbgp/device.hpp>

#include <cstdint>

namespace rbgp::runtime {

// What a kernel takes by value as its `const __grid_constant__` parameter: the driver's CUtensorMap.
struct alignas(64) TensorMap {
  unsigned long long words[16];
};

// A row-major matrix of 32-bit floats, and the box of it that one copy takes.
struct TensorMapShape {
  std::int64_t rows = 0;
  std::int64_t cols = 0;  // a multiple of 4: rows are aligned to 16 bytes
  std::int64_t box_rows = 0;  // at most 256, as box_cols
  std::int64_t box_cols = 0;  // a multiple of 4
};

// Encodes the map, on the host alone; thread-safe, allocates nothing. What copies read outside the
// matrix is zero. Errors: launch_failed where the driver refuses, such as for a pointer that is not
// aligned to 16 bytes.
TensorMap encode_tensor_map(const Device& device, const TensorMapShape& shape, const void* matrix);

}  // namespace rbgp::runtime
