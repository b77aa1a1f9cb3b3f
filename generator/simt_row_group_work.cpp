// What a kernel of simt_row_group asks of the device: see templates/simt_row_group.cuh for what it does.
#include <algorithm>
#include <cmath>

#include <generator/cuda_limits.hpp>
#include <generator/families.hpp>
#include <generator/kernel_work.hpp>
#include <generator/row_split.hpp>

namespace rbgp::simt_row_group {
namespace {

constexpr double kWavefrontBytes = 128;
constexpr double kValueWavefronts = 1;  // for 16 bytes that all lanes read: as in simt_tma
constexpr double kVectorWavefronts = 4;  // for 16 bytes a lane
constexpr double kCopyIssues = 12;  // of an asynchronous copy: its place, its bounds
constexpr double kStepIssues = 60;  // of a warp in a step: waiting, counting, the neighbour in Go
constexpr double kBarrierClocks = 100;  // with the wait for a warp's own copies
constexpr double kGlobalClocks = 800;  // from an asynchronous copy to its data
constexpr double kSharedClocks = 30;
constexpr std::int64_t kOtherRegisters = 24;  // addresses, counters, values on their way
constexpr double kSpillIssues = 2;  // a store and a load of each sum that has no register, a column

}  // namespace

KernelWork work(const KernelShape& shape) {
  const Rbgp4Config& config = shape.config;
  const KernelValues& kernel = shape.kernel;
  const KernelGeometry launch = geometry(shape);
  const auto split = split_row_groups(config, kernel.at("tile_rows"));
  const double element = as_double(dtype_bytes(shape.problem.dtype));
  const double rows = as_double(split->tile_rows());
  const double runs = as_double(kernel.at("repeat_n"));
  const double warps = as_double(launch.block[0]) / 32;
  const double warps_n = as_double(kernel.at("warps_n"));
  const double block_n = 128 * runs * warps_n;
  const double groups = warps / warps_n;
  const double nnz = as_double(config.tile_row_nnz());
  const double vertices = std::max(1.0, groups / as_double(split->gi_copies));
  const double columns = kernel.at("used_rows") != 0 ? merged_columns(config.gi, vertices)
                                                     : as_double(config.gi.right);
  const double step_rows = as_double(config.gr.right * config.gb.right) * columns;
  const double listed = config.gi.is_complete() ? 0 : 1;

  const double sums = rows * 4 * runs;
  const double registers = as_double(std::min<std::int64_t>(
      255, kMultiprocessorRegisters / (kernel.at("resident_blocks") * launch.block[0])));
  const double wanted = sums + 4 * runs + as_double(kOtherRegisters);
  const double spilled = std::max(0.0, wanted - registers);
  const double value_loads = std::ceil(rows / 4);
  const double column_issues = sums + value_loads + runs + 2 * listed + 1 + kSpillIssues * spilled;
  const double input_bytes = step_rows * block_n * element;
  const double value_bytes = groups * rows * nnz * element;
  // Of 16 bytes where rows of I are aligned to them.
  const double input_run = shape.problem.layout == Layout::kn && shape.problem.n % 4 == 0 ? 4 : 1;
  const double copies = std::ceil((input_bytes / (4 * input_run) + value_bytes / 16) / 32);

  KernelWork work;
  work.tiles = tiles_of(shape, groups * rows, block_n);
  work.steps = as_double(config.go.left_degree);
  work.resident = as_double(kernel.at("resident_blocks"));
  if (kernel.at("persistent") == 0)
    work.resident = as_double(resident_blocks(
        shape.device, launch.block[0],
        std::min(static_cast<std::int64_t>(wanted), static_cast<std::int64_t>(registers)),
        launch.shared_bytes));
  work.multiply_adds = groups * rows * block_n * nnz;
  work.issues = warps * (nnz * column_issues + kStepIssues) + copies * kCopyIssues;
  work.shared_bytes = kWavefrontBytes * warps * nnz *
                          (value_loads * kValueWavefronts + runs * kVectorWavefronts + listed) +
                      input_bytes + value_bytes;
  work.l2_bytes = input_bytes + value_bytes;
  // Sums without a register go out to local memory and come back.
  const double spilled_bytes = kSpillIssues * spilled * kWavefrontBytes * warps * nnz;
  work.shared_bytes += spilled_bytes;
  work.l2_bytes += spilled_bytes;
  const double unroll = as_double(kernel.at("unroll"));
  work.chain_clocks = nnz * (column_issues + kSharedClocks * (1 + listed) / unroll) + kStepIssues;
  work.wait_clocks = kBarrierClocks;
  // Copies run ahead by a stage less than there are.
  const double ahead = as_double(kernel.at("stages") - 1);
  work.chain_clocks = std::max(work.chain_clocks, kGlobalClocks / ahead);
  work.store_bytes = groups * rows * block_n * element;
  work.tile_clocks = kernel.at("persistent") != 0 ? 200 : 2 * kGlobalClocks;
  work.dram_bytes = operand_bytes(shape);
  return work;
}

}  // namespace rbgp::simt_row_group
