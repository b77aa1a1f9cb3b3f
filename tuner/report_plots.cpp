#include <tuner/report_plots.hpp>

#include <algorithm>
#include <cmath>
#include <map>

#include <tuner/ranking.hpp>

namespace rbgp {
namespace report {
namespace {

using picture::SvgWriter;
namespace colour = picture::colour;

constexpr Palette kPaper{
    .ink = colour::kText,
    .muted = colour::kMuted,
    .grid = "#e6e6e6",
    .surface = colour::kPaper,
    .marked = colour::kMarked,
    .families = {"#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a6ff0"}};
// Custom properties of page.css.
constexpr Palette kPage{.ink = "var(--ink)",
                        .muted = "var(--muted)",
                        .grid = "var(--grid)",
                        .surface = "var(--surface)",
                        .marked = "var(--marked)",
                        .families = {"var(--family-1)", "var(--family-2)", "var(--family-3)",
                                     "var(--family-4)", "var(--family-5)", "var(--family-6)"}};

constexpr std::array kPlots = {
    Plot{
        "time-gap", "Time against spectral gap",
        "Further right is better connected, further down faster. Nothing that was tried lies below "
        "and to the right of the line.",
        no_times, draw_time_gap, Tradeoff::gap},
    Plot{
        "time-repetition", "Time against row repetition",
        "Further left the pattern is finer, further down faster. Nothing that was tried lies below "
        "and to the left of the line.",
        no_times, draw_time_repetition, Tradeoff::repetition},
    Plot{"convergence", "Convergence",
         "How good the best was after so many candidates, in the order in which they were tried.",
         no_times, draw_convergence},
    Plot{"families", "Times by kernel family", "A dot is a right candidate of the family.",
         no_times, draw_families},
    Plot{"failures", "Failures by kind", "Candidates that were not right, and why.", no_failures,
         draw_failures},
    Plot{"roofline", "Roofline",
         "How much of what the device can do at best the candidates reach. Bytes are those of W's "
         "values, I and O, each moved once.",
         no_roofline, draw_roofline},
};

bool is_timed(const CandidateResult& candidate) {
  return candidate.ok && std::isfinite(candidate.median_ms) && candidate.median_ms > 0;
}

}  // namespace

std::span<const Plot> plots() { return kPlots; }

std::string no_times(const Report& report) {
  const bool any = std::any_of(report.candidates.begin(), report.candidates.end(), is_timed);
  return any ? std::string() : "No candidate was right and timed.";
}

std::vector<std::size_t> ranking_of(const Report& report) {
  std::vector<std::size_t> ranking;
  for (std::size_t i = 0; i < report.candidates.size(); ++i)
    if (is_timed(report.candidates[i])) ranking.push_back(i);
  std::stable_sort(ranking.begin(), ranking.end(), [&](std::size_t a, std::size_t b) {
    return ranks_before(report.candidates[a], report.candidates[b]);
  });
  return ranking;
}

std::vector<Family> families_of(const Report& report) {
  std::map<std::string, std::vector<std::size_t>> by_name;
  for (std::size_t i = 0; i < report.candidates.size(); ++i)
    if (is_timed(report.candidates[i])) by_name[report.candidates[i].kernel.family].push_back(i);
  std::vector<Family> families;
  for (auto& [name, candidates] : by_name) families.push_back({name, std::move(candidates)});
  return families;
}

std::vector<FailureCount> failures_of(const Report& report) {
  std::vector<FailureCount> kinds;
  for (const CandidateResult& candidate : report.candidates) {
    if (candidate.ok) continue;
    const std::string name(to_string(candidate.kind));
    auto found = std::find_if(kinds.begin(), kinds.end(),
                              [&](const FailureCount& kind) { return kind.name == name; });
    if (found == kinds.end()) found = kinds.insert(kinds.end(), {name, 0, candidate.failure});
    ++found->count;
  }
  std::stable_sort(kinds.begin(), kinds.end(),
                   [](const FailureCount& a, const FailureCount& b) { return a.count > b.count; });
  return kinds;
}

std::string plot_element(const Plot& plot, const Report& report, double width) {
  SvgWriter svg;
  const double height = plot.draw(svg, report, {width, kPage}, 0);
  return svg.element(width, height, plot.title);
}

}  // namespace report

std::vector<ReportPlot> report_plots(const Report& report) {
  constexpr double kWidth = 720;
  constexpr double kMargin = 24;
  std::vector<ReportPlot> documents;
  for (const report::Plot& plot : report::plots()) {
    if (!plot.missing(report).empty()) continue;
    picture::SvgWriter svg;
    svg.add("<g transform=\"translate({0} {0})\">\n", kMargin);
    svg.text(0, 16, plot.title, {.size = 17, .bold = true});
    svg.text(0, 38, report.problem.to_string() + ", " + report.device.name,
             {.size = 12, .colour = picture::colour::kMuted});
    const double bottom = plot.draw(svg, report, {kWidth - 2 * kMargin, report::kPaper}, 52);
    svg.add("</g>\n");
    documents.push_back({std::string(plot.name),
                         svg.document(kWidth, bottom + 2 * kMargin, plot.title, plot.explanation)});
  }
  return documents;
}

}  // namespace rbgp
