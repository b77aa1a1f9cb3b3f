#include <generator/row_split.hpp>

#include <numeric>

namespace rbgp {

std::optional<RowSplit> split_row_groups(const Rbgp4Config& config, std::int64_t tile_rows) {
  if (tile_rows == 0) tile_rows = config.row_repetition();
  RowSplit split;
  split.gb_left = std::gcd(tile_rows, config.gb.left);
  split.gr_left = tile_rows / split.gb_left;
  if (config.gr.left % split.gr_left != 0) return std::nullopt;
  split.go_copies = config.gr.left / split.gr_left;
  split.gi_copies = config.gb.left / split.gb_left;
  split.go_left = config.go.left * split.go_copies;
  split.gi_left = config.gi.left * split.gi_copies;
  return split;
}

Rbgp4Config with_whole_tiles(const Rbgp4Config& config) {
  Rbgp4Config whole = config;
  whole.gb = BaseGraphConfig::complete(config.tile_rows(), config.tile_cols());
  whole.gr = whole.gi = BaseGraphConfig::complete(1, 1);
  return whole;
}

}  // namespace rbgp
