#include <tuner/device_rates.hpp>

#include <algorithm>

#include <generator/cuda_source.hpp>
#include <generator/kernel_work.hpp>

namespace rbgp {
namespace {

// What one multiprocessor does a clock; of tensor cores in elements of 16 bits, half of it in tf32.
struct ArchitectureRow {
  int arch;
  double units;  // of its largest chip, for targets that are only named
  double vector;  // multiply-adds of CUDA cores
  double warp_tensor;  // by mma.sync
  double group_tensor;  // by wgmma
  double l2_bytes, unit_l2_bytes;  // with all units at work, and with few
  double near_l2_bytes;  // of half of an L2 that has halves
};
// sm_90: mma.sync reaches 0.62 of wgmma, which is at the data sheet's rate where nothing holds it up; L2 by
// bulk copies of all units 36 to 44 bytes a clock. Others by their data sheets, none of them measured.
constexpr ArchitectureRow kArchitectures[] = {
    {75, 72, 64, 512, 512, 24, 48, 0},        {80, 108, 64, 1024, 1024, 30, 60, 20e6},
    {86, 84, 128, 512, 512, 24, 48, 0},       {89, 142, 128, 512, 512, 24, 48, 0},
    {90, 132, 128, 1270, 2048, 40, 64, 25e6}, {100, 148, 128, 1270, 2048, 40, 64, 60e6},
};
constexpr double kSchedulers = 4;  // of a multiprocessor, an instruction a clock each
constexpr double kSharedBytes = 128;  // a clock
constexpr double kStoreBytes = 24;  // a clock, of O: seen of all families

constexpr double kHostLoads = 2;  // of a core, of vectors, a clock
constexpr double kHostL2Bytes = 48;  // of its second-level cache
constexpr double kHostStoreBytes = 32;

ArchitectureRow row_of(const DeviceProperties& device) {
  ArchitectureRow found = kArchitectures[0];
  for (const ArchitectureRow& row : kArchitectures)
    if (row.arch <= cuda_arch_number(device)) found = row;
  return found;
}

DeviceRates host_rates(const DeviceProperties& device, const Ceilings& ceilings) {
  const double lanes = host_vectors_a_clock(device) * std::max(1, device.vector_floats);
  return {.clocks_per_ms = ceilings.multiply_adds_per_ms / (lanes * device.compute_units),
          .compute_units = static_cast<double>(device.compute_units),
          .multiply_adds = {lanes, lanes, lanes},
          .issues = kHostLoads,
          .shared_bytes = kSharedBytes,  // there is none to ask for
          .l2_bytes = kHostL2Bytes,
          .unit_l2_bytes = kHostL2Bytes,
          .store_bytes = kHostStoreBytes,
          .dram_bytes_per_ms = ceilings.bytes_per_ms,
          .launch_ms = ceilings.empty_ms};
}

}  // namespace

DeviceRates device_rates(const DeviceProperties& device, Dtype dtype, const Ceilings& ceilings) {
  if (device.kind == DeviceKind::host) return host_rates(device, ceilings);
  const ArchitectureRow row = row_of(device);
  const double units = device.compute_units;
  const double tensor_part = dtype_bytes(dtype) == 2 ? 1 : 0.5;
  return {
      .clocks_per_ms = ceilings.multiply_adds_per_ms / (row.vector * units),
      .compute_units = device.compute_units > 1 ? units : row.units,
      .multiply_adds = {row.vector, row.warp_tensor * tensor_part, row.group_tensor * tensor_part},
      .issues = kSchedulers,
      .issues_multiply_adds = true,
      .shared_bytes = kSharedBytes,
      .l2_bytes = row.l2_bytes,
      .unit_l2_bytes = row.unit_l2_bytes,
      .near_l2_bytes = row.near_l2_bytes,
      .store_bytes = kStoreBytes,
      .dram_bytes_per_ms = ceilings.bytes_per_ms,
      .launch_ms = ceilings.empty_ms,
      .lone_launch_ms = ceilings.empty_ms};
}

DeviceRates assumed_rates(const DeviceProperties& device, Dtype dtype) {
  return device_rates(device, dtype, assumed_ceilings(device).ceilings);
}

}  // namespace rbgp
