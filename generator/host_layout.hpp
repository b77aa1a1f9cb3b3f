// What follows from a shape for the family host_rbgp4mm: shared by its row of the family table and
// its emitter.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <generator/kernel_family.hpp>
#include <generator/row_split.hpp>

namespace rbgp::host_rbgp4mm {

struct Layout {
  RowSplit split;
  std::int64_t tile_rows = 0;      // R: rows of a register tile
  std::int64_t tile_vectors = 0;   // V: vectors of columns of a register tile
  std::int64_t vector_floats = 0;  // floats of a vector
  std::int64_t row_tiles = 0;      // register tiles in a panel of O
  std::int64_t row_parts = 0;      // tasks that share a panel
  std::int64_t unroll = 0;         // neighbours of Gi in one turn of the inner loop
  bool immediate = false;          // adjacency of Gi in the instructions, not in a table
  bool pack_input = false;

  std::int64_t panel_cols() const { return tile_vectors * vector_floats; }
  std::int64_t panels(std::int64_t n) const { return (n + panel_cols() - 1) / panel_cols(); }
};

// Fills the layout, or says in one line why the family does not support the shape.
std::optional<std::string> plan_layout(const KernelShape& shape, Layout& layout);

}  // namespace rbgp::host_rbgp4mm
