#include "runtime/tensor_map.hpp"

#include "runtime/cuda_driver.hpp"
#include "runtime/device_state.hpp"

namespace rbgp::runtime {

namespace {

// The numbers behind the driver's enumerations.
constexpr int kFloat32 = 7;
constexpr int kNoInterleave = 0;
constexpr int kNoSwizzle = 0;
constexpr int kPromoteTo128Bytes = 2;  // what L2 fetches at least
constexpr int kZerosOutside = 0;

}  // namespace

TensorMap encode_tensor_map(const Device& device, const TensorMapShape& shape, const void* matrix) {
  const CudaDriver& driver = device.state()->driver();
  const ContextGuard guard(driver, device.state()->context());
  const std::uint64_t sizes[] = {static_cast<std::uint64_t>(shape.cols),
                                 static_cast<std::uint64_t>(shape.rows)};
  const std::uint64_t row_bytes[] = {static_cast<std::uint64_t>(shape.cols) * sizeof(float)};
  const std::uint32_t box[] = {static_cast<std::uint32_t>(shape.box_cols),
                               static_cast<std::uint32_t>(shape.box_rows)};
  const std::uint32_t steps[] = {1, 1};
  TensorMap map{};
  cuda_check(
      driver.tensor_map_encode_tiled(&map, kFloat32, 2, matrix, sizes, row_bytes, box, steps,
                                     kNoInterleave, kNoSwizzle, kPromoteTo128Bytes, kZerosOutside),
      "cuTensorMapEncodeTiled");
  return map;
}

}  // namespace rbgp::runtime
