#include <algorithm>

#include <tuner/report_plots.hpp>

namespace rbgp::report {
namespace {

using picture::Axis;
using picture::SvgWriter;
using Points = std::vector<Chart::Point>;

// Both of a whole product.
struct Work {
  double operations = 0;  // a multiply-add is two
  double bytes = 0;       // values of W, I, O and R once each
};

// Of W with so many values in a row.
Work work_of(const Problem& problem, double row_values) {
  const auto m = static_cast<double>(problem.m);
  const auto k = static_cast<double>(problem.k);
  const auto n = static_cast<double>(problem.n);
  const double outputs = problem.epilogue.residual ? 2 * m * n : m * n;
  return {.operations = 2 * m * row_values * n,
          .bytes =
              static_cast<double>(dtype_bytes(problem.dtype)) * (m * row_values + k * n + outputs)};
}

// Of speeds, so that an axis's marks are short.
struct Unit {
  double operations_per_ms;
  std::string_view axis_name;
};

Unit unit_of(double peak_operations_per_ms) {
  if (peak_operations_per_ms >= 1e9) return {1e9, "TFLOP/s, logarithmic"};
  return {1e6, "GFLOP/s, logarithmic"};
}

// FLOP a byte and speed.
Chart::Point position(const Work& work, double ms, const Unit& unit) {
  return {work.operations / work.bytes, work.operations / ms / unit.operations_per_ms};
}

}  // namespace

std::string no_roofline(const Report& report) {
  const std::string without_times = no_times(report);
  if (!without_times.empty()) return without_times;
  return report.ceilings && report.ceilings->multiply_adds_per_ms > 0
             ? std::string()
             : "The journal has no ceilings of the device, neither its arithmetic nor "
               "the bandwidth of its memory: there is no roof to draw.";
}

double draw_roofline(SvgWriter& svg, const Report& report, const PlotStyle& style, double top) {
  const Unit unit = unit_of(2 * report.ceilings->multiply_adds_per_ms);
  const double peak = 2 * report.ceilings->multiply_adds_per_ms / unit.operations_per_ms;
  const double bandwidth = report.ceilings->bytes_per_ms / unit.operations_per_ms;
  const std::vector<Family> families = families_of(report);
  std::vector<LegendEntry> legend;
  std::vector<Points> series;
  std::vector<double> intensities = {peak / bandwidth};
  std::vector<double> speeds = {peak};
  const auto add = [&](const Chart::Point& point) {
    intensities.push_back(point.x);
    speeds.push_back(point.y);
    series.back().push_back(point);
  };
  for (std::size_t f = 0; f < families.size(); ++f) {
    legend.push_back({style.palette.families[f % style.palette.families.size()], families[f].name});
    series.emplace_back();
    for (const std::size_t i : families[f].candidates) {
      const CandidateResult& each = report.candidates[i];
      const auto row_values = static_cast<double>(each.config.nnz_per_row());
      add(position(work_of(report.problem, row_values), each.median_ms, unit));
    }
  }
  if (report.dense_ms > 0) {
    legend.push_back({style.palette.ink, "dense product"});
    series.emplace_back();
    add(position(work_of(report.problem, static_cast<double>(report.problem.k)), report.dense_ms,
                 unit));
  }
  legend.push_back({style.palette.marked, "the device at best", LegendKey::line});

  Chart chart(svg, style, Axis::around(intensities, true, 0.3), Axis::around(speeds, true, 0.1),
              "FLOP a byte, logarithmic", unit.axis_name, draw_legend(svg, style, legend, top));
  for (std::size_t s = 0; s < series.size(); ++s) chart.dots(series[s], legend[s].colour);
  const double slope_from = std::max(chart.x().lowest, chart.y().lowest / bandwidth);
  chart.line(Points{{slope_from, slope_from * bandwidth},
                    {peak / bandwidth, peak},
                    {chart.x().highest, peak}},
             {.colour = style.palette.marked, .width = 2});
  return chart.bottom();
}

}  // namespace rbgp::report
