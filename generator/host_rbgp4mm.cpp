// The family host_rbgp4mm: its tunables, limits and geometry. The emitter is host_emitter.cpp.
#include <algorithm>

#include <fmt/format.h>

#include <generator/families.hpp>
#include <generator/host_layout.hpp>

namespace rbgp::host_rbgp4mm {
namespace {

// Straight-line code longer than this falls out of the instruction cache and of patience.
constexpr std::int64_t kMaxImmediateOperations = 16384;
constexpr std::int64_t kMaxUnrolledOperations = 4096;

std::int64_t largest_divisor_up_to(std::int64_t value, std::int64_t limit) {
  std::int64_t divisor = std::min(value, limit);
  while (value % divisor != 0) --divisor;
  return divisor;
}

}  // namespace

std::optional<std::string> plan_layout(const KernelShape& shape, Layout& layout) {
  const Rbgp4Config& config = shape.config;
  const auto split = split_row_groups(config, shape.kernel.at("tile_rows"));
  if (!split) return "tile_rows does not divide a row group";
  layout.split = *split;
  layout.tile_rows = split->tile_rows();
  layout.tile_vectors = shape.kernel.at("tile_vectors");
  layout.vector_floats = shape.device.vector_floats;
  layout.row_parts = shape.kernel.at("row_parts");
  layout.immediate = shape.kernel.at("immediate") != 0;
  layout.pack_input = shape.kernel.at("pack_input") != 0;
  layout.row_tiles = split->go_left * split->gi_left;
  if (layout.tile_vectors < 1) return "tile_vectors is at least 1";
  if (shape.kernel.at("unroll") < 1) return "unroll is at least 1";
  // Accumulators, a row of I, and a broadcast value have to fit the register file.
  const std::int64_t registers = layout.tile_rows * layout.tile_vectors + layout.tile_vectors + 1;
  if (registers > shape.device.vector_registers)
    return fmt::format("a register tile needs {} vector registers of {}", registers,
                       shape.device.vector_registers);
  if (layout.row_parts < 1 || layout.row_parts > layout.row_tiles)
    return fmt::format("row_parts is 1 to {} here", layout.row_tiles);
  if (!layout.pack_input && shape.problem.k != config.cols())
    return "a padded k needs pack_input=1";
  if (!layout.pack_input && shape.problem.layout == rbgp::Layout::nk)
    return "the layout nk needs pack_input=1";
  if (!layout.pack_input && shape.problem.epilogue.column_order)
    return "column_order needs pack_input=1";
  const std::int64_t operations =
      layout.tile_rows * layout.tile_vectors + layout.tile_rows + layout.tile_vectors;
  if (layout.immediate) {
    if (config.gi.is_complete()) return "a complete Gi has no adjacency to make immediate";
    if (config.gi.left * config.tile_row_nnz() * operations > kMaxImmediateOperations)
      return "immediate adjacency would not fit the instruction cache";
  }
  const std::int64_t limit =
      std::max<std::int64_t>(1, kMaxUnrolledOperations / (operations * config.gb.right));
  layout.unroll =
      largest_divisor_up_to(config.gi.left_degree, std::min(shape.kernel.at("unroll"), limit));
  if (config.gb.right * operations > kMaxUnrolledOperations)
    return "the columns of Gb would unroll too far";
  return std::nullopt;
}

std::vector<Tunable> tunables(const DeviceProperties&) {
  return {
      {"tile_rows", {4, 8, 2, 1, 16, 6, 3, 12, 5, 7}},
      {"tile_vectors", {2, 3, 4, 6, 1, 8, 12}},
      {"unroll", {4, 1, 2, 8}},
      {"immediate", {0, 1}},
      {"pack_input", {1, 0}},
      {"row_parts", {1, 2, 4, 8}},
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
  geometry.tasks = layout.panels(shape.problem.n) * layout.row_parts;
  geometry.packed_bytes =
      shape.config.rows() * shape.config.nnz_per_row() * dtype_bytes(shape.problem.dtype);
  if (layout.pack_input)
    geometry.workspace_bytes =
        shape.config.cols() * layout.panel_cols() * dtype_bytes(shape.problem.dtype);
  return geometry;
}

}  // namespace rbgp::host_rbgp4mm
