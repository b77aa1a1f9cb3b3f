// What a kernel of wgmma asks of the device: see templates/wgmma.cuh for what it does.
#include <algorithm>
#include <cmath>

#include <generator/families.hpp>
#include <generator/kernel_work.hpp>
#include <generator/row_split.hpp>

namespace rbgp::wgmma {
namespace {

constexpr std::int64_t kGroupRows = 64;
constexpr double kSlabBytes = 32;  // of a row of W that an instruction takes
constexpr double kStepClocks = 60;  // waiting, and handing on
constexpr double kTileClocks = 600;
constexpr double kClusterClocks = 3000;  // until the blocks of a cluster know of each other
// Of I by a sparse instruction, for one by another. It has twice the rows, but by that paired columns were predicted
// 1.2 times slower, beside tiles that are filled up, than they are.
constexpr double kPairedReads = 1.5;
constexpr double kSplitProducts = 3;  // of f32x3

}  // namespace

KernelWork work(const KernelShape& shape) {
  const Rbgp4Config& config = shape.config;
  const KernelValues& kernel = shape.kernel;
  const Problem& problem = shape.problem;
  const KernelGeometry launch = geometry(shape);
  const double element = as_double(dtype_bytes(problem.dtype));
  const double block_n = as_double(kernel.at("block_n"));
  const bool listed = !config.gi.is_complete() && kernel.at("densify") == 0;
  const double wanted = as_double(kernel.at("block_groups"));
  const double groups = wanted != 0 ? wanted
                        : listed    ? as_double(split_row_groups(config, kGroupRows)->gi_left)
                                    : as_double(config.tile_rows()) / as_double(kGroupRows);
  const double block_rows = groups * as_double(kGroupRows);

  const double step_cols = as_double(kernel.at("step_cols"));
  const bool paired = kernel.at("densify") == kPaired;  // one value of every two columns
  const double density = listed   ? as_double(config.tile_row_nnz()) / as_double(config.tile_cols())
                         : paired ? 0.5
                                  : 1;
  const bool split = problem.dtype == Dtype::f32x3;  // into two terms, of which products are made
  const double terms = split ? 2 : 1;
  const double slabs = groups * step_cols * density * element / kSlabBytes;
  const double instructions = slabs * (split ? kSplitProducts : 1);
  const double input_bytes = step_cols * block_n * element;
  const double value_bytes = slabs * kSlabBytes * as_double(kGroupRows) * terms;
  const double shared_input = std::sqrt(as_double(kernel.at("cluster_m")));
  const double shared_values = std::sqrt(as_double(kernel.at("cluster_n")));

  // With few stages copies do not run ahead far enough: seen 1.45 times as slow with two, of any cluster
  // 1.5 times with four blocks.
  const double stages = std::max(
      1.0, std::floor(as_double(launch.shared_bytes) / (terms * input_bytes + value_bytes)));
  const double cluster = as_double(kernel.at("cluster_m") * kernel.at("cluster_n"));
  const double waiting = (1 + 3.6 / std::pow(stages, 3)) * (cluster > 2 ? 1.5 : 1);

  KernelWork work;
  work.unit = ArithmeticUnit::group_tensor;
  const double split_k = as_double(kernel.at("split_k"));
  work.resident = as_double(kernel.at("resident_blocks"));
  work.tiles = tiles_of(shape, block_rows, block_n) * split_k;
  work.idle_part = idle_part_of_clusters(split_k, work.resident);
  work.steps = as_double(config.go.left_degree * config.tile_cols()) / step_cols / split_k;
  work.multiply_adds =
      waiting * instructions * as_double(kGroupRows) * kSlabBytes / element * block_n;
  // Operands of both sides; second terms of I are made of what lies there: read, and written.
  work.shared_bytes =
      waiting *
      (instructions * kSlabBytes * (as_double(kGroupRows) + block_n * (paired ? kPairedReads : 1)) +
       input_bytes * (split ? 3 : 1) + value_bytes);
  work.l2_bytes = waiting * (input_bytes / shared_input + value_bytes / shared_values);
  work.wait_clocks = kStepClocks;
  work.store_bytes = block_rows * block_n * element / split_k;
  work.tile_clocks = kTileClocks;
  if (split_k > 1) work.tile_clocks += join_clocks(block_rows, block_n);
  work.start_bytes = work.l2_bytes / waiting;
  work.start_clocks = cluster > 1 ? kClusterClocks : 0;
  work.dram_bytes = operand_bytes(shape);
  return work;
}

}  // namespace rbgp::wgmma
