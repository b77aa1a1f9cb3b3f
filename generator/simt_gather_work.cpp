// What a kernel of simt_gather asks of the device: see templates/simt_gather.cuh for what it does.
#include <algorithm>
#include <cmath>

#include <generator/families.hpp>
#include <generator/kernel_work.hpp>
#include <generator/simt_gather.hpp>

namespace rbgp::simt_gather {
namespace {

constexpr double kWavefrontBytes = 128;
constexpr double kSectorBytes = 32;  // what the L2 delivers at the least
constexpr double kColumnIssues = 8;  // of a column of W: its tile, its place, the row's address
constexpr double kTurnIssues = 3;  // with the addresses of values
constexpr double kCopyIssues =
    14;  // of an asynchronous copy: its place, its bounds, the neighbour in Go
constexpr double kBarrierClocks = 60;
constexpr double kGlobalClocks = 700;  // from a load of global memory to its use
constexpr double kSharedClocks = 30;  // from a load of shared memory to its use
constexpr double kFoldClocks = 30;  // of a step of the tree: a word from another lane
constexpr double kPlacesClocks = 600;  // Gi's table, before anything else

// Rows of I that meet in a bank, most of `slots` that a warp reads at once: of so many balls in so many bins.
double conflicts(double slots) { return 1 + 0.5 * std::log2(std::max(1.0, slots)); }

}  // namespace

KernelWork work(const KernelShape& shape) {
  const Rbgp4Config& config = shape.config;
  Layout layout;
  plan_layout(shape, layout);
  const double rows = as_double(layout.split.tile_rows());
  const double warps = as_double(layout.threads) / 32;
  const double turns = as_double(layout.turns) * warps;  // of a block in a chunk
  const double cols = as_double(layout.cols);
  const double width = as_double(layout.width);
  const double products = rows * cols * as_double(layout.lane_cols);
  const double listed = config.gi.is_complete() ? 0 : 1;
  const double input_loads = cols * as_double(layout.lane_cols) / width;
  const double vectors = rows * cols / 4;
  const double turn_issues =
      products + vectors + input_loads + cols * (kColumnIssues + listed) + kTurnIssues;

  // Neighbours of a Gi that is no lift; the lanes that read one row of I never meet.
  const bool apart = config.gi.left_degree * shape.gi_clones() == config.gi.right;
  const double slots =
      apart ? 1 : 32 / width / as_double(layout.lanes_n) / as_double(config.gb.right);
  const double wavefronts = width * conflicts(slots);
  const double input_words = as_double(layout.stage_tiles * config.tile_cols() * layout.block_n);
  const double copied = layout.whole_tiles ? 4 : as_double(layout.copy_run);
  const double copies = std::ceil(input_words / copied / 32);
  const double sectors =
      shape.problem.layout == rbgp::Layout::nk || layout.block_n == shape.problem.n
          ? 4 * input_words
          : input_words / as_double(layout.block_n) *
                (std::ceil(4 * as_double(layout.block_n) / kSectorBytes) * kSectorBytes);

  KernelWork work;
  work.tiles = as_double(layout.blocks);
  work.steps = as_double(layout.chunks);
  work.resident = as_double(
      resident_blocks(shape.device, layout.threads, layout.wanted_registers, layout.shared_bytes));
  work.multiply_adds = 32 * products * turns;
  work.issues = turns * turn_issues + copies * kCopyIssues;
  work.shared_bytes =
      kWavefrontBytes * turns * (input_loads * wavefronts + cols * listed) + 4 * input_words;
  work.l2_bytes = 4 * turns * as_double(layout.turn_words) + sectors;
  // A warp's turns behind each other, and the way of its values where they are not far enough ahead.
  const double own_turns = as_double(layout.turns);
  const double ahead = as_double(layout.ahead);
  work.chain_clocks = own_turns * turn_issues + own_turns / ahead * 2 * kSharedClocks +
                      copies / warps * kCopyIssues;
  work.chain_clocks = std::max(work.chain_clocks, kGlobalClocks * own_turns / ahead);
  work.wait_clocks = kBarrierClocks;
  work.start_bytes = sectors;
  work.store_bytes = as_double(layout.block_groups) * rows * as_double(layout.block_n * 4);
  work.tile_clocks = listed * kPlacesClocks + 2 * kGlobalClocks +
                     5 * (kFoldClocks + rows * as_double(layout.lane_cols)) +
                     as_double(layout.split_k) * as_double(layout.end_sums) +
                     (layout.split_k > 1 ? 2 * kBarrierClocks : 0);
  work.dram_bytes = 4 * as_double(shape.problem.k * shape.problem.n +
                                  shape.problem.m * shape.problem.n + layout.packed_words);
  return work;
}

}  // namespace rbgp::simt_gather
