// What all CUDA devices since sm_75 have in common, and families plan with.
#pragma once

#include <cstdint>

#include <rbgp/device.hpp>

namespace rbgp {

inline constexpr std::int64_t kMultiprocessorRegisters = 65536;  // of 32 bits
inline constexpr std::int64_t kReservedSharedBytes = 1024;  // of every block, by the system
inline constexpr std::int64_t kMaxBoxSide = 256;  // of what one bulk copy takes of a matrix
inline constexpr std::int64_t kMaxCluster = 8;  // thread blocks that any device puts together

// Whether so many thread blocks make a cluster.
constexpr bool is_cluster(std::int64_t blocks) {
  return blocks >= 1 && blocks <= kMaxCluster && (blocks & (blocks - 1)) == 0;
}

// Threads of a multiprocessor, by the number of its architecture (cuda_arch_number).
constexpr std::int64_t multiprocessor_threads(int arch) {
  if (arch < 80) return 1024;
  return (arch > 80 && arch < 90) || arch >= 120 ? 1536 : 2048;
}

// Dynamic shared memory that a block may have where `resident` of them share a multiprocessor.
inline std::int64_t block_shared_bytes(const DeviceProperties& device, std::int64_t resident) {
  return (device.shared_bytes + kReservedSharedBytes) / resident - kReservedSharedBytes;
}

}  // namespace rbgp
