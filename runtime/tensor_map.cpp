#include "runtime/tensor_map.hpp"

#include <algorithm>
#include <array>

#include <rbgp/error.hpp>

#include "runtime/cuda_driver.hpp"
#include "runtime/device_state.hpp"

namespace rbgp::runtime {

namespace {

// The numbers behind the driver's enumerations.
constexpr int kNoInterleave = 0;
constexpr int kPromoteTo128Bytes = 2;  // what L2 fetches at least
constexpr int kZerosOutside = 0;

// A dtype as the copy engine knows it.
struct ElementRow {
  Dtype dtype;
  int type;  // of CUtensorMapDataType
  std::uint64_t bytes;
};
constexpr std::array kElements = {
    ElementRow{Dtype::f32, 7, 4},  ElementRow{Dtype::f32x3, 7, 4}, ElementRow{Dtype::tf32, 11, 4},
    ElementRow{Dtype::bf16, 9, 2}, ElementRow{Dtype::f16, 6, 2},
};

const ElementRow& element_row(Dtype dtype) {
  for (const ElementRow& row : kElements)
    if (row.dtype == dtype) return row;
  fail(ErrorCode::internal, "dtype {} is none of the copy engine's", static_cast<int>(dtype));
}

// Of CUtensorMapSwizzle.
int swizzle_number(std::int64_t bytes) {
  constexpr std::array<std::int64_t, 4> kBytes = {0, 32, 64, 128};
  const auto* const found = std::find(kBytes.begin(), kBytes.end(), bytes);
  require(found != kBytes.end(), ErrorCode::internal, "the copy engine has no swizzle of {} bytes",
          bytes);
  return static_cast<int>(found - kBytes.begin());
}

}  // namespace

TensorMap encode_tensor_map(const Device& device, const TensorMapShape& shape, const void* matrix) {
  const CudaDriver& driver = device.state()->driver();
  const ContextGuard guard(driver, device.state()->context());
  const ElementRow& element = element_row(shape.dtype);
  const auto cols = static_cast<std::uint64_t>(shape.cols);
  const auto rows = static_cast<std::uint64_t>(shape.rows);
  const auto pair_rows = static_cast<std::uint64_t>(shape.pair_rows);
  const auto box_cols = static_cast<std::uint32_t>(shape.box_cols);
  const auto box_rows = static_cast<std::uint32_t>(shape.box_rows);
  const std::uint64_t row_bytes = cols * element.bytes;
  // Where rows take turns the matrix counts as three-dimensional: columns, the two of a pair, pairs. In the driver's
  // manual strides grow from dimension to dimension; it takes these, and so does the copy engine (H200, driver 13.0).
  const bool paired = shape.pair_rows != 0;
  require(!paired || (shape.box_rows % 2 == 0 && shape.rows > shape.pair_rows), ErrorCode::internal,
          "boxes of {} rows of {} cannot have rows {} apart by turns", shape.box_rows, shape.rows,
          shape.pair_rows);
  const std::uint64_t sizes[] = {cols, paired ? 2 : rows, rows - pair_rows};
  const std::uint64_t strides[] = {paired ? pair_rows * row_bytes : row_bytes, row_bytes};
  const std::uint32_t box[] = {box_cols, paired ? 2 : box_rows, box_rows / 2};
  const std::uint32_t steps[] = {1, 1, 1};
  TensorMap map{};
  cuda_check(
      driver.tensor_map_encode_tiled(&map, element.type, paired ? 3U : 2U, matrix, sizes, strides,
                                     box, steps, kNoInterleave, swizzle_number(shape.swizzle_bytes),
                                     kPromoteTo128Bytes, kZerosOutside),
      "cuTensorMapEncodeTiled");
  return map;
}

}  // namespace rbgp::runtime
