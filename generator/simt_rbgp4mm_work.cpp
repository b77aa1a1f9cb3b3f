// What a kernel of simt_rbgp4mm asks of the device: see templates/simt_rbgp4mm.cuh for what it does.
#include <algorithm>
#include <cmath>
#include <numeric>

#include <generator/cuda_limits.hpp>
#include <generator/families.hpp>
#include <generator/kernel_work.hpp>
#include <generator/row_split.hpp>

namespace rbgp::simt_rbgp4mm {
namespace {

constexpr double kWavefrontBytes = 128;
constexpr double kSectorBytes = 32;  // what the L2 delivers at the least
constexpr double kIndexIssues = 24;  // of a value's place: divisions by constants, in 64 bits
constexpr double kCopyIssues = 12;  // of a run of I
constexpr double kColumnIssues = 4;  // of a column of W: its vertex, the row's place
constexpr double kStepIssues = 40;  // of a warp in a step: loops, barriers
constexpr double kGlobalClocks = 600;  // from a load of global memory to its use
constexpr double kLoadsAhead = 4;  // turns of a copying loop that ptxas unrolls
constexpr double kBarrierClocks = 60;
constexpr double kSharedClocks = 30;  // from a load of shared memory to its use
constexpr std::int64_t kOtherRegisters = 32;
constexpr std::int64_t kMostRegisters = 255;
constexpr double kSpillIssues = 2;  // of a sum that has no register, a store and a load a column

double sectors(double bytes) { return std::ceil(bytes / kSectorBytes) * kSectorBytes; }

}  // namespace

KernelWork work(const KernelShape& shape) {
  const Rbgp4Config& config = shape.config;
  const KernelValues& kernel = shape.kernel;
  const KernelGeometry launch = geometry(shape);
  const auto split = split_row_groups(config, kernel.at("tile_rows"));
  const double element = as_double(dtype_bytes(shape.problem.dtype));
  const double rows = as_double(split->tile_rows());
  const double vector = as_double(kernel.at("vector_n"));
  const double runs = as_double(kernel.at("repeat_n"));
  const double block_n = as_double(kernel.at("block_n"));
  const double threads_n = block_n / (vector * runs);
  const double threads = as_double(launch.block[0]);
  const double warps = std::ceil(threads / 32);
  const double groups = threads / threads_n;
  const double nnz = as_double(config.tile_row_nnz());
  const double step_rows = as_double(config.tile_cols());

  // A column of W in a warp. Lanes of different row groups read different rows of I.
  const double warp_groups = std::max(1.0, 32 / threads_n);
  const double row_places = config.gi.is_complete() ? 1 : warp_groups;
  const double row_bytes = std::min(threads_n, 32.0) * vector * 4;
  const double input_wavefronts = runs * row_places * std::ceil(row_bytes / kWavefrontBytes);
  const double sums = rows * vector * runs;
  const std::int64_t most_registers =
      std::min(kMostRegisters, kMultiprocessorRegisters / launch.block[0] / 8 * 8);
  const double spilled =
      std::max(0.0, sums + vector * runs + as_double(kOtherRegisters - most_registers));
  const double column_issues = sums + rows + runs + kColumnIssues + kSpillIssues * spilled;
  // A turn of a copying loop moves what all threads of the block take at once.
  const double value_turns = std::ceil(groups * rows * nnz / threads);
  const double input_run =
      shape.problem.layout == Layout::nk
          ? 1
          : as_double(std::gcd(std::gcd(shape.problem.n, kernel.at("block_n")), std::int64_t{4}));
  const double input_turns = std::ceil(step_rows * block_n / input_run / threads);

  const std::int64_t registers = std::min<std::int64_t>(
      most_registers, static_cast<std::int64_t>(sums + vector * runs) + kOtherRegisters);
  KernelWork work;
  work.tiles = tiles_of(shape, groups * rows, block_n);
  work.steps = as_double(config.go.left_degree);
  work.resident =
      as_double(resident_blocks(shape.device, launch.block[0], registers, launch.shared_bytes));
  work.multiply_adds = groups * rows * block_n * nnz;
  work.issues = warps * (nnz * column_issues + value_turns * kIndexIssues +
                         input_turns * kCopyIssues + kStepIssues);
  work.shared_bytes = kWavefrontBytes * warps * nnz * (rows + input_wavefronts + 1) +
                      4 * (step_rows * block_n + groups * rows * nnz);
  work.l2_bytes = step_rows * sectors(block_n * element) + groups * rows * sectors(nnz * element);
  // Sums without a register go out to local memory and come back.
  const double spilled_bytes = kSpillIssues * spilled * kWavefrontBytes * warps * nnz;
  work.shared_bytes += spilled_bytes;
  work.l2_bytes += spilled_bytes;
  const double unroll = as_double(kernel.at("unroll"));
  work.chain_clocks = nnz * (column_issues + kSharedClocks * 2 / unroll);
  work.wait_clocks =
      2 * kBarrierClocks + kGlobalClocks * (1 + std::ceil(value_turns / kLoadsAhead) +
                                            std::ceil(input_turns / kLoadsAhead));
  work.store_bytes = groups * rows * block_n * element;
  work.tile_clocks = 2 * kGlobalClocks;
  work.dram_bytes = operand_bytes(shape);
  return work;
}

}  // namespace rbgp::simt_rbgp4mm
