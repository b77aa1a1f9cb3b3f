#include <tuner/prior.hpp>

#include <algorithm>
#include <cmath>

#include <generator/row_split.hpp>

namespace rbgp {
namespace {

double as_double(std::int64_t value) { return static_cast<double>(value); }

// Of an element in memory: it is what traffic costs by, and not what a kernel makes of it.
double element_bytes(const Problem& problem) { return as_double(dtype_bytes(problem.dtype)); }

double round_up(double value, double multiple) { return std::ceil(value / multiple) * multiple; }

// Cycles a vector multiply-add on a core with two of them and two loads a cycle.
double host_cost(const Candidate& candidate, const Problem& problem,
                 const DeviceProperties& device) {
  const Rbgp4Config& config = candidate.config;
  const auto split = split_row_groups(config, candidate.kernel.at("tile_rows"));
  const double rows = as_double(split->tile_rows());
  const double vectors = as_double(candidate.kernel.at("tile_vectors"));
  const double multiply_adds = rows * vectors;
  constexpr double kLatencyCycles = 4;
  double step = std::max({multiply_adds / 2, (rows + vectors) / 2, kLatencyCycles});
  step += vectors * 0.5;  // rows of I come from the second-level cache
  constexpr double kTurnCycles = 6;
  const double neighbours = candidate.kernel.at("immediate") != 0
                                ? as_double(config.tile_row_nnz())
                                : as_double(candidate.kernel.at("unroll") * config.gb.right);
  step += kTurnCycles / std::min(neighbours, as_double(config.tile_row_nnz()));
  double cycles = step / multiply_adds * as_double(config.rows() * config.nnz_per_row());

  // Packing a row of I, against reading it across its stride at every use.
  const double parts = as_double(candidate.kernel.at("row_parts"));
  cycles += candidate.kernel.at("pack_input") != 0 ? 12 * as_double(config.cols()) * parts : cycles;
  const double panel_cols = vectors * device.vector_floats;
  const double panel_bytes = panel_cols * as_double(config.cols()) * element_bytes(problem);
  constexpr double kSecondLevelBytes = 1 << 20;
  if (panel_bytes > kSecondLevelBytes) cycles *= 1.2;
  const double panels = std::ceil(as_double(problem.n) / panel_cols);
  const double waves = round_up(panels * parts, device.compute_units) / (panels * parts);
  return cycles * panels * vectors * waves;
}

// The output tile of a block and the columns of a thread, which each family names in its own tunables.
struct CudaTile {
  std::int64_t thread_cols, block_n, block_groups;
};

CudaTile cuda_tile(const KernelConfig& kernel) {
  if (kernel.family == "simt_row_group") {
    const std::int64_t cols = 4 * kernel.at("repeat_n");
    return {cols, 32 * cols * kernel.at("warps_n"), kernel.at("block_groups")};
  }
  return {kernel.at("vector_n") * kernel.at("repeat_n"), kernel.at("block_n"),
          kernel.at("block_groups")};
}

// Clocks of a multiprocessor: arithmetic, shared-memory words and L2 bytes overlap badly in a kernel
// that waits at barriers, so they add.
double cuda_cost(const Candidate& candidate, const Problem& problem,
                 const DeviceProperties& device) {
  const Rbgp4Config& config = candidate.config;
  const auto split = split_row_groups(config, candidate.kernel.at("tile_rows"));
  const double rows = as_double(split->tile_rows());
  const CudaTile tile = cuda_tile(candidate.kernel);
  const double cols = as_double(tile.thread_cols);
  const double block_n = as_double(tile.block_n);
  const double block_groups =
      as_double(tile.block_groups == 0 ? split->gi_left : tile.block_groups);
  const double threads = block_groups * block_n / cols;
  const double block_rows = block_groups * rows;

  const double work = as_double(config.rows()) * as_double(config.nnz_per_row()) *
                      round_up(as_double(problem.n), block_n);
  constexpr double kClocksPerMultiplyAdd = 1.0 / 128;
  constexpr double kClocksPerSharedWord = 1.0 / 32;
  constexpr double kClocksPerL2Byte = 1.0 / 24;
  const double shared_words = (cols / 2 + rows) / (rows * cols);
  const double l2_elements =
      as_double(config.tile_cols()) / (block_rows * as_double(config.tile_row_nnz())) + 1 / block_n;
  const double l2_bytes = element_bytes(problem) * l2_elements;
  double clocks = work * (kClocksPerMultiplyAdd + shared_words * kClocksPerSharedWord +
                          l2_bytes * kClocksPerL2Byte);
  if (threads < 128) clocks *= 128 / threads;
  if (threads > 512) clocks *= 1.3;
  constexpr double kSpillAccumulators = 96;
  if (rows * cols > kSpillAccumulators) clocks *= rows * cols / kSpillAccumulators;
  if (as_double(config.tile_row_nnz()) < 16) clocks *= 16 / as_double(config.tile_row_nnz());
  const double blocks =
      std::ceil(as_double(problem.n) / block_n) * as_double(config.rows()) / block_rows;
  return clocks * round_up(blocks, device.compute_units) / blocks;
}

// Clocks of all multiprocessors together for a kernel that nothing holds up but its busiest unit.
double tma_cost(const Candidate& candidate, const Problem& problem,
                const DeviceProperties& device) {
  const Rbgp4Config& config = candidate.config;
  const KernelConfig& kernel = candidate.kernel;
  const double rows = as_double(kernel.at("thread_rows"));
  const double cols = as_double(kernel.at("thread_cols"));
  const double lane_rows = as_double(kernel.at("lane_rows"));
  const double merge = as_double(kernel.at("merge"));
  const double warp_rows = rows * lane_rows;
  const double warp_cols = cols * 32 / lane_rows;
  const auto split = split_row_groups(
      config, kernel.at("thread_rows") * kernel.at("lane_rows") / kernel.at("merge"));
  const double tile_groups = as_double(split->gi_left) / merge;
  const double wanted = as_double(kernel.at("block_groups"));
  const double block_groups = wanted == 0 ? tile_groups : wanted;
  const double warps_n = as_double(kernel.at("warps_n"));
  const double resident = as_double(kernel.at("resident_blocks"));

  // Columns of a row tile. Merged vertices are chosen for what they have in common: `merge` of them
  // meet as many columns as this smaller number of random ones (seen on 2-lifts of 32 columns).
  const double inner = as_double(config.gi.right);
  const double random_vertices = std::pow(merge, 0.7);
  const double shared_part = inner * (1 - std::pow(1 - config.gi.density(), random_vertices));
  const double row_columns =
      as_double(config.nnz_per_row()) * shared_part / as_double(config.gi.left_degree);
  const double loads = std::ceil(rows / 4) + cols / 4;
  const double list_loads = config.gi.is_complete() ? 0 : 1 / as_double(config.gb.right);
  constexpr double kIssuesPerClock = 4;
  constexpr double kBroadcastClocks = 2;  // of shared memory, for 16 bytes that all lanes read
  constexpr double kVectorClocks = 4;  // for 16 bytes a lane
  const double issue = (rows * cols + loads + 2 * list_loads) / kIssuesPerClock;
  const double shared =
      std::ceil(rows / 4) * kBroadcastClocks + cols / 4 * kVectorClocks + list_loads;
  constexpr double kOverlap = 0.25;  // of the lesser of the two that does not hide
  double column_clocks = std::max(issue, shared) + kOverlap * std::min(issue, shared);

  const double step_tiles = as_double(kernel.at("step_tiles"));
  const double step_columns = row_columns * step_tiles / as_double(config.go.left_degree);
  constexpr double kStepIssues = 80;  // of a warp: waiting, counting, lists, first operands
  column_clocks += kStepIssues / kIssuesPerClock / step_columns;
  const double warps = block_groups * warps_n;
  const double step_elements = step_tiles * as_double(config.tile_cols()) * warp_cols * warps_n +
                               step_columns * warp_rows * block_groups;
  const double step_bytes = element_bytes(problem) * step_elements;
  constexpr double kClocksPerL2Byte = 1.0 / 36;  // seen of bulk copies
  column_clocks = std::max(column_clocks, step_bytes * kClocksPerL2Byte / (warps * step_columns));
  constexpr double kEnoughSums = 16.0 * 64;  // warps x sums of a lane, on a multiprocessor
  const double sums = resident * warps * rows * cols;
  if (sums < kEnoughSums) column_clocks *= std::sqrt(kEnoughSums / sums);

  const double row_tiles = as_double(config.rows()) / warp_rows;
  const double block_n = warp_cols * warps_n;
  const double panels = std::ceil(as_double(problem.n) / block_n);
  const double split_k = as_double(kernel.at("split_k"));
  const double blocks = row_tiles / block_groups * panels * split_k;
  const double slots = device.compute_units * resident;
  double block_clocks = warps * row_columns / split_k * column_clocks;
  if (split_k > 1) {
    // Sums into shared memory, and out of it for other blocks; two barriers of a cluster.
    constexpr double kSharedBytes = 128;  // a clock
    constexpr double kJoinClocks = 1500;
    const double sum_bytes = element_bytes(problem) * warp_rows * block_groups * block_n;
    block_clocks += 2 * sum_bytes / kSharedBytes + kJoinClocks / resident;
  }
  return block_clocks * round_up(blocks, slots);
}

// Clocks of all multiprocessors together for a kernel on the tensor cores of Hopper.
double wgmma_cost(const Candidate& candidate, const Problem& problem,
                  const DeviceProperties& device) {
  const Rbgp4Config& config = candidate.config;
  const KernelConfig& kernel = candidate.kernel;
  constexpr std::int64_t kGroupRows = 64;
  constexpr double kSlabBytes = 32;
  const double element = element_bytes(problem);
  const double block_n = as_double(kernel.at("block_n"));
  const double resident = as_double(kernel.at("resident_blocks"));
  const bool listed = !config.gi.is_complete() && kernel.at("densify") == 0;
  const double wanted = as_double(kernel.at("block_groups"));
  const double groups = wanted != 0 ? wanted
                        : listed    ? as_double(split_row_groups(config, kGroupRows)->gi_left)
                                    : as_double(config.tile_rows()) / kGroupRows;

  // Of a step: what the tensor cores, shared memory and the way from L2 take.
  const double step_cols = as_double(kernel.at("step_cols"));
  const double density =
      listed ? as_double(config.tile_row_nnz()) / as_double(config.tile_cols()) : 1;
  const bool split =
      problem.dtype == Dtype::f32x3;  // into two terms, of which three products are made
  const double terms = split ? 2 : 1;
  const double slabs = groups * step_cols * density * element / kSlabBytes;
  const double instructions = slabs * (split ? 3 : 1);
  const double multiply = instructions * block_n / 2;
  const double input_bytes = step_cols * block_n * element;
  const double value_bytes = slabs * kSlabBytes * kGroupRows * terms;
  constexpr double kSharedBytes = 128;  // a clock
  constexpr double kL2Bytes = 44;  // a clock and multiprocessor, seen with nothing else under way
  const double operands = instructions * kSlabBytes * (kGroupRows + block_n);
  // Second terms of I are made of what lies there: read, and written.
  const double written = input_bytes * (split ? 3 : 1) + value_bytes;
  const double shared = (operands + written) / kSharedBytes;
  const double shared_input = std::sqrt(as_double(kernel.at("cluster_m")));
  const double shared_values = std::sqrt(as_double(kernel.at("cluster_n")));
  const double l2 = (input_bytes / shared_input + value_bytes / shared_values) / kL2Bytes;
  // With few stages copies do not run ahead far enough: seen 1.45 times as slow with two, of any cluster
  // 1.5 times with four blocks.
  const double stages =
      std::floor(as_double(device.shared_bytes) / resident / (terms * input_bytes + value_bytes));
  const double cluster = as_double(kernel.at("cluster_m") * kernel.at("cluster_n"));
  const double waiting = (1 + 3.6 / std::pow(stages, 3)) * (cluster > 2 ? 1.5 : 1);
  constexpr double kStepClocks = 60;  // waiting, and handing on
  constexpr double kOverlap = 0.2;  // of the lesser ones that does not hide
  const double longest = std::max({multiply, shared, l2});
  const double step =
      waiting * (longest + kOverlap * (multiply + shared + l2 - longest)) + kStepClocks;

  const double steps = as_double(config.go.left_degree * config.tile_cols()) / step_cols;
  const double tile_elements = groups * kGroupRows * block_n;
  constexpr double kStoreBytes = 24;  // a clock
  constexpr double kTileClocks = 600;
  const double store = (tile_elements * element / kStoreBytes + kTileClocks) / resident;
  const double tiles =
      as_double(config.rows()) / (groups * kGroupRows) * std::ceil(as_double(problem.n) / block_n);
  const double busy = (steps * step + store) * round_up(tiles, device.compute_units);
  constexpr double kMemoryBytes = 12;  // a clock and multiprocessor
  const double moved = element * (as_double(problem.k * problem.n + problem.m * problem.n) +
                                  as_double(config.rows() * config.nnz_per_row()));
  const double memory = moved / kMemoryBytes;
  return std::max(busy, memory) + kOverlap * std::min(busy, memory);
}

// Clocks of all multiprocessors together for a kernel on tensor cores whose warps gather rows of I from shared
// memory.
double mma_cost(const Candidate& candidate, const Problem& problem,
                const DeviceProperties& device) {
  const Rbgp4Config& config = candidate.config;
  const KernelConfig& kernel = candidate.kernel;
  constexpr double kDepthBytes = 32;  // of a row of W that an instruction takes
  const double element = element_bytes(problem);
  const double block_n = as_double(kernel.at("block_n"));
  const double warps_n = as_double(kernel.at("warps_n"));
  const double fragments = as_double(kernel.at("tile_rows")) / 16;
  const double resident = as_double(kernel.at("resident_blocks"));
  const double step_tiles = as_double(kernel.at("step_tiles"));
  const Rbgp4Config shaped = config.gi.is_complete() ? with_whole_tiles(config) : config;
  const double wanted = as_double(kernel.at("block_groups"));
  const double groups =
      wanted != 0 ? wanted : as_double(split_row_groups(shaped, kernel.at("tile_rows"))->gi_left);

  // Of a step. Two elements of 16 bits that are no neighbours are two loads.
  const double slices =
      std::ceil(step_tiles * as_double(config.tile_row_nnz()) * element / kDepthBytes);
  const bool singles = element == 2 && problem.layout == Layout::nk && shaped.gb.right % 2 != 0;
  const double parts = groups * slices * block_n / 8;  // of I, that a warp loads at once
  constexpr double kPartBytes = 256, kFragmentBytes = 512;
  const double input_bytes = step_tiles * as_double(config.tile_cols()) * block_n * element;
  const double value_bytes = groups * fragments * slices * kFragmentBytes;
  const bool shared_values = kernel.at("shared_values") != 0;
  constexpr double kSharedBytes = 128;  // a clock
  constexpr double kL2Bytes = 36;  // a clock and multiprocessor
  constexpr double kProductClocks =
      1.6;  // of a multiprocessor, 0.62 of what wgmma reaches on Hopper
  const double multiply = parts * fragments * kProductClocks;
  const double shared = (parts * kPartBytes * (singles ? 2 : 1) + value_bytes * warps_n +
                         input_bytes + (shared_values ? value_bytes : 0)) /
                        kSharedBytes;
  const double l2 = (input_bytes + value_bytes) / kL2Bytes;
  constexpr double kStepClocks = 80;  // waiting at the barrier, addresses, first operands
  constexpr double kOverlap = 0.25;  // of the lesser ones that does not hide
  const double longest = std::max({multiply, shared, l2});
  double step = longest + kOverlap * (multiply + shared + l2 - longest) + kStepClocks / resident;
  if (kernel.at("stages") == 2) step *= 1.2;
  constexpr double kEnoughWarps = 8;  // of a multiprocessor, to hide what each waits for
  const double warps = resident * groups * warps_n;
  if (warps < kEnoughWarps) step *= std::sqrt(kEnoughWarps / warps);

  const double steps = as_double(config.go.left_degree) / step_tiles;
  const double tile_elements = groups * fragments * 16 * block_n;
  constexpr double kStoreBytes = 16;  // a clock
  constexpr double kTileClocks = 1000;
  const double store = (tile_elements * element / kStoreBytes + kTileClocks) / resident;
  const double tiles = as_double(config.rows()) * std::ceil(as_double(problem.n) / block_n) *
                       block_n / tile_elements;
  return (steps * step + store) * round_up(tiles, device.compute_units);
}

}  // namespace

double prior_cost(const Candidate& candidate, const Problem& problem,
                  const DeviceProperties& device) {
  if (device.kind == DeviceKind::host) return host_cost(candidate, problem, device);
  if (candidate.kernel.family == "wgmma") return wgmma_cost(candidate, problem, device);
  if (candidate.kernel.family == "mma") return mma_cost(candidate, problem, device);
  if (candidate.kernel.family == "simt_tma") return tma_cost(candidate, problem, device);
  return cuda_cost(candidate, problem, device);
}

}  // namespace rbgp
