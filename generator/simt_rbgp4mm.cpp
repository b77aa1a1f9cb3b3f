// The family simt_rbgp4mm: specialises templates/simt_rbgp4mm.cuh.
#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include <generator/cuda_source.hpp>
#include <generator/families.hpp>
#include <generator/row_split.hpp>

namespace rbgp::simt_rbgp4mm {
namespace {

constexpr std::int64_t kMaxThreads = 1024;
constexpr std::int64_t kMaxBlocks = 2147483647;  // of a grid
constexpr std::int64_t kMaxAccumulators = 512;  // beyond any register file: compile time explodes

// What follows from a shape: the numbers of the template's Config.
struct Layout {
  RowSplit split;
  std::int64_t block_groups = 0;
  std::int64_t threads = 0;
  std::int64_t accumulators = 0;
  std::int64_t input_vector = 0;  // width of a thread's loads of I from global memory
  bool stage_input = false;  // rows of I go through shared memory; else straight to registers
  std::int64_t input_stride = 0;  // words of a row of I in shared memory
  std::int64_t slices = 0;  // of |Gr.V|, staged in one step
  std::int64_t shared_bytes = 0;
};

std::int64_t shared_bytes(const Rbgp4Config& config, const Layout& layout) {
  const std::int64_t step_rows = layout.slices * config.gi.right * config.gb.right;
  const std::int64_t input_words = layout.stage_input ? step_rows * layout.input_stride : 0;
  const std::int64_t value_stride = (layout.slices * config.gi.left_degree * config.gb.right) | 1;
  const std::int64_t value_words = layout.split.tile_rows() * layout.block_groups * value_stride;
  return 4 * (input_words + value_words + layout.block_groups * config.gi.left_degree);
}

// Stages as many slices of a tile as fit, and the rows of I with them where even one fits so.
void choose_staging(const KernelShape& shape, Layout& layout) {
  const Rbgp4Config& config = shape.config;
  layout.input_stride = input_stride(shape.problem, shape.kernel.at("block_n"));
  for (const bool stage_input : {true, false}) {
    layout.stage_input = stage_input;
    for (layout.slices = config.gr.right; layout.slices >= 1; --layout.slices) {
      if (config.gr.right % layout.slices != 0) continue;
      layout.shared_bytes = shared_bytes(config, layout);
      if (layout.shared_bytes <= shape.device.shared_bytes) return;
    }
  }
  layout.slices = 0;
}

std::optional<std::string> plan_layout(const KernelShape& shape, Layout& layout) {
  const Rbgp4Config& config = shape.config;
  const std::int64_t block_n = shape.kernel.at("block_n");
  const std::int64_t vector_n = shape.kernel.at("vector_n");
  const std::int64_t repeat_n = shape.kernel.at("repeat_n");
  const std::int64_t block_groups = shape.kernel.at("block_groups");
  if (vector_n != 1 && vector_n != 2 && vector_n != 4) return "vector_n is 1, 2 or 4";
  if (block_n < 1 || repeat_n < 1 || block_n % (repeat_n * vector_n) != 0)
    return "block_n is not a multiple of repeat_n * vector_n";
  if (shape.problem.layout == rbgp::Layout::kn && shape.problem.n % vector_n != 0)
    return "n is not a multiple of vector_n";
  if (shape.kernel.at("unroll") < 1) return "unroll is at least 1";
  const auto split = split_row_groups(config, shape.kernel.at("tile_rows"));
  if (!split) return "tile_rows does not divide a row group";
  layout.split = *split;
  layout.block_groups = block_groups == 0 ? split->gi_left : block_groups;
  if (split->gi_left % layout.block_groups != 0)
    return "block_groups does not divide the row groups of a tile";
  layout.threads = layout.block_groups * (block_n / (repeat_n * vector_n));
  if (layout.threads > kMaxThreads)
    return fmt::format("{} threads a block, at most {}", layout.threads, kMaxThreads);
  layout.accumulators = split->tile_rows() * repeat_n * vector_n;
  if (layout.accumulators > kMaxAccumulators)
    return fmt::format("{} accumulators a thread, at most {}", layout.accumulators,
                       kMaxAccumulators);
  layout.input_vector = std::gcd(std::gcd(shape.problem.n, block_n), std::int64_t{4});
  const std::int64_t blocks_m = split->go_left * (split->gi_left / layout.block_groups);
  if (blocks_m * ((shape.problem.n + block_n - 1) / block_n) > kMaxBlocks) return "too many blocks";
  choose_staging(shape, layout);
  if (layout.slices == 0)
    return fmt::format("a step's values of W do not fit {} bytes of shared memory",
                       shape.device.shared_bytes);
  return std::nullopt;
}

}  // namespace

std::vector<Tunable> tunables(const DeviceProperties&) {
  return {
      {"block_n", {64, 128, 32, 16, 8, 256}},  // TN: columns of O a thread block
      {"vector_n", {4, 2, 1}},  // BN: neighbouring columns of a thread
      {"repeat_n", {1, 2, 4, 8}},  // RN: such runs of a thread
      {"tile_rows", {0, 1, 2, 4, 8, 16, 32}},  // rows of a thread; 0: a whole row group
      {"block_groups", {0, 1, 2, 4, 8, 16, 32, 64}},  // row groups of a block; 0: a whole tile
      {"unroll", {4, 1, 2, 8, 16}},  // columns of W unrolled
  };
}

std::optional<std::string> unsupported(const KernelShape& shape) {
  Layout layout;
  return plan_layout(shape, layout);
}

KernelGeometry geometry(const KernelShape& shape) {
  Layout layout;
  plan_layout(shape, layout);
  const std::int64_t block_n = shape.kernel.at("block_n");
  const std::int64_t blocks_n = (shape.problem.n + block_n - 1) / block_n;
  KernelGeometry geometry;
  geometry.grid[0] = layout.split.go_left * (layout.split.gi_left / layout.block_groups) * blocks_n;
  geometry.block[0] = layout.threads;
  geometry.shared_bytes = layout.shared_bytes;
  geometry.packed_bytes =
      shape.problem.m * shape.config.nnz_per_row() * dtype_bytes(shape.problem.dtype);
  return geometry;
}

std::string emit(const KernelSpec& spec, const DeviceProperties& device) {
  const Rbgp4Config& config = spec.pattern.config();
  Layout layout;
  plan_layout({config, spec.problem, spec.kernel, device}, layout);
  return cuda_kernel_source(spec, {.template_file = "simt_rbgp4mm.cuh",
                                   .kernel = "Rbgp4mm",
                                   .config = {{"kBlockN", spec.kernel.at("block_n")},
                                              {"kVectorN", spec.kernel.at("vector_n")},
                                              {"kRepeatN", spec.kernel.at("repeat_n")},
                                              {"kBlockGroups", layout.block_groups},
                                              {"kUnroll", spec.kernel.at("unroll")},
                                              {"kInputVector", layout.input_vector},
                                              {"kStageInput", layout.stage_input ? 1 : 0},
                                              {"kSlices", layout.slices},
                                              {"kThreads", layout.threads},
                                              {"kSharedBytes", layout.shared_bytes}},
                                   .split = layout.split,
                                   .go = adjacency_source(spec.pattern.go(), "kGoAdjacency",
                                                          "go_neighbour", layout.split.go_copies),
                                   .gi = adjacency_source(spec.pattern.gi(), "kGiAdjacency",
                                                          "gi_neighbour", layout.split.gi_copies)});
}

}  // namespace rbgp::simt_rbgp4mm
