#include <generator/kernel_work.hpp>

#include <algorithm>
#include <cmath>

#include <generator/cuda_limits.hpp>
#include <generator/cuda_source.hpp>

namespace rbgp {
namespace {

constexpr std::int64_t kMultiprocessorBlocks = 32;
constexpr std::int64_t kRegisterUnit = 8;  // a thread has multiples of it
// `merge` vertices that are chosen for what they have in common meet as many columns as merge^0.7 random ones
// (seen on 2-lifts of 32 columns).
constexpr double kMergeExponent = 0.7;
constexpr double kWavefrontBytes = 128;  // of shared memory
constexpr double kJoinClocks = 1500;  // two barriers of a cluster
constexpr double kIdlePart = 1.125;  // of multiprocessors that clusters cannot use

}  // namespace

std::int64_t resident_blocks(const DeviceProperties& device, std::int64_t threads,
                             std::int64_t thread_registers, std::int64_t shared_bytes) {
  const std::int64_t registers =
      (thread_registers + kRegisterUnit - 1) / kRegisterUnit * kRegisterUnit;
  const std::int64_t warps = (threads + 31) / 32;
  return std::min(
      {kMultiprocessorRegisters / (registers * warps * 32),
       (device.shared_bytes + kReservedSharedBytes) / (shared_bytes + kReservedSharedBytes),
       multiprocessor_threads(cuda_arch_number(device)) / (warps * 32), kMultiprocessorBlocks});
}

double operand_bytes(const KernelShape& shape) {
  const Problem& problem = shape.problem;
  return as_double(dtype_bytes(problem.dtype)) *
         as_double(problem.k * problem.n + problem.m * problem.n +
                   shape.config.rows() * shape.config.nnz_per_row());
}

double tiles_of(const KernelShape& shape, double tile_rows, double tile_cols) {
  return as_double(shape.config.rows()) / tile_rows *
         std::ceil(as_double(shape.problem.n) / tile_cols);
}

double join_clocks(double rows, double cols) {
  return 2 * rows * cols * 4 / kWavefrontBytes + kJoinClocks;
}

double idle_part_of_clusters(double cluster, double resident) {
  return cluster > 2 || (cluster > 1 && resident > 1) ? kIdlePart : 1;
}

double merged_columns(const BaseGraphConfig& graph, double merge) {
  const double vertices = std::pow(merge, kMergeExponent);
  return as_double(graph.right) * (1 - std::pow(1 - graph.density(), vertices));
}

double host_vectors_a_clock(const DeviceProperties& device) {
  return device.arch == "znver4" && device.vector_floats == 16 ? 1 : 2;
}

}  // namespace rbgp
