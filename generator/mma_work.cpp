// What a kernel of mma asks of the device: see templates/mma.cuh for what it does.
#include <algorithm>
#include <cmath>

#include <generator/families.hpp>
#include <generator/kernel_work.hpp>
#include <generator/row_split.hpp>

namespace rbgp::mma {
namespace {

constexpr double kFragmentRows = 16;
constexpr double kPartCols = 8;  // of an instruction
constexpr double kDepthBytes = 32;  // of a row of W that an instruction takes
constexpr double kPartBytes = 256;  // of I, that an instruction takes
constexpr double kFragmentBytes = 512;  // of W
constexpr double kCopyIssues = 3;
constexpr double kStepIssues = 75;  // of a warp: waiting, counting, copies
constexpr double kProductClocks = 33;  // from an instruction to the next one on the same sums
constexpr double kLoadClocks = 33;  // from a load of shared memory to its use
constexpr double kBarrierClocks = 80;  // addresses, first operands
constexpr double kGlobalClocks = 800;  // from an asynchronous copy to its data
constexpr double kTileClocks = 1000;

}  // namespace

KernelWork work(const KernelShape& shape) {
  const KernelValues& kernel = shape.kernel;
  const Problem& problem = shape.problem;
  const Rbgp4Config config =
      shape.config.gi.is_complete() ? with_whole_tiles(shape.config) : shape.config;
  const KernelGeometry launch = geometry(shape);
  const double element = as_double(dtype_bytes(problem.dtype));
  const double block_n = as_double(kernel.at("block_n"));
  const double warps_n = as_double(kernel.at("warps_n"));
  const double warps = as_double(launch.block[0]) / 32;
  const double groups = warps / warps_n;
  const double fragments = as_double(kernel.at("tile_rows")) / kFragmentRows;
  const double step_tiles = as_double(kernel.at("step_tiles"));
  const double block_rows = groups * fragments * kFragmentRows;

  // Two elements of 16 bits that are no neighbours are two loads.
  const double slices =
      std::ceil(step_tiles * as_double(config.tile_row_nnz()) * element / kDepthBytes);
  const bool singles = element == 2 && problem.layout == Layout::nk && config.gb.right % 2 != 0;
  const double parts = groups * slices * block_n / kPartCols;  // of I, that a warp loads at once
  const double input_bytes = step_tiles * as_double(config.tile_cols()) * block_n * element;
  const double value_bytes = groups * fragments * slices * kFragmentBytes;
  const std::int64_t copied = copy_bytes(shape, config);
  const double input_copy = copied != 0 ? as_double(copied) : element;
  const bool shared_values = kernel.at("shared_values") != 0;
  const double products = parts * fragments;

  KernelWork work;
  work.unit = ArithmeticUnit::warp_tensor;
  work.tiles = tiles_of(shape, block_rows, block_n);
  work.steps = as_double(config.go.left_degree) / step_tiles;
  work.resident = as_double(kernel.at("resident_blocks"));
  work.multiply_adds = products * kFragmentRows * kPartCols * kDepthBytes / element;
  work.issues = products + parts * (singles ? 2 : 1) + warps * (kStepIssues + slices * fragments) +
                (input_bytes / input_copy + value_bytes / 16) / 32 * kCopyIssues;
  work.shared_bytes = parts * kPartBytes * (singles ? 2 : 1) + value_bytes * warps_n + input_bytes +
                      (shared_values ? value_bytes : 0);
  work.l2_bytes = input_bytes + value_bytes;
  // Instructions of a slice are on different sums; the next slice waits for them.
  const double warp_products = products / warps;
  work.chain_clocks =
      slices * std::max(kProductClocks, 2 * warp_products / slices) + kLoadClocks + kStepIssues;
  const double ahead = as_double(kernel.at("stages") - 1);
  work.chain_clocks = std::max(work.chain_clocks, kGlobalClocks / ahead);
  work.wait_clocks = kBarrierClocks;
  work.store_bytes = block_rows * block_n * element;
  work.tile_clocks = kTileClocks;
  work.dram_bytes = operand_bytes(shape);
  return work;
}

}  // namespace rbgp::mma
