// Splitting row groups into register tiles.
//
// A row group has |Gr.U|*|Gb.U| rows; a register tile takes `tile_rows` of them. Because Gr and Gb are
// complete, splitting is only a matter of names: with |Gr.U| = a*r the digit (uo, ur) is the same
// as (uo*a + ur/r, ur%r), and with |Gb.U| = c*b the digit (ui, ub) is (ui*c + ub/b, ub%b). So a
// kernel written for whole row groups serves any register tile: it sees a configuration with `a`
// copies of each row of Go, `c` copies of each row of Gi, and row groups of exactly tile_rows rows.
#pragma once

#include <cstdint>
#include <optional>

#include <rbgp/pattern.hpp>

namespace rbgp {

struct RowSplit {
  std::int64_t go_copies = 1;  // a: rows of Go that share one adjacency row
  std::int64_t gi_copies = 1;  // c: rows of Gi that share one adjacency row
  std::int64_t go_left = 1;  // |Go.U| * a
  std::int64_t gr_left = 1;  // r
  std::int64_t gi_left = 1;  // |Gi.U| * c
  std::int64_t gb_left = 1;  // b

  std::int64_t tile_rows() const { return gr_left * gb_left; }
};

// Tiles of `tile_rows` rows; 0 means whole row groups. Nothing where they do not divide a group.
std::optional<RowSplit> split_row_groups(const Rbgp4Config& config, std::int64_t tile_rows);

// The same rows and columns where Gi is complete, too: those of a tile then count as one complete Gb, and a
// row tile may have any rows of it.
Rbgp4Config with_whole_tiles(const Rbgp4Config& config);

}  // namespace rbgp
