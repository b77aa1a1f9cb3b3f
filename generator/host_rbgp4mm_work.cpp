// What a task of host_rbgp4mm asks of its core: see generator/host_emitter.cpp for what it does.
#include <algorithm>
#include <cmath>

#include <generator/families.hpp>
#include <generator/kernel_work.hpp>
#include <generator/row_split.hpp>

namespace rbgp::host_rbgp4mm {
namespace {

constexpr double kLatencyClocks = 4;  // of a multiply-add, to the next one on the same sums
constexpr double kTurnClocks = 6;  // of a loop over neighbours
constexpr double kPackClocks = 12;  // of a vector of I, read across its rows, and written
constexpr double kSecondLevelBytes = 1 << 20;
constexpr double kPastSecondLevel = 1.2;  // seen where a panel is larger

}  // namespace

KernelWork work(const KernelShape& shape) {
  const Rbgp4Config& config = shape.config;
  const KernelConfig& kernel = shape.kernel;
  const auto split = split_row_groups(config, kernel.at("tile_rows"));
  const double element = as_double(dtype_bytes(shape.problem.dtype));
  const double rows = as_double(split->tile_rows());
  const double vectors = as_double(kernel.at("tile_vectors"));
  const double parts = as_double(kernel.at("row_parts"));
  const double cols = vectors * shape.device.vector_floats;
  const double nnz = as_double(config.tile_row_nnz());

  // A step is a column of W in a register tile; a tile of the launch is a task, all its register tiles.
  const double neighbours =
      kernel.at("immediate") != 0 ? nnz : as_double(kernel.at("unroll") * config.gb.right);
  const double task_rows = as_double(config.rows()) / parts;
  const bool packed = kernel.at("pack_input") != 0;
  const double panel_bytes = cols * as_double(config.cols()) * element;
  const double slow = panel_bytes > kSecondLevelBytes ? kPastSecondLevel : 1;

  KernelWork work;
  work.tiles = std::ceil(as_double(shape.problem.n) / cols) * parts;
  work.steps = task_rows / rows * as_double(config.nnz_per_row());
  work.multiply_adds = rows * cols * slow;
  work.issues = (rows + vectors) * slow;
  work.l2_bytes = cols * element * slow;
  work.chain_clocks = kLatencyClocks * slow;
  work.wait_clocks = kTurnClocks / std::min(neighbours, nnz) * slow;
  work.store_bytes = task_rows * cols * element;
  // Packing a row of I, against reading it across its stride at every use.
  work.tile_clocks = packed ? kPackClocks * vectors * as_double(config.cols())
                            : work.steps * rows * vectors / 2 * slow;
  work.dram_bytes = operand_bytes(shape);
  return work;
}

}  // namespace rbgp::host_rbgp4mm
