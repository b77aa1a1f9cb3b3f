// The family simt_tma: specialises templates/simt_tma.cuh.
#include <algorithm>

#include <fmt/format.h>

#include <generator/cuda_limits.hpp>
#include <generator/cuda_source.hpp>
#include <generator/dense_box.hpp>
#include <generator/families.hpp>
#include <generator/row_merge.hpp>
#include <generator/row_split.hpp>

namespace rbgp::simt_tma {
namespace {

constexpr int kLeastArch = 90;  // bulk copies
constexpr std::int64_t kMaxThreads = 1024;
constexpr std::int64_t kMaxThreadRegisters = 255;
constexpr std::int64_t kOtherRegisters = 24;  // addresses and counters, at the least
constexpr std::int64_t kBoxAlignmentWords = 32;
constexpr std::int64_t kMaxStages = 6;
constexpr std::int64_t kBarrierWords = 4;  // of a stage
// What a row group of merged vertices meets depends on edges: the values of a step are one box of up to so many.
constexpr std::int64_t kMergedBoxes = 8;
constexpr std::int64_t kListVector = 4;

struct Layout {
  RowSplit split;
  std::int64_t block_groups = 0;
  std::int64_t block_n = 0;
  std::int64_t box_cols = 0;
  std::int64_t threads = 0;
  std::int64_t max_union = 0;
  std::int64_t body_runs = 0;
  std::int64_t stages = 0;
  std::int64_t blocks = 0;
  std::int64_t shared_bytes = 0;
  CopyBox value_box;
  std::int64_t packed_words = 0;
};

std::int64_t round_up(std::int64_t value, std::int64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

bool is_listed(const KernelShape& shape) { return !shape.config.gi.is_complete(); }

// Rows, columns and warps of a block; the reason where they do not fit the pattern.
std::optional<std::string> plan_tiles(const KernelShape& shape, Layout& layout) {
  const Rbgp4Config& config = shape.config;
  const KernelValues& kernel = shape.kernel;
  const std::int64_t thread_rows = kernel.at("thread_rows");
  const std::int64_t thread_cols = kernel.at("thread_cols");
  const std::int64_t lane_rows = kernel.at("lane_rows");
  const std::int64_t warps_n = kernel.at("warps_n");
  const std::int64_t merge = kernel.at("merge");
  const auto power_up_to = [](std::int64_t value, std::int64_t most) {
    return value >= 1 && value <= most && (value & (value - 1)) == 0;
  };
  if (!power_up_to(lane_rows, 32)) return "lane_rows is a power of two up to 32";
  if (thread_rows < 1 || (thread_rows > 2 && thread_rows % 4 != 0))
    return "thread_rows is 1, 2 or a multiple of 4";
  if (thread_cols < 4 || thread_cols % 4 != 0) return "thread_cols is a multiple of 4";
  if (warps_n < 1 || merge < 1 || kernel.at("unroll") < 1)
    return "warps_n, merge and unroll are at least 1";
  if (thread_rows * thread_cols + 2 * (thread_rows + thread_cols) + kOtherRegisters >
      kMaxThreadRegisters)
    return "more sums and operands than a thread has registers";

  const std::int64_t warp_rows = thread_rows * lane_rows;
  if (warp_rows % merge != 0) return "merge does not divide the rows of a warp";
  const auto split = split_row_groups(config, warp_rows / merge);
  if (!split) return "the rows of a warp do not divide a row group";
  layout.split = *split;
  if (merge > 1 && (!is_listed(shape) || split->gi_copies != 1))
    return "merging needs a sparse Gi and whole blocks of rows";
  if (config.gi.left % merge != 0) return "merge does not divide the vertices of Gi";
  const std::int64_t tile_groups = split->gi_left / merge;
  const std::int64_t wanted = kernel.at("block_groups");
  layout.block_groups = wanted == 0 ? tile_groups : wanted;
  if (tile_groups % layout.block_groups != 0)
    return "block_groups does not divide the row tiles of a tile";

  const std::int64_t warp_cols = thread_cols * (32 / lane_rows);
  layout.block_n = warp_cols * warps_n;
  layout.box_cols = std::min(layout.block_n, kMaxBoxSide);
  const bool in_boxes = layout.box_cols % warp_cols == 0 || warp_cols % layout.box_cols == 0;
  if (!in_boxes || layout.block_n % layout.box_cols != 0)
    return "a warp's columns neither lie in one box of a copy nor fill several";
  if (config.tile_cols() > kMaxBoxSide)
    return fmt::format("{} columns a tile, a copy takes at most {}", config.tile_cols(),
                       kMaxBoxSide);
  if (layout.box_cols * config.tile_cols() % kBoxAlignmentWords != 0)
    return "a tile of I is not aligned for copies";
  layout.threads = 32 * layout.block_groups * warps_n;
  if (layout.threads > kMaxThreads)
    return fmt::format("{} threads a block, at most {}", layout.threads, kMaxThreads);
  return std::nullopt;
}

// Why the steps of a tile cannot be shared out among the blocks of a cluster.
std::optional<std::string> check_split(const KernelShape& shape) {
  const KernelValues& kernel = shape.kernel;
  const std::int64_t split_k = kernel.at("split_k");
  if (!is_cluster(split_k)) return fmt::format("split_k is 1, 2, 4 or {}", kMaxCluster);
  if (shape.config.go.left_degree / kernel.at("step_tiles") % split_k != 0)
    return "split_k does not divide the steps of a tile";
  if (kernel.at("thread_rows") % split_k != 0) return "split_k does not divide thread_rows";
  return std::nullopt;
}

// Steps, stages and memory of a block; the reason where they do not fit the device.
std::optional<std::string> plan_steps(const KernelShape& shape, Layout& layout) {
  const Rbgp4Config& config = shape.config;
  const KernelValues& kernel = shape.kernel;
  const std::int64_t step_tiles = kernel.at("step_tiles");
  if (step_tiles < 1 || config.go.left_degree % step_tiles != 0)
    return "step_tiles does not divide Go's degree";
  if (auto reason = check_split(shape)) return reason;
  const std::int64_t resident = kernel.at("resident_blocks");
  if (resident < 1) return "resident_blocks is at least 1";
  const std::int64_t thread_registers = kernel.at("thread_rows") * kernel.at("thread_cols") +
                                        kernel.at("thread_rows") + kernel.at("thread_cols") +
                                        kOtherRegisters;
  if (resident * layout.threads * thread_registers > kMultiprocessorRegisters)
    return "resident blocks need more registers than a multiprocessor has";

  layout.max_union = max_union_degree(config.gi, kernel.at("merge"));
  const std::int64_t warp_rows = kernel.at("thread_rows") * kernel.at("lane_rows");
  const std::int64_t step_union = step_tiles * config.gr.right * layout.max_union * config.gb.right;
  const std::int64_t used_words = layout.block_groups * step_union * warp_rows;
  const std::int64_t boxes = kernel.at("merge") > 1 ? kMergedBoxes : 1;
  layout.value_box = dense_box((used_words + boxes - 1) / boxes, 4);
  const std::int64_t value_words = round_up(used_words, elements_of(layout.value_box));
  const std::int64_t stage_words =
      round_up(step_tiles * config.tile_cols() * layout.block_n + value_words, kBoxAlignmentWords);
  const std::int64_t groups = layout.split.gi_left / kernel.at("merge");
  // Lists of single columns are read four at a time, aligned.
  const std::int64_t list_words = !is_listed(shape) ? 0
                                  : config.gb.right == 1
                                      ? groups * round_up(step_union + kListVector, kListVector)
                                      : groups * step_union / config.gb.right;
  const std::int64_t budget = block_shared_bytes(shape.device, resident);
  const std::int64_t fitting = (budget / 4 - list_words) / (stage_words + kBarrierWords);
  if (fitting < 2)
    return fmt::format("two steps need {} bytes of shared memory, at most {}",
                       4 * (2 * (stage_words + kBarrierWords) + list_words), budget);
  layout.stages = std::min(fitting, kMaxStages);
  // At the end the sums of a block lie where the stages were.
  const std::int64_t split_k = kernel.at("split_k");
  const std::int64_t sum_words =
      split_k == 1 ? 0 : layout.threads * kernel.at("thread_rows") * kernel.at("thread_cols");
  layout.shared_bytes = 4 * (std::max(layout.stages * stage_words, sum_words) +
                             layout.stages * kBarrierWords + list_words);
  if (layout.shared_bytes > budget)
    return fmt::format("the sums of a block need {} bytes of shared memory, at most {}",
                       layout.shared_bytes, budget);

  const std::int64_t tiles_m = layout.split.go_left * (groups / layout.block_groups);
  layout.packed_words = tiles_m * (config.go.left_degree / step_tiles) * value_words;
  const std::int64_t tiles = tiles_m * ((shape.problem.n + layout.block_n - 1) / layout.block_n);
  if (tiles > (std::int64_t{1} << 24)) return "too many tiles";
  // A target that is only named has no multiprocessors to count; and a cluster takes one tile.
  layout.blocks = split_k == 1 && shape.device.compute_units > 1
                      ? std::min(tiles, resident * shape.device.compute_units)
                      : tiles * split_k;
  return std::nullopt;
}

std::optional<std::string> plan_layout(const KernelShape& shape, Layout& layout) {
  if (cuda_arch_number(shape.device) < kLeastArch) return "it needs sm_90 or newer";
  if (shape.problem.layout != rbgp::Layout::kn) return "it takes the layout kn";
  if (shape.problem.n % 4 != 0) return "n is not a multiple of 4";
  if (shape.problem.epilogue.column_order)
    return "it takes no column_order: its copies are of rows of I that follow each other";
  if (auto reason = plan_tiles(shape, layout)) return reason;
  return plan_steps(shape, layout);
}

// Runs of one turn of the loop: as many as `unroll` columns hold. Where Gi is complete a run is a column.
std::int64_t body_runs(std::int64_t runs, std::int64_t run, std::int64_t unroll) {
  return std::min(runs, std::max<std::int64_t>(1, unroll / run));
}

// Pattern's members that say which vertices of Gi a row tile has, the columns it meets, and where a
// member's values for them are.
AdjacencySource merged_source(const RowMerge& merged, const RowSplit& split, bool listed) {
  const std::string single = device_function("gi_member", "int group, int", "group") +
                             device_function("gi_source", "int, int, int k", "k");
  AdjacencySource source;
  if (!listed) {
    source.member = single;
    return source;
  }
  source.array = device_array("kGiColumns", merged.columns);
  const std::string group =
      split.gi_copies == 1 ? "group" : fmt::format("group / {}", split.gi_copies);
  source.member =
      device_function("gi_column", "int group, int k",
                      fmt::format("kGiColumns[{} * {} + k]", group, merged.union_degree));
  if (merged.merge == 1) {
    source.member += single;
    return source;
  }
  source.array +=
      device_array("kGiMembers", merged.members) + device_array("kGiSources", merged.sources);
  source.member += device_function("gi_member", "int group, int m",
                                   fmt::format("kGiMembers[group * {} + m]", merged.merge)) +
                   device_function("gi_source", "int group, int m, int k",
                                   fmt::format("kGiSources[(group * {} + m) * {} + k]",
                                               merged.merge, merged.union_degree));
  return source;
}

}  // namespace

std::vector<Tunable> tunables(const DeviceProperties&) {
  return {
      {"thread_rows", {8, 16, 4, 2, 1}},  // rows of a lane
      {"thread_cols", {8, 16, 4}},  // columns of a lane
      {"lane_rows", {1, 2, 4, 8}},  // lanes of a warp one above the other
      {"merge", {1, 2, 4, 8}},  // vertices of Gi that share the union of their columns
      {"block_groups", {0, 8, 4, 16, 2, 1}},  // row tiles of a block; 0: those of a whole tile
      {"warps_n", {1, 2, 4}},  // warps of a block side by side
      {"step_tiles", {1, 2, 4}},  // neighbours of Go in a step
      {"unroll", {8, 4, 16}},  // columns of W unrolled
      {"resident_blocks", {1, 2}},  // of a multiprocessor
      {"split_k", {1, 2, 4}},  // blocks of a cluster that share the steps of a tile
  };
}

std::optional<std::string> unsupported(const KernelShape& shape) {
  if (auto reason = f32_only(shape.problem)) return reason;
  Layout layout;
  return plan_layout(shape, layout);
}

KernelGeometry geometry(const KernelShape& shape) {
  Layout layout;
  plan_layout(shape, layout);
  KernelGeometry geometry;
  geometry.grid[0] = layout.blocks;
  geometry.block[0] = layout.threads;
  geometry.shared_bytes = layout.shared_bytes;
  geometry.packed_bytes = layout.packed_words * dtype_bytes(shape.problem.dtype);
  geometry.overlaps_launches = true;
  geometry.explicit_zeros = shape.kernel.at("merge") > 1;
  geometry.packed_box = layout.value_box;
  geometry.input_box = {.rows = shape.config.tile_cols(), .cols = layout.box_cols};
  return geometry;
}

std::string emit(const KernelSpec& spec, const DeviceProperties& device) {
  const Rbgp4Config& config = spec.pattern.config();
  const KernelShape shape = shape_of(spec, device);
  Layout layout;
  plan_layout(shape, layout);
  const bool listed = is_listed(shape);
  const RowMerge merged = merge_rows(spec.pattern.gi(), spec.kernel.at("merge"));
  const std::int64_t run = listed ? config.gb.right : 1;
  const std::int64_t step_union =
      spec.kernel.at("step_tiles") * config.gr.right * merged.union_degree * config.gb.right;
  return cuda_kernel_source(
      spec, {.template_file = "simt_tma.cuh",
             .kernel = "SimtTma",
             .launch_bounds = "Config::kThreads, Config::kResidentBlocks",
             .cluster = spec.kernel.at("split_k"),
             .config = {{"kBlockN", layout.block_n},
                        {"kBoxCols", layout.box_cols},
                        {"kThreadRows", spec.kernel.at("thread_rows")},
                        {"kThreadCols", spec.kernel.at("thread_cols")},
                        {"kLaneRows", spec.kernel.at("lane_rows")},
                        {"kMerge", spec.kernel.at("merge")},
                        {"kMaxUnion", layout.max_union},
                        {"kValueBoxRows", layout.value_box.rows},
                        {"kValueBoxCols", layout.value_box.cols},
                        {"kBlockGroups", layout.block_groups},
                        {"kWarpsN", spec.kernel.at("warps_n")},
                        {"kStepTiles", spec.kernel.at("step_tiles")},
                        {"kBodyRuns", body_runs(step_union / run, run, spec.kernel.at("unroll"))},
                        {"kStages", layout.stages},
                        {"kBlocks", layout.blocks},
                        {"kThreads", layout.threads},
                        {"kResidentBlocks", spec.kernel.at("resident_blocks")},
                        {"kSplitK", spec.kernel.at("split_k")},
                        {"kSharedBytes", layout.shared_bytes}},
             .split = layout.split,
             .pattern = {{"kUnion", merged.union_degree}, {"kListed", listed ? 1 : 0}},
             .go = adjacency_source(spec.pattern.go(), "kGoAdjacency", "go_neighbour",
                                    layout.split.go_copies),
             .gi = merged_source(merged, layout.split, listed),
             .takes_maps = true});
}

}  // namespace rbgp::simt_tma
