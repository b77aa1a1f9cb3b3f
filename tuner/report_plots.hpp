// The plots of a report: a table, one row each, and what they share. The same drawing serves the page,
// wide and narrow, and files of its own.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pipe/picture_axis.hpp>
#include <pipe/picture_svg.hpp>
#include <rbgp/report.hpp>

namespace rbgp::report {

// Colours: of a page they are names that its style sheet gives their values, light or dark.
struct Palette {
  std::string_view ink, muted, grid, surface, marked;
  std::array<std::string_view, 6> families;
};

struct PlotStyle {
  double width = 0;
  const Palette& palette;
};

// The candidates that plots show: right and timed, by family, families in alphabetical order.
struct Family {
  std::string name;
  std::vector<std::size_t> candidates;
};
std::vector<Family> families_of(const Report& report);

std::vector<std::size_t> ranking_of(const Report& report);  // the same, as ranks_before has them

struct FailureCount {
  std::string name;
  std::size_t count = 0;
  std::string first;  // the first one's text
};
std::vector<FailureCount> failures_of(const Report& report);  // most frequent first

struct Plot {
  std::string_view name;  // of a file, and of the page's section
  std::string_view title;
  std::string_view explanation;  // how to read it
  std::string (*missing)(const Report&);  // what there is no plot for the lack of; empty: nothing
  // Draws below `top` and returns where it ends.
  double (*draw)(picture::SvgWriter&, const Report&, const PlotStyle&, double top);
  std::optional<Tradeoff> front = {};  // whose members are listed below it
};
std::span<const Plot> plots();

// An element of the page, `width` pixels wide.
std::string plot_element(const Plot& plot, const Report& report, double width);

std::string no_times(const Report& report);
double draw_time_gap(picture::SvgWriter&, const Report&, const PlotStyle&, double top);
double draw_time_repetition(picture::SvgWriter&, const Report&, const PlotStyle&, double top);
double draw_convergence(picture::SvgWriter&, const Report&, const PlotStyle&, double top);
std::string no_roofline(const Report& report);
double draw_roofline(picture::SvgWriter&, const Report&, const PlotStyle&, double top);
double draw_families(picture::SvgWriter&, const Report&, const PlotStyle&, double top);
std::string no_failures(const Report& report);
double draw_failures(picture::SvgWriter&, const Report&, const PlotStyle&, double top);

// Two axes with their marks and names, and dots between them.
class Chart {
 public:
  // Lays the axes out below `top`, and draws them.
  Chart(picture::SvgWriter& svg, const PlotStyle& style, picture::Axis x, picture::Axis y,
        std::string_view x_name, std::string_view y_name, double top);

  const picture::Box& area() const { return area_; }
  const picture::Axis& x() const { return x_; }
  const picture::Axis& y() const { return y_; }
  double bottom() const { return area_.bottom() + kBelow; }

  struct Point {
    double x, y;
  };
  void dots(std::span<const Point> points, std::string_view colour);
  // A line through points, or in steps: along x first, then along y.
  void line(std::span<const Point> points, const picture::LineStyle& style, bool steps = false);
  void ring(Point point, std::string_view colour);
  void diamond(Point point);
  // Beside a point: to its right, or to its left where `right` is false.
  void label(Point point, std::string_view text, bool right = true);

 private:
  static constexpr double kBelow = 46;

  picture::SvgWriter& svg_;
  const PlotStyle& style_;
  picture::Axis x_, y_;
  picture::Box area_;
};

// At least what a browser needs for it, whichever of the page's fonts it has.
double text_width(std::string_view text, double size);

// A row of colours and names; returns where it ends. Names flow into as many lines as they need.
enum class LegendKey { dot, line, diamond };
struct LegendEntry {
  std::string_view colour;
  std::string name;
  LegendKey key = LegendKey::dot;
};
double draw_legend(picture::SvgWriter& svg, const PlotStyle& style,
                   std::span<const LegendEntry> entries, double top);

}  // namespace rbgp::report
