// The family simt_gather: specialises templates/simt_gather.cuh.
#include <generator/simt_gather.hpp>

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include <generator/cuda_limits.hpp>
#include <generator/cuda_source.hpp>
#include <generator/families.hpp>

namespace rbgp::simt_gather {
namespace {

constexpr std::int64_t kMaxThreads = 1024;
constexpr std::int64_t kMaxBlocks = 2147483647;  // of a grid
constexpr std::int64_t kMaxRegisters = 255;
constexpr std::int64_t kLanes = 32;
constexpr std::int64_t kMaxN = 64;
constexpr int kLeastArch = 80;  // asynchronous copies
constexpr int kOverlapArch = 90;  // launches that wait for others themselves

std::int64_t round_up(std::int64_t n, std::int64_t unit) { return (n + unit - 1) / unit * unit; }

std::int64_t power_of_two(std::int64_t n, std::int64_t most) { return std::gcd(n, most); }

// The number of turns whose values are under way, at most `wanted`, that needs the fewest turns of zeros to divide
// what there are.
std::int64_t turns_ahead(std::int64_t turns, std::int64_t wanted) {
  if (turns <= wanted) return turns;
  std::int64_t best = wanted;
  for (std::int64_t ahead = wanted; 2 * ahead > wanted; --ahead)
    if (round_up(turns, ahead) < round_up(turns, best)) best = ahead;
  return best;
}

std::optional<std::string> plan_columns(const KernelShape& shape, Layout& layout) {
  const Problem& problem = shape.problem;
  const std::int64_t wanted = shape.kernel.at("block_n");
  if (wanted >= problem.n) return "block_n is no less than n; 0 stands for all columns";
  layout.block_n = wanted == 0 ? problem.n : wanted;
  layout.lanes_n = shape.kernel.at("lanes_n");
  if (layout.lanes_n < 1 || layout.lanes_n > 8 || kLanes % layout.lanes_n != 0)
    return "lanes_n is 1, 2, 4 or 8";
  layout.width = problem.layout == rbgp::Layout::nk ? 1 : power_of_two(layout.block_n, 4);
  const std::int64_t pieces = layout.block_n / layout.width;
  if (layout.lanes_n > pieces) return "lanes_n is more than the pieces of a row of I";
  if (wanted != 0 && pieces % layout.lanes_n != 0)
    return "lanes_n does not divide the pieces of block_n columns";
  layout.lane_cols = round_up(pieces, layout.lanes_n) / layout.lanes_n * layout.width;
  return std::nullopt;
}

// How the columns of a row group are shared out to warps, lanes and turns.
std::optional<std::string> plan_turns(const KernelShape& shape, Layout& layout) {
  const Rbgp4Config& config = shape.config;
  const std::int64_t rows = layout.split.tile_rows();
  layout.split_k = shape.kernel.at("split_k");
  layout.chunks = shape.kernel.at("chunks");
  const std::int64_t ahead = shape.kernel.at("values_ahead");
  if (layout.split_k < 1 || ahead < 1) return "split_k and values_ahead are at least 1";
  layout.threads = kLanes * layout.block_groups * layout.split_k;
  if (layout.threads > kMaxThreads)
    return fmt::format("{} threads a block, at most {}", layout.threads, kMaxThreads);
  if (layout.chunks < 1 || config.go.left_degree % layout.chunks != 0)
    return "chunks does not divide the degree of Go";
  layout.stage_tiles = config.go.left_degree / layout.chunks;
  const std::int64_t chunk_cols = layout.stage_tiles * config.tile_row_nnz();
  layout.cols = 4 / power_of_two(rows, 4);
  const std::int64_t turn_cols = kLanes / layout.lanes_n * layout.cols;
  const std::int64_t turns =
      round_up(chunk_cols, turn_cols * layout.split_k) / (turn_cols * layout.split_k);
  layout.ahead = turns_ahead(turns, ahead);
  layout.turns = round_up(turns, layout.ahead);
  layout.turn_words = turn_cols * rows;
  layout.packed_words = layout.split.go_left * layout.split.gi_left * layout.split_k *
                        layout.chunks * layout.turns * layout.turn_words;
  layout.registers = std::min(kMaxRegisters, kMultiprocessorRegisters / layout.threads / 8 * 8);
  layout.wanted_registers = rows * layout.lane_cols + layout.ahead * rows * layout.cols +
                            layout.lane_cols + kOtherRegisters;
  if (layout.wanted_registers > layout.registers)
    return fmt::format("a thread needs some {} registers of {}: fewer rows, columns or values",
                       layout.wanted_registers, layout.registers);
  return std::nullopt;
}

// Whether tiles of I are copied as they lie: K x N, all of a row in one block, nothing to be left out or reordered,
// and rows without pieces of 16 bytes of their own.
bool takes_whole_tiles(const KernelShape& shape, const Layout& layout) {
  const Problem& problem = shape.problem;
  return (problem.layout == rbgp::Layout::kn || problem.n == 1) && layout.block_n == problem.n &&
         layout.width < 4 && problem.k == shape.config.cols() && !problem.epilogue.column_order &&
         shape.config.tile_cols() * problem.n % 4 == 0;
}

std::optional<std::string> plan_memory(const KernelShape& shape, Layout& layout) {
  const Rbgp4Config& config = shape.config;
  const Problem& problem = shape.problem;
  const bool transposed = problem.layout == rbgp::Layout::nk;
  // Lanes that read at once read so many rows of I, in different banks where remainders of the rows differ: the next tile
  // goes on where the neighbours of one end. Whole pieces of 16 bytes stay together.
  const std::int64_t slots = std::max<std::int64_t>(1, kLanes / layout.width / layout.lanes_n);
  const std::int64_t apart = (config.tile_row_nnz() - config.tile_cols()) % slots;
  layout.tile_pad = slots > 4 ? round_up((apart + slots) % slots, 4) : 0;
  const std::int64_t stage_rows = layout.stage_tiles * (config.tile_cols() + layout.tile_pad);
  const std::int64_t padded_n = layout.lane_cols * layout.lanes_n;
  layout.whole_tiles = takes_whole_tiles(shape, layout);
  if (transposed) {
    const bool whole_pieces =
        config.tile_cols() % 4 == 0 && problem.k % 4 == 0 && !problem.epilogue.column_order;
    layout.copy_run = whole_pieces ? 4 : 1;
    const std::int64_t plane = layout.lanes_n == 1
                                   ? round_up(stage_rows, 4)
                                   : round_up(stage_rows, kLanes) + kLanes / layout.lanes_n;
    layout.input_words = padded_n * plane;
  } else {
    layout.copy_run = power_of_two(std::gcd(problem.n, layout.block_n), 4);
    layout.input_words = round_up(stage_rows * layout.block_n + padded_n - layout.block_n, 4);
  }
  const std::int64_t lanes_k = kLanes / layout.lanes_n;
  const std::int64_t row_parts = power_of_two(layout.split.tile_rows(), lanes_k);
  const std::int64_t col_parts = power_of_two(layout.lane_cols, lanes_k / row_parts);
  layout.end_sums = layout.split.tile_rows() / row_parts * (layout.lane_cols / col_parts);
  const std::int64_t join_words =
      layout.block_groups * (layout.split_k - 1) * kLanes * layout.end_sums;
  const std::int64_t places =
      config.gi.is_complete() ? 0 : layout.block_groups * config.tile_row_nnz();
  layout.shared_bytes = 4 * std::max((layout.chunks > 1 ? 2 : 1) * layout.input_words, join_words) +
                        (places + 1) / 2 * 4;
  if (layout.shared_bytes > shape.device.shared_bytes)
    return fmt::format("{} bytes of shared memory, at most {}", layout.shared_bytes,
                       shape.device.shared_bytes);
  return std::nullopt;
}

// Gi's neighbours, and the order in which a row group takes them: by remainders, of which a lift has each once.
AdjacencySource gi_source(const BaseGraph& gi, const Layout& layout) {
  const std::int64_t copies = layout.split.gi_copies;
  AdjacencySource source = adjacency_source(gi, "kGiAdjacency", "gi_neighbour", copies);
  if (gi.config().is_complete()) return source;
  const std::int64_t degree = gi.config().left_degree;
  std::vector<std::int32_t> order;
  for (std::int64_t u = 0; u < gi.config().left; ++u) {
    const auto neighbours = gi.neighbours(u);
    std::vector<std::int32_t> row(static_cast<std::size_t>(degree));
    std::iota(row.begin(), row.end(), 0);
    std::stable_sort(row.begin(), row.end(), [&](std::int32_t a, std::int32_t b) {
      return neighbours[static_cast<std::size_t>(a)] % degree <
             neighbours[static_cast<std::size_t>(b)] % degree;
    });
    order.insert(order.end(), row.begin(), row.end());
  }
  source.array += device_array("kGiOrder", order);
  source.member += device_function("gi_order", "int u, int k",
                                   fmt::format("kGiOrder[u / {} * {} + k]", copies, degree));
  return source;
}

}  // namespace

std::optional<std::string> plan_layout(const KernelShape& shape, Layout& layout) {
  if (shape.problem.n > kMaxN)
    return fmt::format(
        "n is more than {}: each warp multiplies all columns of I by values that no other warp "
        "uses, and reads I "
        "from shared memory for its own rows alone",
        kMaxN);
  if (cuda_arch_number(shape.device) < kLeastArch) return "it needs sm_80 or newer";
  const auto split = split_row_groups(shape.config, shape.kernel.at("tile_rows"));
  if (!split) return "tile_rows does not divide a row group";
  layout.split = *split;
  layout.block_groups = shape.kernel.at("block_groups");
  if (layout.block_groups < 1 || split->gi_left % layout.block_groups != 0)
    return "block_groups does not divide the row groups of a tile";
  if (auto reason = plan_columns(shape, layout)) return reason;
  if (auto reason = plan_turns(shape, layout)) return reason;
  if (auto reason = plan_memory(shape, layout)) return reason;
  layout.blocks = split->go_left * (split->gi_left / layout.block_groups) *
                  (round_up(shape.problem.n, layout.block_n) / layout.block_n);
  // Words of a warp are counted in 32 bits.
  if (layout.blocks > kMaxBlocks || layout.chunks * layout.turns * layout.turn_words > kMaxBlocks)
    return "too many blocks or values";
  return std::nullopt;
}

std::vector<Tunable> tunables(const DeviceProperties&) {
  return {
      {"tile_rows", {0, 4, 8, 2, 1, 16}},  // rows of a warp; 0: a whole row group
      {"block_n", {0, 16, 8}},  // columns of O a block; 0: all
      {"lanes_n", {1, 2, 4, 8}},  // lanes that share out the columns of I
      {"block_groups", {4, 8, 2, 1, 16}},  // row groups of a block
      {"split_k", {4, 2, 1, 8, 16}},  // warps of a row group
      {"chunks", {1, 2, 4, 8, 16}},  // that rows of I are copied in, each while the last is used
      {"values_ahead", {4, 8, 2}},  // turns whose values are under way
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
  geometry.overlaps_launches = cuda_arch_number(shape.device) >= kOverlapArch;
  return geometry;
}

std::string emit(const KernelSpec& spec, const DeviceProperties& device) {
  const Rbgp4Config& config = spec.pattern.config();
  Layout layout;
  plan_layout({config, spec.problem, spec.kernel, device}, layout);
  return cuda_kernel_source(
      spec, {.template_file = "simt_gather.cuh",
             .kernel = "SimtGather",
             .config = {{"kBlockN", layout.block_n},
                        {"kLanesN", layout.lanes_n},
                        {"kBlockGroups", layout.block_groups},
                        {"kSplitK", layout.split_k},
                        {"kStageTiles", layout.stage_tiles},
                        {"kTurns", layout.turns},
                        {"kAhead", layout.ahead},
                        {"kTilePad", layout.tile_pad},
                        {"kCopyRun", layout.copy_run},
                        {"kWholeTiles", layout.whole_tiles ? 1 : 0},
                        {"kOverlapsLaunches", cuda_arch_number(device) >= kOverlapArch ? 1 : 0},
                        {"kThreads", layout.threads},
                        {"kSharedBytes", layout.shared_bytes}},
             .split = layout.split,
             .pattern = {{"kGiComplete", config.gi.is_complete() ? 1 : 0}},
             .go = adjacency_source(spec.pattern.go(), "kGoAdjacency", "go_neighbour",
                                    layout.split.go_copies),
             .gi = gi_source(spec.pattern.gi(), layout)});
}

}  // namespace rbgp::simt_gather
