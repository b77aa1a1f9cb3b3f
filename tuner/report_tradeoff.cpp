#include <algorithm>

#include <tuner/report_plots.hpp>

namespace rbgp::report {
namespace {

using picture::Axis;
using picture::SvgWriter;
using Points = std::vector<Chart::Point>;

constexpr double kLabelPitch = 14;  // pixels between the lines of two labels
constexpr std::string_view kTimeName = "ms a launch, logarithmic";

std::vector<double> times_of(const Report& report) {
  std::vector<double> times;
  for (const Family& family : families_of(report))
    for (const std::size_t i : family.candidates) times.push_back(report.candidates[i].median_ms);
  return times;
}

// Time against what it is traded for: the front is the edge of what the candidates reach.
struct TradeoffPlot {
  Tradeoff tradeoff;
  bool logarithmic;
  bool larger_is_better;
  std::string_view name;
  double (*value)(const CandidateResult&);
};

std::vector<std::size_t> places_of(const Report& report) {
  std::vector<std::size_t> places(report.candidates.size());
  const std::vector<std::size_t> ranking = ranking_of(report);
  for (std::size_t place = 0; place < ranking.size(); ++place) places[ranking[place]] = place + 1;
  return places;
}

double draw_tradeoff(const TradeoffPlot& plot, SvgWriter& svg, const Report& report,
                     const PlotStyle& style, double top) {
  const std::vector<Family> families = families_of(report);
  const auto point_of = [&](std::size_t i) {
    return Chart::Point{plot.value(report.candidates[i]), report.candidates[i].median_ms};
  };
  std::vector<double> values;
  std::vector<LegendEntry> legend;
  for (std::size_t f = 0; f < families.size(); ++f) {
    for (const std::size_t i : families[f].candidates) values.push_back(point_of(i).x);
    legend.push_back({style.palette.families[f % style.palette.families.size()], families[f].name});
  }
  legend.push_back({style.palette.marked, "front, by place in the ranking", LegendKey::line});
  const std::vector<std::size_t> places = places_of(report);
  const bool has_plan = report.winner && places[*report.winner] > 0;
  if (has_plan) legend.push_back({style.palette.ink, "the plan", LegendKey::diamond});

  Chart chart(svg, style, Axis::around(values, plot.logarithmic, 0.08),
              Axis::around(times_of(report), true), plot.name, kTimeName,
              draw_legend(svg, style, legend, top));
  for (std::size_t f = 0; f < families.size(); ++f) {
    Points points;
    for (const std::size_t i : families[f].candidates) points.push_back(point_of(i));
    chart.dots(points, legend[f].colour);
  }
  // From the side where there is no gain to each member in turn: across at the time of the one before, up
  // at the gain of that one.
  const std::vector<std::size_t> front = pareto_front(report.candidates, plot.tradeoff);
  const Axis& x = chart.x();
  Points edge = {{plot.larger_is_better ? x.lowest : x.highest, point_of(front.front()).y}};
  for (const std::size_t i : front) {
    edge.push_back({edge.back().x, point_of(i).y});
    edge.push_back(point_of(i));
  }
  edge.push_back({edge.back().x, chart.y().highest});
  chart.line(edge, {.colour = style.palette.marked, .width = 2});
  for (const std::size_t i : front) chart.ring(point_of(i), style.palette.marked);
  if (has_plan) chart.diamond(point_of(*report.winner));
  double last_y = chart.area().bottom() + kLabelPitch;
  for (const std::size_t i : front) {
    // Members lie close together where they differ little; a table below has all.
    if (last_y - chart.y().at(point_of(i).y) < kLabelPitch) continue;
    last_y = chart.y().at(point_of(i).y);
    chart.label(point_of(i), fmt::format("{}", places[i]), plot.larger_is_better);
  }
  return chart.bottom();
}

}  // namespace

double draw_time_gap(SvgWriter& svg, const Report& report, const PlotStyle& style, double top) {
  return draw_tradeoff({.tradeoff = Tradeoff::gap,
                        .logarithmic = false,
                        .larger_is_better = true,
                        .name = "normalised spectral gap, 1 - σ2/σ1",
                        .value = [](const CandidateResult& each) { return each.spectral_gap; }},
                       svg, report, style, top);
}

double draw_time_repetition(SvgWriter& svg, const Report& report, const PlotStyle& style,
                            double top) {
  return draw_tradeoff({.tradeoff = Tradeoff::repetition,
                        .logarithmic = true,
                        .larger_is_better = false,
                        .name = "rows that share their columns, logarithmic",
                        .value =
                            [](const CandidateResult& each) {
                              return static_cast<double>(each.config.row_repetition());
                            }},
                       svg, report, style, top);
}

double draw_convergence(SvgWriter& svg, const Report& report, const PlotStyle& style, double top) {
  Points tried;
  Points best;
  std::vector<double> times = times_of(report);
  for (const Family& family : families_of(report))
    for (const std::size_t i : family.candidates)
      tried.push_back({static_cast<double>(i + 1), report.candidates[i].median_ms});
  std::sort(tried.begin(), tried.end(), [](auto& a, auto& b) { return a.x < b.x; });
  for (const Chart::Point& point : tried)
    if (best.empty() || point.y < best.back().y) best.push_back(point);
  const auto count = static_cast<double>(report.candidates.size());
  best.push_back({count, best.back().y});

  std::vector<LegendEntry> legend = {{style.palette.families[0], "a candidate"},
                                     {style.palette.marked, "the best so far", LegendKey::line}};
  if (report.dense_ms > 0) {
    times.push_back(report.dense_ms);
    legend.push_back({style.palette.muted, "dense product", LegendKey::line});
  }
  Chart chart(svg, style, {.lowest = 0, .highest = std::max(count, 2.0)}, Axis::around(times, true),
              "candidates tried", kTimeName, draw_legend(svg, style, legend, top));
  chart.dots(tried, style.palette.families[0]);
  if (report.dense_ms > 0)
    chart.line(Points{{0, report.dense_ms}, {chart.x().highest, report.dense_ms}},
               {.colour = style.palette.muted, .width = 2, .dashes = "6 4"});
  chart.line(best, {.colour = style.palette.marked, .width = 2}, true);
  return chart.bottom();
}

}  // namespace rbgp::report
