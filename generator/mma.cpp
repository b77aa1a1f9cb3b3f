// The family mma: specialises templates/mma.cuh.
#include <algorithm>

#include <fmt/format.h>

#include <generator/cuda_limits.hpp>
#include <generator/cuda_source.hpp>
#include <generator/families.hpp>
#include <generator/gather_order.hpp>
#include <generator/row_split.hpp>

namespace rbgp::mma {
namespace {

constexpr int kLeastArch = 80;
constexpr std::int64_t kFragmentRows = 16;
constexpr std::int64_t kDepthBytes = 32;  // of a row of W that an instruction takes
constexpr std::int64_t kPartCols = 16;  // that a lane reads of I at once
constexpr std::int64_t kMatrixLanes = 8;  // rows that ldmatrix takes at once
constexpr std::int64_t kWordLanes = 4;  // rows that a load of words takes at once
constexpr std::int64_t kMaxThreads = 1024;
constexpr std::int64_t kMaxThreadRegisters = 255;
constexpr std::int64_t kOtherRegisters = 40;  // addresses and counters
constexpr std::int64_t kMaxProducts = 512;  // instructions of an unrolled step

struct Layout {
  Rbgp4Config config;  // the one that the kernel sees
  RowSplit split;
  bool matrices = false;  // I comes by ldmatrix
  bool pairs = false;  // words of I are two neighbours in a row of W
  std::int64_t copy_bytes = 0;  // 0: I is copied element by element
  std::int64_t slots = 0;  // columns of W in a step, filled up to whole slices
  bool padded = false;
  std::int64_t threads = 0;
  std::int64_t block_groups = 0;
  std::int64_t tiles = 0;
  std::int64_t blocks = 0;
  std::int64_t store_cols = 0;  // 0: sums are stored as they are
  std::int64_t shared_bytes = 0;
  std::int64_t packed_bytes = 0;
};

bool is_transposed(const KernelShape& shape) { return shape.problem.layout == rbgp::Layout::nk; }

std::int64_t row_elements(const KernelShape& shape) {
  return is_transposed(shape) ? 4 / dtype_bytes(shape.problem.dtype) : 1;
}

std::optional<std::string> plan_columns(const KernelShape& shape, Layout& layout) {
  const std::int64_t element = dtype_bytes(shape.problem.dtype);
  const std::int64_t step_tiles = shape.kernel.at("step_tiles");
  const std::int64_t depth = kDepthBytes / element;
  if (step_tiles < 1 || layout.config.go.left_degree % step_tiles != 0)
    return "step_tiles does not divide Go's degree";
  if (step_tiles > 1 && layout.config.tile_cols() % row_elements(shape) != 0)
    return "tiles of an odd number of columns share no step";
  layout.matrices = element == 2 && !is_transposed(shape);
  layout.pairs = element == 2 && is_transposed(shape) && layout.config.gb.right % 2 == 0;
  layout.copy_bytes = copy_bytes(shape, layout.config);
  const std::int64_t nnz = step_tiles * layout.config.tile_row_nnz();
  layout.slots = (nnz + depth - 1) / depth * depth;
  layout.padded = layout.slots != nnz;
  return std::nullopt;
}

// Whether registers hold what a thread keeps of a step; the reason where they do not.
std::optional<std::string> check_registers(const KernelShape& shape, const Layout& layout) {
  const std::int64_t fragments = layout.split.tile_rows() / kFragmentRows;
  const std::int64_t warp_cols = shape.kernel.at("block_n") / shape.kernel.at("warps_n");
  const std::int64_t slices = layout.slots * dtype_bytes(shape.problem.dtype) / kDepthBytes;
  if (slices * fragments * warp_cols / 8 > kMaxProducts)
    return fmt::format("{} products of a step, at most {}", slices * fragments * warp_cols / 8,
                       kMaxProducts);
  const std::int64_t places = layout.matrices                            ? 1
                              : layout.pairs || row_elements(shape) == 1 ? 2
                                                                         : 6;
  const std::int64_t values = shape.kernel.at("shared_values") != 0 ? 2 : slices;
  const std::int64_t needed =
      fragments * warp_cols / 2 + 4 * fragments * values + 8 + slices * places + kOtherRegisters;
  const std::int64_t available = std::min(
      kMultiprocessorRegisters / (shape.kernel.at("resident_blocks") * layout.threads) / 8 * 8,
      kMaxThreadRegisters);
  if (needed > available)
    return fmt::format("a thread needs {} registers of {}", needed, available);
  return std::nullopt;
}

std::optional<std::string> plan_rows(const KernelShape& shape, Layout& layout) {
  const KernelValues& kernel = shape.kernel;
  const std::int64_t tile_rows = kernel.at("tile_rows");
  if (tile_rows < kFragmentRows || tile_rows % kFragmentRows != 0)
    return fmt::format("tile_rows is a multiple of {}", kFragmentRows);
  const auto split = split_row_groups(layout.config, tile_rows);
  if (!split)
    return fmt::format("tile_rows does not divide a {}",
                       shape.config.gi.is_complete() ? "tile" : "row group");
  layout.split = *split;
  const std::int64_t wanted = kernel.at("block_groups");
  layout.block_groups = wanted == 0 ? split->gi_left : wanted;
  if (split->gi_left % layout.block_groups != 0)
    return "block_groups does not divide the row groups of a tile";
  const std::int64_t warps_n = kernel.at("warps_n");
  const std::int64_t block_n = kernel.at("block_n");
  if (warps_n < 1 || block_n < 1 || block_n % (kPartCols * warps_n) != 0)
    return fmt::format("a warp has a multiple of {} columns", kPartCols);
  const std::int64_t resident = kernel.at("resident_blocks");
  if (resident < 1) return "resident_blocks is at least 1";
  layout.threads = 32 * layout.block_groups * warps_n;
  if (layout.threads > kMaxThreads ||
      resident * layout.threads > multiprocessor_threads(cuda_arch_number(shape.device)))
    return "more threads than a block or a multiprocessor has";
  return std::nullopt;
}

std::optional<std::string> plan_stages(const KernelShape& shape, Layout& layout) {
  const KernelValues& kernel = shape.kernel;
  const std::int64_t element = dtype_bytes(shape.problem.dtype);
  const std::int64_t block_n = kernel.at("block_n");
  const std::int64_t stages = kernel.at("stages");
  if (stages < 2) return "stages is at least 2";
  const std::int64_t stride = layout.matrices ? block_n * element + 16 : (block_n + 8) * 4;
  const std::int64_t per_row = row_elements(shape);
  const std::int64_t input_rows =
      kernel.at("step_tiles") * ((layout.config.tile_cols() + per_row - 1) / per_row);
  const std::int64_t value_bytes =
      layout.block_groups * layout.slots * layout.split.tile_rows() * element;
  const std::int64_t step_bytes =
      input_rows * stride + (kernel.at("shared_values") != 0 ? value_bytes : 0);
  layout.shared_bytes = stages * (step_bytes + (layout.padded ? stride : 0));
  layout.packed_bytes = layout.split.go_left * (layout.split.gi_left / layout.block_groups) *
                        (layout.config.go.left_degree / kernel.at("step_tiles")) * value_bytes;
  const std::int64_t budget = block_shared_bytes(shape.device, kernel.at("resident_blocks"));
  if (layout.shared_bytes > budget)
    return fmt::format("{} bytes of shared memory, at most {}", layout.shared_bytes, budget);
  return std::nullopt;
}

// Columns of O that a warp deals out at once, where there is room: 128 bytes of a row of 16 bits. In layout nk
// a column's rows lie together, and any number of columns does.
void plan_stores(const KernelShape& shape, Layout& layout) {
  const bool transposed = is_transposed(shape);
  const std::int64_t warp_cols = shape.kernel.at("block_n") / shape.kernel.at("warps_n");
  const std::int64_t budget = block_shared_bytes(shape.device, shape.kernel.at("resident_blocks"));
  for (const std::int64_t cols : {64, 32, 16}) {
    if (warp_cols % cols != 0 || (transposed && cols > 32)) continue;
    const std::int64_t room = 4 * (transposed ? 16 * (cols + 6) : 8 * (cols + 8));
    const std::int64_t rooms = layout.threads / 32 * room;
    if (layout.shared_bytes + rooms > budget) continue;
    layout.store_cols = cols;
    layout.shared_bytes += rooms;
    return;
  }
}

std::optional<std::string> plan_blocks(const KernelShape& shape, Layout& layout) {
  const std::int64_t block_n = shape.kernel.at("block_n");
  layout.tiles = layout.split.go_left * (layout.split.gi_left / layout.block_groups) *
                 ((shape.problem.n + block_n - 1) / block_n);
  if (layout.tiles > (std::int64_t{1} << 30)) return "too many tiles";
  // A target that is only named has no multiprocessors to count.
  const std::int64_t units = shape.device.compute_units;
  layout.blocks =
      units > 1 ? std::min(layout.tiles, shape.kernel.at("resident_blocks") * units) : layout.tiles;
  return std::nullopt;
}

std::optional<std::string> plan_layout(const KernelShape& shape, Layout& layout) {
  if (cuda_arch_number(shape.device) < kLeastArch) return "it needs sm_80 or newer";
  if (!find_family("mma").multiplies(shape.problem.dtype))
    return "it multiplies bf16, f16 and tf32";
  layout.config = shape.config.gi.is_complete() ? with_whole_tiles(shape.config) : shape.config;
  if (auto reason = plan_rows(shape, layout)) return reason;
  if (auto reason = plan_columns(shape, layout)) return reason;
  if (auto reason = check_registers(shape, layout)) return reason;
  if (auto reason = plan_stages(shape, layout)) return reason;
  plan_stores(shape, layout);
  return plan_blocks(shape, layout);
}

// What a slot of a row tile is: a row of a step's tiles of I, and where its value is among those of a row of W
// in the step; -1 for both where it only fills up.
struct Slots {
  std::vector<std::int32_t> rows, sources;
};

// The slots of a vertex of Gi.
void add_slots(const KernelSpec& spec, const Layout& layout, std::int64_t vertex, Slots& slots) {
  const Rbgp4Config& config = layout.config;
  std::vector<std::int32_t> rows;
  for (std::int64_t t = 0; t < spec.kernel.at("step_tiles"); ++t)
    for (std::int64_t slice = 0; slice < config.gr.right; ++slice)
      for (const std::int32_t v : spec.pattern.gi().neighbours(vertex))
        for (std::int64_t b = 0; b < config.gb.right; ++b)
          rows.push_back(static_cast<std::int32_t>(
              ((t * config.gr.right + slice) * config.gi.right + v) * config.gb.right + b));

  // What one lane loads is a row, or a word of two rows that are neighbours or not.
  const bool by_halves = !layout.matrices && dtype_bytes(spec.problem.dtype) == 2;
  const std::size_t unit = layout.pairs ? 2 : 1;
  const std::int64_t lanes = layout.matrices ? kMatrixLanes : kWordLanes;
  std::vector<std::int32_t> units;
  for (std::size_t i = 0; i < rows.size(); i += unit)
    units.push_back(by_halves ? rows[i] / 2 : rows[i]);
  const std::vector<std::int32_t> order = gather_order(units, lanes);

  const std::size_t first = slots.rows.size();
  slots.rows.resize(first + static_cast<std::size_t>(layout.slots), -1);
  slots.sources.resize(slots.rows.size(), -1);
  for (std::size_t i = 0; i < order.size(); ++i)
    for (std::size_t j = 0; j < unit; ++j) {
      // Of elements that are loaded singly, one load takes the first ones of four words, the next the
      // second ones.
      const std::size_t slot =
          by_halves && !layout.pairs ? i / 8 * 8 + i % 4 * 2 + i / 4 % 2 : i * unit + j;
      const std::size_t source = static_cast<std::size_t>(order[i]) * unit + j;
      slots.rows[first + slot] = rows[source];
      slots.sources[first + slot] = static_cast<std::int32_t>(source);
    }
}

// Pattern's members gather_row(group, slot) and gather_source(group, slot).
AdjacencySource gather_members(const KernelSpec& spec, const Layout& layout) {
  AdjacencySource source;
  if (spec.pattern.config().gi.is_complete()) {
    for (const char* name : {"gather_row", "gather_source"})
      source.member +=
          device_function(name, "int, int slot",
                          fmt::format("slot < {} ? slot : -1",
                                      spec.kernel.at("step_tiles") * layout.config.tile_row_nnz()));
    return source;
  }
  Slots slots;
  for (std::int64_t u = 0; u < spec.pattern.config().gi.left; ++u)
    add_slots(spec, layout, u, slots);
  const std::int64_t copies = layout.split.gi_copies;
  const std::string vertex = copies == 1 ? "group" : fmt::format("group / {}", copies);
  const auto add = [&](const char* function, const char* array,
                       const std::vector<std::int32_t>& numbers) {
    source.array += device_array(array, numbers);
    source.member +=
        device_function(function, "int group, int slot",
                        fmt::format("{}[{} * {} + slot]", array, vertex, layout.slots));
  };
  add("gather_row", "kGatherRows", slots.rows);
  add("gather_source", "kGatherSources", slots.sources);
  return source;
}

}  // namespace

std::int64_t copy_bytes(const KernelShape& shape, const Rbgp4Config& config) {
  const Problem& problem = shape.problem;
  const std::int64_t element = dtype_bytes(problem.dtype);
  if (is_transposed(shape)) {
    const bool apart = problem.epilogue.column_order || config.tile_cols() % 2 != 0;
    return element == 4 || (problem.k % 2 == 0 && !apart) ? 4 : 0;
  }
  for (const std::int64_t bytes : {16, 8, 4})
    if (problem.n * element % bytes == 0) return bytes;
  return 0;
}

std::vector<Tunable> tunables(const DeviceProperties&) {
  return {
      {"block_n", {128, 64, 256, 32}},  // columns of a block
      {"tile_rows", {16, 32, 64}},  // rows of a warp
      {"block_groups", {8, 4, 16, 0, 2, 1}},  // row tiles of a block; 0: those of a whole tile
      {"warps_n", {1, 2, 4}},  // warps of a block side by side
      {"step_tiles", {1, 2, 4}},  // neighbours in Go of a step
      {"stages", {3, 2, 4, 5}},  // steps in shared memory
      {"shared_values", {1, 0}},  // or straight to registers
      {"resident_blocks", {2, 1, 3, 4}},  // of a multiprocessor
  };
}

std::optional<std::string> unsupported(const KernelShape& shape) {
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
  geometry.packed_bytes = layout.packed_bytes;
  return geometry;
}

std::string emit(const KernelSpec& spec, const DeviceProperties& device) {
  Layout layout;
  plan_layout({spec.pattern.config(), spec.problem, spec.kernel, device}, layout);
  return cuda_kernel_source(
      spec, {.template_file = "mma.cuh",
             .kernel = "Mma",
             .launch_bounds = "Config::kThreads, Config::kResidentBlocks",
             .config = {{"kBlockN", spec.kernel.at("block_n")},
                        {"kBlockGroups", layout.block_groups},
                        {"kWarpsN", spec.kernel.at("warps_n")},
                        {"kStepTiles", spec.kernel.at("step_tiles")},
                        {"kStages", spec.kernel.at("stages")},
                        {"kSharedValues", spec.kernel.at("shared_values") != 0 ? 1 : 0},
                        {"kCopyBytes", layout.copy_bytes},
                        {"kPaddedCols", spec.problem.k < layout.config.cols() ? 1 : 0},
                        {"kOrdered", spec.problem.epilogue.column_order ? 1 : 0},
                        {"kSlots", layout.slots},
                        {"kPadded", layout.padded ? 1 : 0},
                        {"kPairs", layout.pairs ? 1 : 0},
                        {"kStoreCols", layout.store_cols},
                        {"kBlocks", layout.blocks},
                        {"kThreads", layout.threads},
                        {"kResidentBlocks", spec.kernel.at("resident_blocks")},
                        {"kSharedBytes", layout.shared_bytes}},
             .pattern_config = layout.config,
             .split = layout.split,
             .pattern = {{"kTileNnz", layout.config.tile_row_nnz()}},
             .go = adjacency_source(spec.pattern.go(), "kGoAdjacency", "go_neighbour",
                                    layout.split.go_copies),
             .gi = gather_members(spec, layout)});
}

}  // namespace rbgp::mma
