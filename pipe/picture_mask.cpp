#include <algorithm>
#include <string>

#include <pipe/picture_mask.hpp>

namespace rbgp::picture {
namespace {

constexpr double kMaskWidth = 580;
constexpr double kMaskHeight = 560;
constexpr double kRightX = 690;  // of the enlargements and the legend
constexpr double kRightWidth = kWidth - kMargin - kRightX;
constexpr double kCopyGap = 40;
constexpr double kHalfWidth = (kRightWidth - kCopyGap) / 2;
constexpr double kCaptionHeight = 44;
constexpr double kEnlargedHeight = 340;
constexpr double kLegendGap = 24;
constexpr double kLegendPitch = 23;
constexpr double kMaxAspect = 3;  // a longer matrix is drawn compressed
constexpr const char* kAllDrawn = "every non-zero is drawn";
constexpr const char* kInnerShares = "too many non-zeros to draw: shares of them";

// As large as fits, in proportion unless it is longer than kMaxAspect.
Panel fitted(const Level& level, const Box& room) {
  const auto rows = static_cast<double>(level.rows);
  const auto cols = static_cast<double>(level.cols);
  const double aspect = std::clamp(cols / rows, 1 / kMaxAspect, kMaxAspect);
  const double width = std::min(room.width, room.height * aspect);
  return {.box = {room.x, room.y, width, width / aspect}, .rows = rows, .cols = cols};
}

bool compressed(const Level& level) {
  const double aspect = static_cast<double>(level.cols) / static_cast<double>(level.rows);
  return aspect > kMaxAspect || aspect < 1 / kMaxAspect;
}

}  // namespace

void MaskDrawing::draw_caption(const Box& room, const std::string& title, const Level& level,
                               const std::string& what) {
  svg_.text(room.x, room.y + 14, fmt::format("{}: {} × {}", title, level.rows, level.cols),
            {.size = 14, .bold = true});
  svg_.text(room.x, room.y + 32, what + (compressed(level) ? " (not to scale)" : ""),
            {.size = 12, .colour = colour::kMuted});
}

// Frames a part and its enlargement, and joins them.
void MaskDrawing::draw_zoom(const Box& part, const Panel& enlarged) {
  zoomed_ = true;
  const Box& to = enlarged.box;
  const LineStyle leader{.colour = colour::kMarked, .width = 0.8, .dashes = "3 3"};
  svg_.line(part.right(), part.y, to.x, to.y, leader);
  svg_.line(part.right(), part.bottom(), to.x, to.bottom(), leader);
  // A part of a pixel would not be seen.
  const double width = std::max(part.width, 4.0);
  const double height = std::max(part.height, 4.0);
  svg_.frame({part.right() - width, part.y, width, height},
             {.colour = colour::kMarked, .width = 2});
  svg_.frame(to, {.colour = colour::kMarked, .width = 2});
}

double MaskDrawing::draw_legend(double top) {
  double y = top;
  const auto entry = [&](const auto& swatch, const std::string& text) {
    swatch(Box{kRightX, y, 26, 13});
    svg_.text(kRightX + 36, y + 11, text, {.size = 12.5});
    y += kLegendPitch;
  };
  const auto filled = [&](std::string_view fill) {
    return [&, fill](const Box& box) { svg_.fill(box, fill); };
  };
  const auto lined = [&](const LineStyle& style) {
    return
        [&, style](const Box& box) { svg_.line(box.x, box.y + 7, box.right(), box.y + 7, style); };
  };
  const auto framed = [&](const Box& box) {
    svg_.frame(box, {.colour = colour::kMarked, .width = 2});
  };
  const Level& tile = levels_.tile;
  if (mask_depth_ != Depth::shares)
    entry(filled(colour::kTile), fmt::format("tile with non-zeros: an edge of Go; {} × {} elements",
                                             tile.rows, tile.cols));
  if (highest_share_ > 0)
    entry([&](const Box& box) { draw_density_scale(svg_, box); },
          fmt::format("share of edges in an area: up to {} (darkest)", percent(highest_share_)));
  if (copies_)
    entry(lined({.colour = colour::kRepetition, .width = 2}),
          fmt::format("repetitions (Gr): {} × {} in a tile, each {} × {}", config_.gr.left,
                      config_.gr.right, levels_.copy.rows, levels_.copy.cols));
  if (nonzeros_)
    entry(filled(colour::kNonzero),
          config_.gb.edges() == 1
              ? std::string("non-zero: an edge of Gi")
              : fmt::format("non-zero block: an edge of Gi; {} × {} elements (Gb)", config_.gb.left,
                            config_.gb.right));
  if (config_.row_repetition() > 1)
    entry([&](const Box& box) { svg_.fill({box.x + 10, box.y, 6, 13}, colour::kRowGroup); },
          fmt::format("one row group: {} rows with the same columns", config_.row_repetition()));
  if (zoomed_) entry(framed, "enlarged");
  if (subject_.rows < config_.rows() || subject_.cols < config_.cols())
    entry(lined({.colour = colour::kMarked, .width = 2, .dashes = "7 4"}),
          fmt::format("end of the matrix, {} × {}; beyond it is padding", subject_.rows,
                      subject_.cols));
  return y;
}

// The whole mask; returns its panel. A mask of one tile is drawn as that tile.
Panel MaskDrawing::draw_mask_at(const Box& room) {
  const Panel mask = fitted(levels_.mask, room);
  const Box caption{room.x, room.y - kCaptionHeight, 0, 0};
  if (one_tile_) {
    draw_tile_at(mask, caption, "W");
    draw_padding(mask);
    return mask;
  }
  mask_depth_ = mask_depth(mask);
  nonzeros_ = mask_depth_ == Depth::blocks;
  draw_caption(caption, "W", levels_.mask,
               mask_depth_ == Depth::blocks  ? kAllDrawn
               : mask_depth_ == Depth::cells ? "drawn by tiles"
                                             : "too many tiles to draw: shares of them in areas");
  draw_mask_panel(mask);
  return mask;
}

// A tile by its non-zeros, else by its repetitions where it has several, else by shares.
void MaskDrawing::draw_tile_at(const Panel& tile, const Box& caption, const std::string& title) {
  const bool blocks = tile_shows_blocks(tile);
  draw_caption(caption, title, levels_.tile,
               blocks    ? kAllDrawn
               : copies_ ? "its repetitions are alike"
                         : kInnerShares);
  nonzeros_ = nonzeros_ || blocks;
  if (blocks || copies_)
    draw_tile_panel(tile, blocks);
  else
    draw_copy_panel(tile);
  svg_.frame(tile.box, {.width = 1.3});
}

// One repetition beside the tile that does not show its non-zeros; returns where it ends.
double MaskDrawing::draw_copy_at(const Panel& tile, const Box& room) {
  const Panel copy = fitted(levels_.copy, room);
  const bool blocks = copy_shows_blocks(copy);
  draw_copy_panel(copy);
  draw_caption({room.x, room.y - kCaptionHeight, 0, 0}, "Repetition", levels_.copy,
               blocks ? kAllDrawn : kInnerShares);
  const double width = tile.pitch_x(levels_.copy.cols);
  draw_zoom({tile.box.right() - width, tile.box.y, width, tile.pitch_y(levels_.copy.rows)}, copy);
  return copy.box.bottom();
}

double MaskDrawing::draw(double top) {
  const double y = draw_headline(svg_, 'a', "Mask and its blocking levels (rows × columns)", top) +
                   kCaptionHeight;
  define_cells();
  const Panel mask = draw_mask_at({kMargin, y, kMaskWidth, kMaskHeight});
  const Box half{kRightX, y, kHalfWidth, kEnlargedHeight};
  const Box other_half{kRightX + kHalfWidth + kCopyGap, y, kHalfWidth, kEnlargedHeight};
  double bottom = y - kLegendGap;
  if (one_tile_) {
    if (copies_ && !tile_shows_blocks(mask)) bottom = draw_copy_at(mask, half);
  } else {
    Panel tile = fitted(levels_.tile, {kRightX, y, kRightWidth, kEnlargedHeight});
    const bool beside = copies_ && !tile_shows_blocks(tile);
    if (beside) tile = fitted(levels_.tile, half);
    // The tile at the top right: short leaders to its enlargement.
    const std::int64_t column = subject_.pattern.go().neighbours(0).back();
    draw_tile_at(tile, {kRightX, y - kCaptionHeight, 0, 0}, fmt::format("Tile (0, {})", column));
    bottom = tile.box.bottom();
    if (beside) bottom = std::max(bottom, draw_copy_at(tile, other_half));
    const double width = mask.pitch_x(levels_.tile.cols);
    draw_zoom({mask.box.x + static_cast<double>(column) * width, mask.box.y, width,
               mask.pitch_y(levels_.tile.rows)},
              tile);
  }
  return std::max(mask.box.bottom(), draw_legend(bottom + kLegendGap)) + 32;
}

double draw_mask(SvgWriter& svg, const Subject& subject, double top) {
  return MaskDrawing(svg, subject).draw(top);
}

}  // namespace rbgp::picture
