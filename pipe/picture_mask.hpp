// The panels of a mask's drawing: the mask, a tile, a repetition of Gi.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include <pipe/picture_cells.hpp>
#include <pipe/picture_panels.hpp>

namespace rbgp::picture {

// Pixels, on the shorter side and of the area: a smaller cell is not seen. The area also keeps a
// panel's number of cells, and with it the file, in bounds.
inline constexpr double kMinCellSide = 1;
inline constexpr double kMinCellArea = 4;
inline constexpr std::size_t kMaxPathBytes = 200'000;  // of each base graph's cells

// The finest level that a panel shows.
enum class Depth { blocks, cells, shares };

// A panel's matrix: the whole mask, one tile, or one repetition of Gi.
struct Panel {
  Box box;
  double rows = 1;
  double cols = 1;
  double pitch_x(std::int64_t elements) const {
    return static_cast<double>(elements) * box.width / cols;
  }
  double pitch_y(std::int64_t elements) const {
    return static_cast<double>(elements) * box.height / rows;
  }
  bool shows(std::int64_t cell_rows, std::int64_t cell_cols) const {
    const double x = pitch_x(cell_cols);
    const double y = pitch_y(cell_rows);
    return std::min(x, y) >= kMinCellSide && x * y >= kMinCellArea;
  }
};

// Sizes of the levels, in elements of W.
struct Level {
  std::int64_t rows = 1;
  std::int64_t cols = 1;
  bool operator==(const Level&) const = default;
};

struct Levels {
  explicit Levels(const Rbgp4Config& config)
      : mask{config.rows(), config.cols()},
        tile{config.tile_rows(), config.tile_cols()},
        copy{config.gi.left * config.gb.left, config.gi.right * config.gb.right},
        block{config.gb.left, config.gb.right} {}
  Level mask, tile, copy, block;
};

// Draws the mask and its enlargements, remembering what the legend has to explain.
class MaskDrawing {
 public:
  MaskDrawing(SvgWriter& svg, const Subject& subject)
      : svg_(svg),
        subject_(subject),
        config_(subject.pattern.config()),
        levels_(config_),
        go_path_(cells_path(subject.pattern.go(), kMaxPathBytes)),
        gi_path_(cells_path(subject.pattern.gi(), kMaxPathBytes)),
        one_tile_(config_.go.left * config_.go.right == 1),
        copies_(config_.gr.edges() > 1) {}

  double draw(double top);

 private:
  void define_cells();
  Depth mask_depth(const Panel& panel) const;
  bool tile_shows_blocks(const Panel& panel) const;
  bool copy_shows_blocks(const Panel& panel) const;
  void draw_mask_panel(const Panel& panel);
  void draw_tile_panel(const Panel& panel, bool blocks);
  void draw_copy_panel(const Panel& panel);
  void draw_element_lines(const Panel& panel);
  void draw_row_group(const Panel& panel);
  void draw_padding(const Panel& panel);
  void draw_caption(const Box& room, const std::string& title, const Level& level,
                    const std::string& what);
  void draw_zoom(const Box& part, const Panel& enlarged);
  double draw_legend(double top);
  Panel draw_mask_at(const Box& room);
  void draw_tile_at(const Panel& tile, const Box& caption, const std::string& title);
  double draw_copy_at(const Panel& tile, const Box& room);

  SvgWriter& svg_;
  const Subject& subject_;
  const Rbgp4Config& config_;
  Levels levels_;
  std::string go_path_, gi_path_;  // empty: too large, drawn as shares
  bool one_tile_, copies_;
  // What was drawn and the legend explains.
  Depth mask_depth_ = Depth::blocks;
  bool nonzeros_ = false;
  bool zoomed_ = false;
  double highest_share_ = 0;
};

}  // namespace rbgp::picture
