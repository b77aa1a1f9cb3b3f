// What a task of host_rbgp4mm asks of its core: see generator/host_emitter.cpp for what it does.
#include <algorithm>
#include <cmath>

#include <generator/families.hpp>
#include <generator/kernel_work.hpp>
#include <generator/row_split.hpp>

namespace rbgp::host_rbgp4mm {
namespace {

constexpr double kLatencyClocks = 4;  // of a multiply-add, to the next one on the same sums
constexpr double kUnits = 2;  // that multiply and add
// Of the lesser of latency and multiply-adds that shows: the core's own order of instructions is not the best.
constexpr double kLesserShows = 0.5;
constexpr double kTurnClocks =
    0.5;  // of a loop over neighbours: the core runs ahead, and hides the rest
constexpr double kApartClocks =
    0.65;  // of a vector of I that is not packed, and so not in the first level
constexpr double kPackClocks = 3;  // of a vector of I, read across its rows, and written
constexpr double kFirstLevelBytes = 32 << 10;
constexpr double kSecondLevelBytes = 1 << 20;  // where it is not known
constexpr double kPastSecondLevel = 1.2;  // seen where a panel is larger
constexpr double kPageBytes = 4096;
constexpr double kPages = 2048;  // that the core remembers the places of
constexpr double kPageClocks = 27;  // to find the place of another
constexpr double kStraightLine = 1.1;  // seen of whole tiles without a loop, on AVX2 and AVX-512

}  // namespace

KernelWork work(const KernelShape& shape) {
  const Rbgp4Config& config = shape.config;
  const KernelValues& kernel = shape.kernel;
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
  const double second_level =
      shape.device.shared_bytes > 0 ? as_double(shape.device.shared_bytes) : kSecondLevelBytes;
  const double slow = (panel_bytes > second_level ? kPastSecondLevel : 1) *
                      (kernel.at("immediate") != 0 ? kStraightLine : 1);
  const double row_bytes = as_double(shape.problem.input_cols()) * element;
  const double input_pages = as_double(shape.problem.input_rows()) * row_bytes / kPageBytes;
  const double row_pages = input_pages > kPages ? std::min(1.0, row_bytes / kPageBytes) : 0;

  KernelWork work;
  work.tiles = std::ceil(as_double(shape.problem.n) / cols) * parts;
  work.steps = task_rows / rows * as_double(config.nnz_per_row());
  work.multiply_adds = rows * cols * slow;
  work.issues = (rows + vectors) * slow;
  // Rows of I itself lie so far apart that few of them fit into the sets of the first level.
  work.l2_bytes = packed && panel_bytes <= kFirstLevelBytes ? 0 : cols * element * slow;
  work.chain_clocks = kLatencyClocks * slow;
  work.wait_clocks = (kTurnClocks / std::min(neighbours, nnz) +
                      kLesserShows * std::min(kLatencyClocks, rows * vectors / kUnits) +
                      (packed ? 0 : kApartClocks * vectors)) *
                     slow;
  work.store_bytes = task_rows * cols * element;
  // Packing a row of I, against finding its page at every use.
  work.tile_clocks =
      packed ? (kPackClocks * vectors + kPageClocks * row_pages) * as_double(config.cols())
             : work.steps * rows * vectors / 2 * slow * row_pages;
  work.dram_bytes = operand_bytes(shape);
  return work;
}

}  // namespace rbgp::host_rbgp4mm
