// What a kernel of simt_tma asks of the device: see templates/simt_tma.cuh for what it does.
#include <algorithm>
#include <cmath>

#include <generator/families.hpp>
#include <generator/kernel_work.hpp>
#include <generator/row_split.hpp>

namespace rbgp::simt_tma {
namespace {

constexpr double kWavefrontBytes = 128;
// For 16 bytes that all lanes of a row read. Two are counted by the device, of which one hides: what was recorded ranks
// better so.
constexpr double kValueWavefronts = 1;
constexpr double kVectorWavefronts = 4;  // for 16 bytes a lane
constexpr double kLeastWavefronts = 2;  // where lanes one above the other read the same
constexpr double kLoopIssues = 20;  // of a warp, in a turn of the loop over unrolled columns
constexpr double kStepIssues = 80;  // of a warp: waiting, counting, lists, first operands
constexpr double kSharedClocks = 30;  // from a load of shared memory to its use
constexpr double kGlobalClocks = 1000;  // from a bulk copy to its data

}  // namespace

KernelWork work(const KernelShape& shape) {
  const Rbgp4Config& config = shape.config;
  const KernelValues& kernel = shape.kernel;
  const KernelGeometry launch = geometry(shape);
  const double element = as_double(dtype_bytes(shape.problem.dtype));
  const double rows = as_double(kernel.at("thread_rows"));
  const double cols = as_double(kernel.at("thread_cols"));
  const double lane_rows = as_double(kernel.at("lane_rows"));
  const double warp_rows = rows * lane_rows;
  const double warps = as_double(launch.block[0]) / 32;
  const double warps_n = as_double(kernel.at("warps_n"));
  const double block_rows = warp_rows * warps / warps_n;
  const double block_n = cols * 32 / lane_rows * warps_n;
  const double step_tiles = as_double(kernel.at("step_tiles"));
  const double split_k = as_double(kernel.at("split_k"));
  const double columns = step_tiles * as_double(config.gr.right * config.gb.right) *
                         merged_columns(config.gi, as_double(kernel.at("merge")));

  const double value_loads = std::ceil(rows / 4);
  // A run of columns has one entry in the list; entries of single columns are read four at a time.
  const double list_columns = config.gb.right == 1 ? 4 : as_double(config.gb.right);
  const double list_loads = config.gi.is_complete() ? 0 : 1 / list_columns;
  const double input_wavefronts = std::max(kLeastWavefronts, kVectorWavefronts / lane_rows);
  const double unroll = as_double(kernel.at("unroll"));
  const double column_issues =
      rows * cols + value_loads + cols / 4 + 2 * list_loads + kLoopIssues / unroll;
  const double input_bytes = step_tiles * as_double(config.tile_cols()) * block_n * element;
  const double value_bytes = columns * block_rows * element;

  KernelWork work;
  work.tiles = tiles_of(shape, block_rows, block_n) * split_k;
  work.steps = as_double(config.go.left_degree) / step_tiles / split_k;
  work.resident = as_double(kernel.at("resident_blocks"));
  work.multiply_adds = block_rows * block_n * columns;
  work.issues = warps * (columns * column_issues + kStepIssues);
  work.shared_bytes =
      kWavefrontBytes * warps * columns *
          (value_loads * kValueWavefronts + cols / 4 * input_wavefronts + list_loads) +
      input_bytes + value_bytes;
  work.l2_bytes = input_bytes + value_bytes;
  work.chain_clocks = columns * (column_issues + kSharedClocks / unroll) + kStepIssues;
  // As many stages as fit run ahead.
  const double stages =
      std::clamp(as_double(launch.shared_bytes) / (input_bytes + value_bytes), 2.0, 6.0);
  work.chain_clocks = std::max(work.chain_clocks, kGlobalClocks / (stages - 1));
  work.store_bytes = block_rows * block_n * element;
  work.tile_clocks = kGlobalClocks;
  if (split_k > 1) work.tile_clocks += join_clocks(block_rows, block_n);
  work.dram_bytes = operand_bytes(shape);
  return work;
}

}  // namespace rbgp::simt_tma
