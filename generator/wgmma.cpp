// The family wgmma: specialises templates/wgmma.cuh.
#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include <generator/cuda_limits.hpp>
#include <generator/cuda_source.hpp>
#include <generator/dense_box.hpp>
#include <generator/families.hpp>
#include <generator/row_split.hpp>
#include <generator/wgmma_instruction.hpp>
#include <generator/wgmma_pattern.hpp>

namespace rbgp::wgmma {
namespace {

constexpr std::string_view kArch = "sm_90a";
constexpr std::int64_t kGroupRows = 64;  // of an instruction
constexpr std::int64_t kWarps = 4;  // of a warpgroup
constexpr std::int64_t kWarpRows = 16;
constexpr std::int64_t kSlabBytes = 32;  // of a row of W that an instruction takes
constexpr std::int64_t kRowBytes = 128;  // of a box, which the swizzle is for
constexpr std::int64_t kSwizzledRows = 8;  // of a box, which repeat
constexpr std::int64_t kPieceBytes = 16;  // what rows of matrices that are copied are made of
// Of samples of a row that a warpgroup stores at once, or a part.
constexpr std::int64_t kStoreBytes = 128;
constexpr std::int64_t kMaxStages = 8;
constexpr std::int64_t kBarrierBytes = 8;
constexpr std::int64_t kRegisterBytes = 4;
constexpr std::int64_t kMaxThreadRegisters = 240;
constexpr std::int64_t kOtherRegisters = 40;  // addresses, descriptors and counters
constexpr std::int64_t kInstructionRegisters = 26;  // ptxas: beside the sums of one instruction
constexpr std::int64_t kProducerRegisters = 40;

struct Layout {
  // The one that the kernel sees: a tile multiplied whole, filled up or not, is one Gb.
  Rbgp4Config config;
  RowSplit split;
  std::int64_t slab = 0;  // columns
  std::int64_t terms = 0;  // whose sum an operand is
  std::int64_t box_cols = 0;
  std::int64_t part_cols = 0;  // of a tile, in a step
  std::int64_t part_slabs = 0;
  // Of a vertex of Gi's lifted graph, which parts take together; paired: two.
  std::int64_t clones = 1;
  std::int64_t selected = 0;  // paired: registers that say which of two columns a row has
  std::int64_t groups = 0;  // of a block
  std::int64_t step_cols = 0;
  std::int64_t threads = 0;
  std::int64_t consumer_registers = 0;
  std::int64_t finished_cols = 0;  // of a tile, by a block
  std::int64_t store_rows = 0;  // of a box of O, as it lies
  std::int64_t store_boxes = 0;
  std::int64_t store_bytes = 0;  // 0: O is stored directly
  std::int64_t late_stores = 0;  // of a tile and warpgroup, during the next tile
  std::int64_t stages = 0;
  std::int64_t blocks = 0;
  std::int64_t shared_bytes = 0;
  CopyBox value_box;
  std::int64_t packed_bytes = 0;
};

bool is_transposed(const KernelShape& shape) { return shape.problem.layout == rbgp::Layout::nk; }

// Floats are multiplied with columns of I in one piece: rows of I are turned round.
bool is_turned(const KernelShape& shape) {
  return !is_transposed(shape) && dtype_bytes(shape.problem.dtype) == 4;
}

// Rows of I are multiplied as they lie.
bool is_by_rows(const KernelShape& shape) { return !is_transposed(shape) && !is_turned(shape); }

bool is_listed(const KernelShape& shape) {
  return !shape.config.gi.is_complete() && shape.kernel.at("densify") == 0;
}

// Two values of every four columns, by the sparse instructions.
bool is_paired(const KernelShape& shape) { return shape.kernel.at("densify") == kPaired; }

// Why columns half a tile apart cannot be paired, of which a row has at most one.
std::optional<std::string> check_pairs(const KernelShape& shape) {
  if (!is_by_rows(shape) || dtype_bytes(shape.problem.dtype) != 2)
    return "densify=2 multiplies bf16 and f16 in layout kn";
  if (shape.gi_clones() % 2 != 0) return "densify=2 pairs the columns of a 2-lift, and Gi is none";
  if (shape.config.gr.right != 1)
    return "densify=2 pairs columns half a tile apart, and Gr has columns";
  if (shape.problem.k % shape.config.tile_cols() != 0)
    return "densify=2 pairs columns half a tile apart, and I ends within a tile";
  return std::nullopt;
}

// What the copy engine and the instructions can do with I.
std::optional<std::string> check_problem(const Problem& problem) {
  const bool transposed = problem.layout == rbgp::Layout::nk;
  if (problem.dtype == Dtype::f32) return "it multiplies bf16, f16, tf32 and f32x3";
  if (problem.epilogue.column_order) return "it copies rows of I in their order";
  if (problem.input_cols() * dtype_bytes(problem.dtype) % kPieceBytes != 0)
    return fmt::format("{} is not a multiple of {}", transposed ? "k" : "n",
                       kPieceBytes / dtype_bytes(problem.dtype));
  return std::nullopt;
}

// Sums of a thread. Those of a row group and a step are made by themselves where operands have two terms.
std::int64_t thread_sums(const KernelShape& shape, const Layout& layout) {
  return (layout.groups / shape.kernel.at("consumers") + layout.terms - 1) *
         shape.kernel.at("block_n") / 2;
}

// Row groups and warpgroups of a block; the reason where they do not fit the pattern.
std::optional<std::string> plan_rows(const KernelShape& shape, Layout& layout) {
  const KernelValues& kernel = shape.kernel;
  const auto split = split_row_groups(layout.config, kGroupRows);
  if (!split)
    return fmt::format("{} rows do not divide a {}", kGroupRows,
                       is_listed(shape) ? "row group" : "tile");
  layout.split = *split;
  const std::int64_t consumers = kernel.at("consumers");
  const std::int64_t wanted = kernel.at("block_groups");
  layout.groups = wanted == 0 ? split->gi_left : wanted;
  if (split->gi_left % layout.groups != 0)
    return "block_groups does not divide the row groups of a tile";
  if (consumers < 1) return "consumers is at least 1";
  if (layout.groups % consumers != 0) return "consumers do not divide the row groups of a block";

  const std::int64_t resident = kernel.at("resident_blocks");
  if (resident < 1) return "resident_blocks is at least 1";
  layout.threads = 128 * (consumers + 1);
  if (layout.threads > 1024 ||
      resident * layout.threads > multiprocessor_threads(cuda_arch_number(shape.device)))
    return "more threads than a block or a multiprocessor has";
  // A block has what its threads are launched with, in units of 8; who asks for more waits forever.
  const std::int64_t launched = kMultiprocessorRegisters / (resident * layout.threads) / 8 * 8;
  const std::int64_t left = launched * (consumers + 1) - kProducerRegisters;
  layout.consumer_registers = std::min(left / consumers / 8 * 8, kMaxThreadRegisters);
  // What is taken later does not help ptxas, which wants one instruction to fit into those of the launch.
  const std::int64_t instruction = kernel.at("block_n") / 2 + kInstructionRegisters;
  if (instruction > launched)
    return fmt::format("an instruction needs {} registers, a thread is launched with {}",
                       instruction, launched);
  const std::int64_t sums = thread_sums(shape, layout);
  if (launched < kProducerRegisters || sums + kOtherRegisters > layout.consumer_registers)
    return fmt::format("{} sums a thread need more than {} registers", sums,
                       layout.consumer_registers);
  return std::nullopt;
}

std::optional<std::string> plan_columns(const KernelShape& shape, Layout& layout) {
  const KernelValues& kernel = shape.kernel;
  const std::int64_t element = dtype_bytes(shape.problem.dtype);
  const std::int64_t block_n = kernel.at("block_n");
  layout.slab = kSlabBytes / element;
  layout.box_cols = kRowBytes / element;
  const std::int64_t columns = is_transposed(shape) ? 16 : layout.box_cols;
  if (block_n < columns || block_n > kMaxBoxSide || block_n % columns != 0)
    return fmt::format("block_n is a multiple of {} up to {}", columns, kMaxBoxSide);

  const std::int64_t tile_cols = layout.config.tile_cols();
  layout.step_cols = kernel.at("step_cols");
  layout.part_cols = std::min(tile_cols, layout.step_cols);
  const std::int64_t alignment = is_transposed(shape) || is_turned(shape) ? layout.box_cols
                                 : is_paired(shape)                       ? 2 * layout.slab
                                                                          : layout.slab;
  if (layout.part_cols < 1 || layout.part_cols > kMaxBoxSide || layout.part_cols % alignment != 0)
    return fmt::format("a step takes multiples of {} columns of a tile, up to {}", alignment,
                       kMaxBoxSide);
  if (layout.step_cols >= tile_cols) {
    if (layout.step_cols % tile_cols != 0 ||
        layout.config.go.left_degree % (layout.step_cols / tile_cols) != 0)
      return "step_cols does not hold a number of tiles that divides Go's degree";
  } else if (tile_cols % layout.step_cols != 0) {
    return "a tile does not fit step_cols";
  }
  const std::int64_t parts = tile_cols / layout.part_cols;
  if (is_listed(shape) && parts > 1) {
    // Any choice of vertices of the graph that Gi is a lift of, with all their clones, leaves row groups
    // with equally many neighbours.
    layout.clones = shape.gi_clones();
    if (layout.clones == 1) return "a step takes a part of a tile, and Gi is no lift";
    if (layout.config.gr.right != 1) return "a step takes a part of a tile, and Gr has columns";
    if (!is_by_rows(shape)) return "a step takes a part of a tile, and clones are not side by side";
    if (layout.config.gi.left_degree % parts != 0)
      return "the parts of a tile do not divide the degree of Gi";
  }
  if (is_listed(shape) && layout.config.gb.right % layout.slab != 0)
    return fmt::format("Gi is sparse and Gb has no multiple of {} columns", layout.slab);
  layout.part_slabs =
      (is_listed(shape) ? layout.config.tile_row_nnz() / parts : layout.part_cols) / layout.slab;
  if (is_paired(shape)) {
    layout.clones = 2;
    layout.part_slabs /= 2;
    layout.selected = parts * layout.groups / kernel.at("consumers") * layout.part_slabs;
    const std::int64_t registers = thread_sums(shape, layout) + layout.selected + kOtherRegisters;
    if (registers > layout.consumer_registers)
      return fmt::format("sums and selected columns need {} registers, a thread has {}", registers,
                         layout.consumer_registers);
  }
  return std::nullopt;
}

// Why the steps of a tile cannot be shared out among the blocks of a cluster.
std::optional<std::string> plan_split(const KernelShape& shape, Layout& layout) {
  const KernelValues& kernel = shape.kernel;
  const std::int64_t split_k = kernel.at("split_k");
  const std::int64_t step_tiles = layout.step_cols / layout.part_cols;
  // Where no box is stored, four lanes that exchange pairs of 16-bit elements have 32 columns.
  const std::int64_t columns = is_by_rows(shape) ? 32 : 16;
  layout.finished_cols = kernel.at("block_n");
  if (split_k == 1) return std::nullopt;
  if (!is_cluster(split_k)) return fmt::format("split_k is 1, 2, 4 or {}", kMaxCluster);
  if (kernel.at("cluster_m") != 1 || kernel.at("cluster_n") != 1)
    return "split_k is for clusters of one tile";
  if (layout.config.go.left_degree / step_tiles % split_k != 0)
    return "split_k does not divide Go's degree over the tiles of a step";
  layout.finished_cols /= split_k;
  if (layout.finished_cols % columns != 0)
    return fmt::format("split_k leaves blocks no multiple of {} columns to finish", columns);
  // Those that a block finishes come back from its cluster beside those that it has made.
  const std::int64_t sums =
      layout.groups / kernel.at("consumers") * (kernel.at("block_n") + layout.finished_cols) / 2;
  if (sums + kOtherRegisters > layout.consumer_registers)
    return fmt::format("{} sums of a thread, its own and joined ones, need more than {} registers",
                       sums, layout.consumer_registers);
  return std::nullopt;
}

// How sums become O: by the copy engine where rows that are stored together lie together, and rows of O
// are pieces that it can move.
void plan_stores(const KernelShape& shape, Layout& layout) {
  const Problem& problem = shape.problem;
  const std::int64_t element = dtype_bytes(problem.dtype);
  const std::int64_t consumers = shape.kernel.at("consumers");
  const std::int64_t rows = layout.split.gb_left;
  if (problem.epilogue.row_order || problem.output_cols() * element % kPieceBytes != 0) return;
  if (is_transposed(shape)) {
    if (rows != kGroupRows) return;
    layout.store_rows = std::gcd(kStoreBytes / element, layout.finished_cols);
    layout.store_boxes = 1;
    layout.store_bytes = consumers * 2 * layout.store_rows * kGroupRows * element;
  } else {
    if (rows % 8 != 0 || layout.finished_cols % layout.box_cols != 0) return;
    const std::int64_t boxes = layout.finished_cols / layout.box_cols;
    layout.store_rows = std::min(kWarpRows, rows);
    layout.store_boxes = boxes % 2 == 0 ? 2 : boxes;
    layout.store_bytes = consumers * kWarps * layout.store_boxes * kWarpRows * kRowBytes;
  }
}

std::optional<std::string> plan_blocks(const KernelShape& shape, Layout& layout) {
  const KernelValues& kernel = shape.kernel;
  const std::int64_t element = dtype_bytes(shape.problem.dtype);
  const std::int64_t block_n = kernel.at("block_n");
  const std::int64_t resident = kernel.at("resident_blocks");
  const std::int64_t cluster_m = kernel.at("cluster_m");
  const std::int64_t cluster_n = kernel.at("cluster_n");
  const std::int64_t cluster = cluster_m * cluster_n;
  if (cluster_m < 1 || !is_cluster(cluster))
    return fmt::format("a cluster has 1, 2, 4 or {} blocks", kMaxCluster);
  if (is_transposed(shape)) {
    if (block_n / cluster_m % kSwizzledRows != 0)
      return fmt::format("blocks above each other share boxes of fewer than {} samples",
                         kSwizzledRows);
  } else {
    std::int64_t boxes = block_n / layout.box_cols;
    if (is_turned(shape)) boxes *= layout.part_cols / layout.box_cols;
    if (boxes % cluster_m != 0) return "cluster_m does not divide the boxes of a part of I";
  }
  if (layout.split.go_copies * (layout.split.gi_left / layout.groups) % cluster_m != 0)
    return "cluster_m does not divide the blocks of a row of Go";

  const std::int64_t step_slabs = layout.step_cols / layout.part_cols * layout.part_slabs;
  const std::int64_t value_bytes =
      layout.groups * step_slabs * layout.terms * kGroupRows * kSlabBytes;
  layout.value_box = dense_box(value_bytes / cluster_n / element, element);
  const std::int64_t stage_bytes =
      layout.terms * layout.step_cols * block_n * element + value_bytes;
  const bool converted = is_turned(shape) || layout.terms > 1;
  const std::int64_t barrier_bytes = (converted ? 3 : 2) * kBarrierBytes;
  const std::int64_t budget = block_shared_bytes(shape.device, resident);
  layout.stages =
      std::min((budget - layout.store_bytes) / (stage_bytes + barrier_bytes), kMaxStages);
  if (layout.stages < 2)
    return fmt::format("two steps need {} bytes of shared memory, at most {}",
                       2 * (stage_bytes + barrier_bytes) + layout.store_bytes, budget);
  // At the end the sums of a block lie where the stages were.
  const std::int64_t split_k = kernel.at("split_k");
  const std::int64_t sum_bytes = split_k == 1 ? 0 : layout.groups * kGroupRows * block_n * 4;
  layout.shared_bytes = std::max(layout.stages * stage_bytes, sum_bytes) +
                        layout.stages * barrier_bytes + layout.store_bytes;
  if (layout.shared_bytes > budget)
    return fmt::format("the sums of a block need {} bytes of shared memory, at most {}",
                       layout.shared_bytes, budget);

  const std::int64_t tiles_m = layout.split.go_left * (layout.split.gi_left / layout.groups);
  layout.packed_bytes =
      tiles_m * (layout.config.go.left_degree * layout.config.tile_cols() / layout.step_cols) *
      value_bytes;
  const std::int64_t tiles_n = (shape.problem.n + block_n - 1) / block_n;
  const std::int64_t turns = tiles_m / cluster_m * ((tiles_n + cluster_n - 1) / cluster_n);
  constexpr std::int64_t kMostPieces = std::int64_t{1} << 31;  // that packing counts
  if (turns > (std::int64_t{1} << 24) || layout.packed_bytes / kPieceBytes >= kMostPieces)
    return "too many tiles";
  // A target that is only named has no multiprocessors to count; and a cluster that shares steps takes one tile.
  const std::int64_t units = shape.device.compute_units;
  layout.blocks =
      units > 1 && split_k == 1
          ? cluster * std::min(turns, std::max<std::int64_t>(resident * units / cluster, 1))
          : cluster * split_k * turns;
  // Products of two terms are waited for in each step: late stores would make them 4 to 8 % slower.
  if (layout.store_bytes > 0 && layout.terms == 1 && layout.blocks < cluster * turns) {
    const std::int64_t columns =
        is_transposed(shape) ? layout.store_rows : layout.store_boxes * layout.box_cols;
    const std::int64_t stores =
        layout.groups / kernel.at("consumers") * (layout.finished_cols / columns);
    const std::int64_t registers = columns / 2 * element / kRegisterBytes;  // of a store
    const std::int64_t left =
        layout.consumer_registers - thread_sums(shape, layout) - layout.selected - kOtherRegisters;
    layout.late_stores = std::clamp<std::int64_t>(left / registers, 0, stores);
  }
  return std::nullopt;
}

std::optional<std::string> plan_layout(const KernelShape& shape, Layout& layout) {
  if (shape.device.arch != kArch) return "it needs sm_90a";
  if (auto reason = check_problem(shape.problem)) return reason;
  const std::int64_t densify = shape.kernel.at("densify");
  if (densify > kPaired) return "densify is 0, 1 or 2";
  if (densify != 0 && shape.config.gi.is_complete())
    return "Gi is complete: there is nothing to fill up";
  if (densify == kPaired)
    if (auto reason = check_pairs(shape)) return reason;
  layout.config = is_listed(shape) ? shape.config : with_whole_tiles(shape.config);
  layout.terms = shape.problem.dtype == Dtype::f32x3 ? 2 : 1;
  if (auto reason = plan_rows(shape, layout)) return reason;
  if (auto reason = plan_columns(shape, layout)) return reason;
  if (auto reason = plan_split(shape, layout)) return reason;
  plan_stores(shape, layout);
  return plan_blocks(shape, layout);
}

}  // namespace

std::vector<Tunable> tunables(const DeviceProperties&) {
  return {
      {"block_n", {128, 256, 64, 192, 16}},  // columns of a block
      {"block_groups", {0, 2, 1, 4, 3, 6}},  // of 64 rows, in a block; 0: those of a whole tile
      {"consumers", {2, 1, 3, 4}},  // warpgroups that multiply
      {"step_cols", {64, 128, 32, 256}},  // of W, in a step
      {"cluster_m", {1, 2}},  // blocks one above the other that share tiles of I
      {"cluster_n", {1, 2}},  // blocks side by side that share values
      {"resident_blocks", {1, 2}},  // of a multiprocessor
      // A sparse Gi is multiplied by lists of slabs, filled up with zeros, or two values of every four columns.
      {"densify", {0, kFilledUp, kPaired}},
      {"split_k", {1, 2, 4}},  // blocks of a cluster that share the steps of a tile
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
  const bool paired = is_paired(shape);
  // Of the two clones of a lift of a complete graph a row has one.
  geometry.explicit_zeros =
      !is_listed(shape) && !shape.config.gi.is_complete() && !(paired && shape.gi_clones() == 2);
  geometry.packed_box = layout.value_box;
  geometry.input_box = {.rows = is_transposed(shape)
                                    ? shape.kernel.at("block_n") / shape.kernel.at("cluster_m")
                                : is_turned(shape) ? layout.box_cols
                                : paired           ? layout.part_cols
                                                   : layout.part_cols / layout.clones,
                        .cols = layout.box_cols,
                        .swizzle_bytes = kRowBytes,
                        .pair_rows = paired ? layout.config.tile_cols() / 2 : 0};
  geometry.takes_output_map = true;
  geometry.overlaps_launches = true;
  if (layout.store_bytes > 0)
    geometry.output_box = {
        .rows = layout.store_rows, .cols = layout.box_cols, .swizzle_bytes = kRowBytes};
  return geometry;
}

std::string emit(const KernelSpec& spec, const DeviceProperties& device) {
  const KernelShape shape = shape_of(spec, device);
  Layout layout;
  plan_layout(shape, layout);
  const bool complete = shape.config.gi.is_complete();
  const bool paired = is_paired(shape);
  const GiForm gi = complete           ? GiForm::complete
                    : is_listed(shape) ? GiForm::listed
                    : paired           ? GiForm::paired
                                       : GiForm::filled_up;
  const bool filled = gi == GiForm::filled_up || gi == GiForm::paired;
  return cuda_kernel_source(
      spec,
      {.template_file = "wgmma.cuh",
       .kernel = "Wgmma",
       .launch_bounds = "Config::kThreads, Config::kResidentBlocks",
       .cluster =
           spec.kernel.at("cluster_m") * spec.kernel.at("cluster_n") * spec.kernel.at("split_k"),
       .config = {{"kBlockN", spec.kernel.at("block_n")},
                  {"kBlockGroups", layout.groups},
                  {"kConsumers", spec.kernel.at("consumers")},
                  {"kStepCols", layout.step_cols},
                  {"kPartSlabs", layout.part_slabs},
                  {"kClones", layout.clones},
                  {"kPaired", paired ? 1 : 0},
                  {"kTerms", layout.terms},
                  {"kValueBoxRows", layout.value_box.rows},
                  {"kValueBoxCols", layout.value_box.cols},
                  {"kClusterM", spec.kernel.at("cluster_m")},
                  {"kClusterN", spec.kernel.at("cluster_n")},
                  {"kSplitK", spec.kernel.at("split_k")},
                  {"kStages", layout.stages},
                  {"kStoreRows", layout.store_rows},
                  {"kStoreBoxes", layout.store_boxes},
                  {"kStoreBytes", layout.store_bytes},
                  {"kLateStores", layout.late_stores},
                  {"kBlocks", layout.blocks},
                  {"kThreads", layout.threads},
                  {"kResidentBlocks", spec.kernel.at("resident_blocks")},
                  {"kProducerRegisters", kProducerRegisters},
                  {"kConsumerRegisters", layout.consumer_registers},
                  {"kSharedBytes", layout.shared_bytes}},
       .config_members =
           wgmma_multiply(spec.problem.dtype, spec.kernel.at("block_n"), is_by_rows(shape), paired),
       .pattern_config = layout.config,
       .split = layout.split,
       .pattern = {{"kTileNnz", spec.pattern.config().tile_row_nnz()}, {"kFilled", filled ? 1 : 0}},
       .go = adjacency_source(spec.pattern.go(), "kGoAdjacency", "go_neighbour",
                              layout.split.go_copies),
       .gi = gi_source(spec, {.gi = gi,
                              .slab = layout.slab,
                              .part_cols = layout.part_cols,
                              .clones = layout.clones,
                              .gi_copies = layout.split.gi_copies}),
       .takes_maps = true,
       .takes_output_map = true});
}

}  // namespace rbgp::wgmma
