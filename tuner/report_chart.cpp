#include <algorithm>
#include <utility>

#include <tuner/report_plots.hpp>

namespace rbgp::report {
namespace {

using picture::SvgWriter;

constexpr double kLeft = 54;      // room for the marks of the vertical axis
constexpr double kRight = 14;     // and for half of the last one of the horizontal axis
constexpr double kAbove = 26;     // the vertical axis's name
constexpr double kTextSize = 12;
constexpr double kManyDots = 400;

// Widths in DejaVu Sans, one of the widest of the page's fonts, and a little more.
double character_width(char c) {
  constexpr std::string_view kThin = "fijlrt ,.:;()'|";
  constexpr std::string_view kBroad = "mwMW@%";
  if ((static_cast<unsigned char>(c) & 0xc0U) == 0x80U) return 0;  // UTF-8's further bytes
  if (kThin.find(c) != kThin.npos) return 0.42;
  if (kBroad.find(c) != kBroad.npos) return 1;
  return c >= 'A' && c <= 'Z' ? 0.79 : 0.64;
}

void draw_diamond(SvgWriter& svg, double x, double y, const Palette& palette) {
  // On a rim of the background: it may lie on dots.
  for (const auto& [half, colour] : {std::pair(9.0, palette.surface), std::pair(6.5, palette.ink)})
    svg.areas(fmt::format("M{0} {1}l{2} {2}l-{2} {2}l-{2} -{2}z", picture::number(x),
                          picture::number(y - half), picture::number(half)),
              colour);
}

}  // namespace

double text_width(std::string_view text, double size) {
  double width = 0;
  for (const char c : text) width += character_width(c);
  return width * size;
}

Chart::Chart(SvgWriter& svg, const PlotStyle& style, picture::Axis x, picture::Axis y,
             std::string_view x_name, std::string_view y_name, double top)
    : svg_(svg), style_(style), x_(x), y_(y) {
  const double height = std::clamp(0.52 * style.width, 220.0, 320.0);
  area_ = {kLeft, top + kAbove, style.width - kLeft - kRight, height};
  x_.begin = area_.x;
  x_.end = area_.right();
  y_.begin = area_.bottom();
  y_.end = area_.y;
  const Palette& palette = style.palette;
  const picture::TextStyle name{.size = kTextSize, .colour = palette.muted};
  picture::TextStyle mark = name;
  mark.anchor = "end";
  for (const double value : y_.ticks(5)) {
    svg.line(area_.x, y_.at(value), area_.right(), y_.at(value), {.colour = palette.grid});
    svg.text(area_.x - 7, y_.at(value) + 4, picture::tick_text(value), mark);
  }
  mark.anchor = "middle";
  for (const double value : x_.ticks(style.width > 450 ? 7 : 4)) {
    svg.line(x_.at(value), area_.bottom(), x_.at(value), area_.bottom() + 5,
             {.colour = palette.muted});
    svg.text(x_.at(value), area_.bottom() + 19, picture::tick_text(value), mark);
  }
  svg.line(area_.x, area_.bottom(), area_.right(), area_.bottom(), {.colour = palette.muted});
  svg.text(0, top + 13, y_name, name);
  mark.anchor = "end";
  svg.text(area_.right(), area_.bottom() + 38, x_name, mark);
}

void Chart::dots(std::span<const Point> points, std::string_view colour) {
  std::string data;
  for (const Point& point : points) SvgWriter::add_centre(data, x_.at(point.x), y_.at(point.y));
  const bool many = static_cast<double>(points.size()) > kManyDots;
  svg_.dots(data, many ? 4 : 6, {.colour = colour, .opacity = many ? 0.5 : 0.75});
}

void Chart::line(std::span<const Point> points, const picture::LineStyle& style, bool steps) {
  std::string data;
  for (const Point& point : points) {
    const std::string x = picture::number(x_.at(point.x));
    const std::string y = picture::number(y_.at(point.y));
    if (data.empty())
      data = fmt::format("M{} {}", x, y);
    else
      data += steps ? fmt::format("H{}V{}", x, y) : fmt::format("L{} {}", x, y);
  }
  svg_.strokes(data, style);
}

void Chart::ring(Point point, std::string_view colour) {
  svg_.ring(x_.at(point.x), y_.at(point.y), 6, {.colour = colour, .width = 2});
}

void Chart::diamond(Point point) {
  draw_diamond(svg_, x_.at(point.x), y_.at(point.y), style_.palette);
}

void Chart::label(Point point, std::string_view text, bool right) {
  svg_.text(x_.at(point.x) + (right ? 10 : -10), y_.at(point.y) + 4, text,
            {.size = kTextSize,
             .colour = style_.palette.ink,
             .anchor = right ? "start" : "end",
             .halo = style_.palette.surface});
}

double draw_legend(SvgWriter& svg, const PlotStyle& style, std::span<const LegendEntry> entries,
                   double top) {
  constexpr double kKey = 24;
  constexpr double kGap = 16;
  constexpr double kLine = 20;
  double x = 0;
  double y = top + 12;
  for (const LegendEntry& entry : entries) {
    const double width = kKey + text_width(entry.name, kTextSize);
    if (x > 0 && x + width > style.width) {
      x = 0;
      y += kLine;
    }
    if (entry.key == LegendKey::line)
      svg.line(x, y - 4, x + 18, y - 4, {.colour = entry.colour, .width = 2});
    else if (entry.key == LegendKey::diamond)
      draw_diamond(svg, x + 9, y - 4, style.palette);
    else
      svg.dot(x + 9, y - 4, 4.5, entry.colour);
    svg.text(x + kKey, y, entry.name, {.size = kTextSize, .colour = style.palette.ink});
    x += width + kGap;
  }
  return y + 12;
}

}  // namespace rbgp::report
