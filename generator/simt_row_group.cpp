// The family simt_row_group: specialises templates/simt_row_group.cuh.
#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include <generator/cuda_limits.hpp>
#include <generator/cuda_source.hpp>
#include <generator/families.hpp>
#include <generator/row_merge.hpp>
#include <generator/row_split.hpp>

namespace rbgp::simt_row_group {
namespace {

constexpr std::int64_t kMaxThreads = 1024;
constexpr std::int64_t kMaxAccumulators = 192;  // of 255 registers
constexpr std::int64_t kWarpColumns = 128;      // a lane has 4 neighbouring columns
constexpr int kLeastArch = 80;  // asynchronous copies

struct Layout {
  RowSplit split;
  std::int64_t block_groups = 0;
  std::int64_t block_n = 0;
  std::int64_t block_vertices = 1;  // of Gi that the row groups of a block are, or are parts of
  std::int64_t max_union =
      0;  // vertices on Gi's right side whose rows of I a block copies, at most
  std::int64_t threads = 0;
  std::int64_t tiles = 0;
  std::int64_t blocks = 0;
  std::int64_t shared_bytes = 0;
  std::int64_t packed_words = 0;
};

// The rows of I that a block copies; the reason where they are no fewer than all of a tile.
std::optional<std::string> plan_input_rows(const KernelShape& shape, Layout& layout) {
  const BaseGraphConfig& gi = shape.config.gi;
  layout.max_union = gi.right;
  if (shape.kernel.at("used_rows") == 0) return std::nullopt;
  if (shape.kernel.at("used_rows") != 1) return "used_rows is 0 or 1";
  if (gi.is_complete()) return "Gi is complete: a block uses all rows of a tile of I";
  const std::int64_t copies = layout.split.gi_copies;
  if (layout.block_groups % copies != 0 && copies % layout.block_groups != 0)
    return "the row groups of a block are no whole vertices of Gi, whose used rows it could copy";
  layout.block_vertices = std::max<std::int64_t>(1, layout.block_groups / copies);
  layout.max_union = max_union_degree(gi, layout.block_vertices);
  if (layout.max_union == gi.right)
    return fmt::format(
        "a block has {} vertices of Gi of degree {}: they may use all rows of a tile",
        layout.block_vertices, gi.left_degree);
  return std::nullopt;
}

// Words of the lists of rows: of each row group of a block and, where it copies used rows only, of all blocks.
std::int64_t list_words(const KernelShape& shape, const Layout& layout) {
  const Rbgp4Config& config = shape.config;
  if (config.gi.is_complete()) return 0;
  const std::int64_t row_words = layout.block_groups * config.tile_row_nnz();
  if (shape.kernel.at("used_rows") == 0) return row_words;
  return row_words + config.gi.left / layout.block_vertices * layout.max_union;
}

std::optional<std::string> plan_layout(const KernelShape& shape, Layout& layout) {
  const Rbgp4Config& config = shape.config;
  if (cuda_arch_number(shape.device) < kLeastArch) return "it needs sm_80 or newer";
  const auto split = split_row_groups(config, shape.kernel.at("tile_rows"));
  if (!split) return "tile_rows does not divide a row group";
  layout.split = *split;
  const std::int64_t repeat_n = shape.kernel.at("repeat_n");
  const std::int64_t warps_n = shape.kernel.at("warps_n");
  const std::int64_t stages = shape.kernel.at("stages");
  if (repeat_n < 1 || warps_n < 1 || shape.kernel.at("unroll") < 1)
    return "repeat_n, warps_n and unroll are at least 1";
  if (stages < 2) return "stages is at least 2";
  const std::int64_t wanted = shape.kernel.at("block_groups");
  layout.block_groups = wanted == 0 ? split->gi_left : wanted;
  if (split->gi_left % layout.block_groups != 0)
    return "block_groups does not divide the row groups of a tile";
  layout.block_n = kWarpColumns * repeat_n * warps_n;
  layout.threads = 32 * layout.block_groups * warps_n;
  if (layout.threads > kMaxThreads)
    return fmt::format("{} threads a block, at most {}", layout.threads, kMaxThreads);
  const std::int64_t accumulators = split->tile_rows() * 4 * repeat_n;
  if (accumulators > kMaxAccumulators)
    return fmt::format("{} accumulators a thread, at most {}", accumulators, kMaxAccumulators);

  if (auto reason = plan_input_rows(shape, layout)) return reason;
  const std::int64_t step_rows = config.gr.right * layout.max_union * config.gb.right;
  const std::int64_t step_nnz = config.tile_row_nnz();
  const std::int64_t value_words = layout.block_groups * step_nnz * split->tile_rows();
  const std::int64_t stage_words =
      step_rows * input_stride(shape.problem, layout.block_n) + (value_words + 3) / 4 * 4;
  layout.shared_bytes = 4 * (stages * stage_words + list_words(shape, layout));
  if (layout.shared_bytes > shape.device.shared_bytes)
    return fmt::format("{} bytes of shared memory, at most {}", layout.shared_bytes,
                       shape.device.shared_bytes);
  const std::int64_t tiles_m = split->go_left * (split->gi_left / layout.block_groups);
  layout.packed_words = tiles_m * config.go.left_degree * value_words;
  layout.tiles = tiles_m * ((shape.problem.n + layout.block_n - 1) / layout.block_n);
  if (layout.tiles > (std::int64_t{1} << 30)) return "too many tiles";
  const std::int64_t resident = shape.kernel.at("resident_blocks");
  if (resident < 1) return "resident_blocks is at least 1";
  if (resident * layout.threads > multiprocessor_threads(cuda_arch_number(shape.device)))
    return "resident_blocks asks for more threads than a multiprocessor holds";
  if (resident * (layout.shared_bytes + kReservedSharedBytes) >
      shape.device.shared_bytes + kReservedSharedBytes)
    return "resident_blocks asks for more shared memory than a multiprocessor has";
  // A target that is only named has no multiprocessors to count.
  const bool persistent = shape.kernel.at("persistent") != 0 && shape.device.compute_units > 1;
  layout.blocks =
      persistent ? std::min(layout.tiles, resident * shape.device.compute_units) : layout.tiles;
  return std::nullopt;
}

// What Pattern has of the rows of I that a block copies: those of kUnion vertices on Gi's right side, by kLists lists
// (gi_column) that blocks share; which vertex on the left side a row group is (gi_member), and where among the
// kUnion its neighbours are (gi_place).
struct UsedRows {
  std::int64_t union_degree = 0;
  std::int64_t lists = 1;
  AdjacencySource source;
};

UsedRows all_rows(const BaseGraph& gi, const Layout& layout) {
  UsedRows used{.union_degree = gi.config().right,
                .source = adjacency_source(gi, "kGiAdjacency", "gi_place", layout.split.gi_copies)};
  used.source.member += device_function("gi_member", "int group", "group");
  return used;
}

// Where the neighbours of each member are among the columns of its group.
std::vector<std::int32_t> places_of(const RowMerge& merged, std::int64_t degree) {
  std::vector<std::int32_t> places(merged.members.size() * static_cast<std::size_t>(degree));
  for (std::size_t i = 0; i < merged.sources.size(); ++i) {
    const auto columns = static_cast<std::size_t>(merged.union_degree);
    if (merged.sources[i] >= 0)
      places[i / columns * static_cast<std::size_t>(degree) +
             static_cast<std::size_t>(merged.sources[i])] = static_cast<std::int32_t>(i % columns);
  }
  return places;
}

// Vertices share a block that share neighbours.
UsedRows used_rows(const BaseGraph& gi, const Layout& layout) {
  const RowMerge merged = merge_rows(gi, layout.block_vertices);
  const std::int64_t degree = gi.config().left_degree;
  UsedRows used{.union_degree = merged.union_degree, .lists = merged.groups};
  used.source.array = device_array("kGiMembers", merged.members) +
                      device_array("kGiColumns", merged.columns) +
                      device_array("kGiPlaces", places_of(merged, degree));
  const std::int64_t copies = layout.split.gi_copies;
  used.source.member =
      device_function("gi_member", "int group",
                      fmt::format("kGiMembers[group / {0}] * {0} + group % {0}", copies)) +
      device_function("gi_column", "int list, int k",
                      fmt::format("kGiColumns[list * {} + k]", merged.union_degree)) +
      device_function("gi_place", "int group, int k",
                      fmt::format("kGiPlaces[group / {} * {} + k]", copies, degree));
  return used;
}

}  // namespace

std::vector<Tunable> tunables(const DeviceProperties&) {
  return {
      {"tile_rows", {0, 16, 8, 4, 32, 2, 1}},  // rows of a warp; 0: a whole row group
      {"block_groups", {8, 4, 0, 16, 2, 1}},  // row groups of a block; 0: a whole tile
      {"repeat_n", {1, 2, 4}},  // runs of 4 columns of a lane
      {"warps_n", {1, 2, 4}},  // warps of a block side by side
      {"stages", {3, 2, 4}},  // steps in shared memory
      {"unroll", {4, 2, 8, 16}},  // columns of W unrolled
      {"resident_blocks", {2, 1, 3, 4}},  // of a multiprocessor: what registers are cut to
      {"persistent", {1, 0}},  // as many blocks as are resident, or one a tile
      {"used_rows", {0, 1}},  // copies only the rows of I that a block uses
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
  return geometry;
}

std::string emit(const KernelSpec& spec, const DeviceProperties& device) {
  const Rbgp4Config& config = spec.pattern.config();
  Layout layout;
  plan_layout({config, spec.problem, spec.kernel, device}, layout);
  const UsedRows used = spec.kernel.at("used_rows") != 0 ? used_rows(spec.pattern.gi(), layout)
                                                         : all_rows(spec.pattern.gi(), layout);
  return cuda_kernel_source(
      spec, {.template_file = "simt_row_group.cuh",
             .kernel = "RowGroup",
             .launch_bounds = "Config::kThreads, Config::kResidentBlocks",
             .config = {{"kBlockN", layout.block_n},
                        {"kRepeatN", spec.kernel.at("repeat_n")},
                        {"kWarpsN", spec.kernel.at("warps_n")},
                        {"kBlockGroups", layout.block_groups},
                        {"kStages", spec.kernel.at("stages")},
                        {"kUnroll", spec.kernel.at("unroll")},
                        {"kInputVector", spec.problem.n % 4 == 0 ? 4 : 1},
                        {"kBlocks", layout.blocks},
                        {"kThreads", layout.threads},
                        {"kResidentBlocks", spec.kernel.at("resident_blocks")},
                        {"kUsedRows", spec.kernel.at("used_rows")},
                        {"kSharedBytes", layout.shared_bytes}},
             .split = layout.split,
             .pattern = {{"kGiComplete", config.gi.is_complete() ? 1 : 0},
                         {"kUnion", used.union_degree},
                         {"kLists", used.lists}},
             .go = adjacency_source(spec.pattern.go(), "kGoAdjacency", "go_neighbour",
                                    layout.split.go_copies),
             .gi = used.source});
}

}  // namespace rbgp::simt_row_group
