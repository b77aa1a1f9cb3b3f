#include <algorithm>
#include <iterator>

#include <pipe/picture_mask.hpp>

namespace rbgp::picture {
namespace {

constexpr double kMinLinePitch = 4;  // pixels between lines that are drawn
constexpr std::int64_t kMaxTileUses = 3000;
constexpr std::int64_t kMaxCopyUses = 3000;

// Lines between the parts of a panel, those of each direction where they are far enough apart.
void draw_lines(SvgWriter& svg, const Panel& panel, const Level& part, const LineStyle& style) {
  std::string data;
  const double dx = panel.pitch_x(part.cols);
  const double dy = panel.pitch_y(part.rows);
  const Box& box = panel.box;
  for (double x = box.x + dx; dx >= kMinLinePitch && x < box.right() - 0.5; x += dx)
    fmt::format_to(std::back_inserter(data), "M{} {}V{}", number(x), number(box.y),
                   number(box.bottom()));
  for (double y = box.y + dy; dy >= kMinLinePitch && y < box.bottom() - 0.5; y += dy)
    fmt::format_to(std::back_inserter(data), "M{} {}H{}", number(box.x), number(y),
                   number(box.right()));
  svg.strokes(data, style);
}

}  // namespace

// Base graphs' cells and the tile, each written once however often it is drawn. One unit of "tile" is a
// tile, of "gi-cells" a block of Gb.
void MaskDrawing::define_cells() {
  svg_.add("<defs>\n");
  if (!go_path_.empty()) svg_.add("<path id=\"go-cells\" d=\"{}\"/>\n", go_path_);
  if (!gi_path_.empty()) svg_.add("<path id=\"gi-cells\" d=\"{}\"/>\n", gi_path_);
  const std::int64_t copies = config_.gr.edges();
  if (!gi_path_.empty() && copies <= kMaxCopyUses) {
    svg_.add(
        "<g id=\"tile\"><rect width=\"1\" height=\"1\" fill=\"{}\"/>"
        "<g fill=\"{}\" transform=\"scale({:.9g} {:.9g})\">\n",
        colour::kTile, colour::kNonzero,
        1 / static_cast<double>(config_.gr.right * config_.gi.right),
        1 / static_cast<double>(config_.gr.left * config_.gi.left));
    for (std::int64_t ur = 0; ur < config_.gr.left; ++ur)
      for (std::int64_t vr = 0; vr < config_.gr.right; ++vr)
        svg_.add("<use xlink:href=\"#gi-cells\" x=\"{}\" y=\"{}\"/>\n", vr * config_.gi.right,
                 ur * config_.gi.left);
    svg_.add("</g></g>\n");
  }
  svg_.add("</defs>\n");
}

Depth MaskDrawing::mask_depth(const Panel& panel) const {
  if (tile_shows_blocks(panel) && config_.go.edges() <= kMaxTileUses) return Depth::blocks;
  const bool cells = !go_path_.empty() && panel.shows(levels_.tile.rows, levels_.tile.cols);
  return cells ? Depth::cells : Depth::shares;
}

bool MaskDrawing::tile_shows_blocks(const Panel& panel) const {
  return copy_shows_blocks(panel) && config_.gr.edges() <= kMaxCopyUses;
}

bool MaskDrawing::copy_shows_blocks(const Panel& panel) const {
  return !gi_path_.empty() && panel.shows(levels_.block.rows, levels_.block.cols);
}

void MaskDrawing::draw_element_lines(const Panel& panel) {
  if (levels_.block != Level{1, 1})
    draw_lines(svg_, panel, {1, 1}, {.colour = "#fff", .width = 0.4});
  draw_lines(svg_, panel, levels_.block, {.colour = "#fff", .width = 0.9});
}

void MaskDrawing::draw_mask_panel(const Panel& panel) {
  const BaseGraph& go = subject_.pattern.go();
  const Box& box = panel.box;
  const double dx = panel.pitch_x(levels_.tile.cols);
  const double dy = panel.pitch_y(levels_.tile.rows);
  svg_.add("<g id=\"mask\">\n");
  if (mask_depth_ == Depth::shares) {
    highest_share_ = draw_density(svg_, go, box);
  } else {
    svg_.add("<g transform=\"translate({} {}) scale({:.9g} {:.9g})\" fill=\"{}\">\n", number(box.x),
             number(box.y), dx, dy, colour::kTile);
    if (mask_depth_ == Depth::cells) {
      svg_.add("<use xlink:href=\"#go-cells\"/>\n");
    } else {
      for (std::int64_t u = 0; u < config_.go.left; ++u)
        for (const std::int32_t v : go.neighbours(u))
          svg_.add("<use xlink:href=\"#tile\" x=\"{}\" y=\"{}\"/>\n", v, u);
    }
    svg_.add("</g>\n");
  }
  if (mask_depth_ == Depth::blocks) {
    draw_element_lines(panel);
    if (config_.gr.edges() > 1)
      draw_lines(svg_, panel, levels_.copy, {.colour = colour::kRepetition});
  }
  if (mask_depth_ != Depth::shares)
    draw_lines(svg_, panel, levels_.tile,
               {.colour = colour::kFrame, .width = std::clamp(std::min(dx, dy) / 12, 0.3, 1.3)});
  svg_.frame(box, {.width = 1.3});
  draw_padding(panel);
  svg_.add("</g>\n");
}

void MaskDrawing::draw_padding(const Panel& panel) {
  const LineStyle style{.colour = colour::kMarked, .width = 2, .dashes = "7 4"};
  const double x = panel.box.x + panel.pitch_x(subject_.cols);
  const double y = panel.box.y + panel.pitch_y(subject_.rows);
  if (subject_.cols < config_.cols()) svg_.line(x, panel.box.y, x, panel.box.bottom(), style);
  if (subject_.rows < config_.rows()) svg_.line(panel.box.x, y, panel.box.right(), y, style);
}

void MaskDrawing::draw_tile_panel(const Panel& panel, bool blocks) {
  const Box& box = panel.box;
  if (blocks) {
    svg_.add("<use xlink:href=\"#tile\" transform=\"translate({} {}) scale({:.9g} {:.9g})\"/>\n",
             number(box.x), number(box.y), box.width, box.height);
    draw_element_lines(panel);
  } else {
    svg_.fill(box, colour::kTile);
  }
  const double pitch = std::min(panel.pitch_x(levels_.copy.cols), panel.pitch_y(levels_.copy.rows));
  if (config_.gr.edges() > 1)
    draw_lines(svg_, panel, levels_.copy,
               {.colour = colour::kRepetition, .width = std::clamp(pitch / 8, 0.5, 1.6)});
  if (config_.row_repetition() > 1) draw_row_group(panel);
}

void MaskDrawing::draw_copy_panel(const Panel& panel) {
  const Box& box = panel.box;
  if (!copy_shows_blocks(panel)) {
    highest_share_ = std::max(highest_share_, draw_density(svg_, subject_.pattern.gi(), box));
    return;
  }
  nonzeros_ = true;
  svg_.fill(box, colour::kTile);
  svg_.add(
      "<use xlink:href=\"#gi-cells\" fill=\"{}\" transform=\"translate({} {}) scale({:.9g} "
      "{:.9g})\"/>\n",
      colour::kNonzero, number(box.x), number(box.y), panel.pitch_x(levels_.block.cols),
      panel.pitch_y(levels_.block.rows));
  draw_element_lines(panel);
}

// Bars beside the rows that share the first vertex of Gi.
void MaskDrawing::draw_row_group(const Panel& panel) {
  const double height = std::max(1.0, panel.pitch_y(config_.gb.left));
  if (panel.pitch_y(levels_.copy.rows) < kMinLinePitch) return;
  for (std::int64_t ur = 0; ur < config_.gr.left; ++ur)
    svg_.fill({panel.box.x - 9, panel.box.y + panel.pitch_y(ur * levels_.copy.rows), 6, height},
              colour::kRowGroup);
}

}  // namespace rbgp::picture
