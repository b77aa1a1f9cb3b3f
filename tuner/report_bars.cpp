#include <algorithm>
#include <cmath>

#include <runtime/timer.hpp>
#include <tuner/report_plots.hpp>

namespace rbgp::report {
namespace {

using picture::Axis;
using picture::Box;
using picture::SvgWriter;

constexpr double kTextSize = 12;
constexpr double kHalfMark = 22;  // of the width of an axis's mark
constexpr double kEdge = 8;  // dots at the ends of the axis are whole

// Dots of equal times would hide each other: each lies a little above or below, by its number.
double shift(std::size_t i) { return std::fmod(static_cast<double>(i) * 0.618034, 1) - 0.5; }

void draw_strip(SvgWriter& svg, const Report& report, const Family& family, const Axis& axis,
                const Box& box, const PlotStyle& style, std::string_view colour) {
  std::string data;
  runtime::Samples times;
  for (std::size_t i = 0; i < family.candidates.size(); ++i) {
    const double ms = report.candidates[family.candidates[i]].median_ms;
    times.ms.push_back(ms);
    SvgWriter::add_centre(data, axis.at(ms), box.y + box.height * (0.5 + 0.7 * shift(i)));
  }
  svg.fill(box, style.palette.grid);
  svg.dots(data, 5, {.colour = colour, .opacity = 0.7});
  const double middle = axis.at(times.median());
  svg.line(middle, box.y, middle, box.bottom(), {.colour = style.palette.ink, .width = 2});
}

}  // namespace

double draw_families(SvgWriter& svg, const Report& report, const PlotStyle& style, double top) {
  const std::vector<Family> families = families_of(report);
  const double strip = std::clamp(200.0 / static_cast<double>(families.size()), 30.0, 110.0);
  std::vector<double> times;
  for (const Family& family : families)
    for (const std::size_t i : family.candidates) times.push_back(report.candidates[i].median_ms);
  Axis axis = Axis::around(times, true);
  axis.begin = kEdge;
  axis.end = style.width - kEdge;
  double y = top;
  for (std::size_t f = 0; f < families.size(); ++f) {
    const Family& family = families[f];
    double fastest = report.candidates[family.candidates.front()].median_ms;
    for (const std::size_t i : family.candidates)
      fastest = std::min(fastest, report.candidates[i].median_ms);
    svg.text(0, y + 13, family.name,
             {.size = kTextSize, .colour = style.palette.ink, .bold = true});
    svg.text(style.width, y + 13,
             fmt::format("{} right, fastest {:.4g} ms", family.candidates.size(), fastest),
             {.size = kTextSize, .colour = style.palette.muted, .anchor = "end"});
    draw_strip(svg, report, family, axis, {0, y + 20, style.width, strip}, style,
               style.palette.families[f % style.palette.families.size()]);
    y += 20 + strip + 12;
  }
  const picture::TextStyle mark{
      .size = kTextSize, .colour = style.palette.muted, .anchor = "middle"};
  for (const double value : axis.ticks(style.width > 450 ? 7 : 4)) {
    svg.line(axis.at(value), y - 12, axis.at(value), y - 6, {.colour = style.palette.muted});
    svg.text(std::clamp(axis.at(value), kHalfMark, style.width - kHalfMark), y + 8,
             picture::tick_text(value), mark);
  }
  picture::TextStyle name = mark;
  name.anchor = "end";
  svg.text(style.width, y + 27, "ms a launch, logarithmic; the bar is the median", name);
  return y + 36;
}

std::string no_failures(const Report& report) {
  return failures_of(report).empty() ? "No candidate failed." : std::string();
}

double draw_failures(SvgWriter& svg, const Report& report, const PlotStyle& style, double top) {
  constexpr double kBar = 14;
  const std::vector<FailureCount> kinds = failures_of(report);
  double y = top;
  for (const FailureCount& kind : kinds) {
    const double share = static_cast<double>(kind.count) / static_cast<double>(kinds.front().count);
    svg.text(0, y + 13, kind.name, {.size = kTextSize, .colour = style.palette.ink});
    svg.text(style.width, y + 13, fmt::format("{}", kind.count),
             {.size = kTextSize, .colour = style.palette.ink, .bold = true, .anchor = "end"});
    svg.fill({0, y + 20, style.width, kBar}, style.palette.grid);
    svg.fill({0, y + 20, std::max(2.0, share * style.width), kBar}, style.palette.marked);
    y += 20 + kBar + 14;
  }
  return y;
}

}  // namespace rbgp::report
