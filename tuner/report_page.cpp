#include <algorithm>
#include <array>

#include <tuner/report_plots.hpp>
#include <tuner/report_table.hpp>
#include <tuner/report_templates.hpp>

namespace rbgp {
namespace {

using picture::escaped;
using report::percent;
using report::Plot;

// Of the two drawings of a plot, page.css shows the one that there is room for.
constexpr double kWide = 560;
constexpr double kNarrow = 332;
constexpr std::size_t kLeaders = 20;

std::string section(std::string_view id, std::string_view title, std::string_view explanation,
                    std::string_view content, bool whole = false) {
  return fmt::format(
      "<section id=\"{}\"{}>\n<h2>{}</h2>\n<p class=\"muted\">{}</p>\n{}</section>\n", id,
      whole ? " class=\"whole\"" : "", escaped(title), escaped(explanation), content);
}

class Page {
 public:
  explicit Page(const Report& report) : report_(report), ranking_(report::ranking_of(report)) {}

  std::string markup() const {
    std::string sections = leaders();
    for (const Plot& plot : report::plots()) sections += plot_section(plot);
    sections += setup() + notes();
    return fmt::format(
        R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{0}</title>
<style>
{1}</style>
</head>
<body>
<main>
<header>
<h1>{0}</h1>
<p>{2}</p>
</header>
{3}<div class="sections">
{4}</div>
</main>
</body>
</html>
)",
        escaped(title()), report_templates::template_text("report/page.css"), escaped(subtitle()),
        numbers(), sections);
  }

 private:
  std::string title() const {
    return fmt::format("{}, {} sparse", report_.problem.to_string(), percent(1 - report_.density));
  }

  std::string subtitle() const {
    return fmt::format("{} ({}{})", report_.device.name, report_.device.arch,
                       report_.device.driver.empty() ? "" : ", driver " + report_.device.driver);
  }

  // What a reader wants first.
  std::string numbers() const {
    const auto failed = report_.candidates.size() - right();
    std::string markup = "<div class=\"numbers\">\n";
    const auto add = [&](const std::string& number, const std::string& what) {
      markup +=
          fmt::format("<div class=\"number\"><b>{}</b><span class=\"muted\">{}</span></div>\n",
                      escaped(number), escaped(what));
    };
    const CandidateResult* best = nullptr;
    if (report_.winner)
      best = &report_.candidates[*report_.winner];
    else if (!ranking_.empty())
      best = &report_.candidates[ranking_.front()];
    add(best ? fmt::format("{:.4g} ms", best->median_ms) : "–",
        report_.winner ? "a launch of the plan's kernel" : "a launch of the fastest, no plan yet");
    add(best && report_.dense_ms > 0 ? report::speedup(report_, *best) + " ×" : "–",
        report_.dense_ms > 0 ? fmt::format("dense, {:.4g} ms", report_.dense_ms)
                             : "dense was not timed");
    add(best ? fmt::format("{:.3f}", best->spectral_gap) : "–", "its spectral gap");
    add(fmt::format("{}", report_.candidates.size()),
        fmt::format("candidates tried, {} failed", failed));
    return markup + "</div>\n";
  }

  std::size_t right() const {
    return static_cast<std::size_t>(
        std::count_if(report_.candidates.begin(), report_.candidates.end(),
                      [](const CandidateResult& candidate) { return candidate.ok; }));
  }

  std::string leaders() const {
    std::vector<std::size_t> places;
    for (std::size_t place = 0; place < std::min(kLeaders, ranking_.size()); ++place)
      places.push_back(place);
    // The plan is there, whatever it was chosen by.
    for (std::size_t place = kLeaders; place < ranking_.size(); ++place)
      if (ranking_[place] == report_.winner) places.push_back(place);
    const std::string explanation =
        ranking_.empty()
            ? report::no_times(report_)
            : fmt::format(
                  "The first {} of {} right candidates, those of the finals before others{}.",
                  std::min(kLeaders, ranking_.size()), ranking_.size(),
                  report_.winner ? "; the plan is marked" : "");
    return section(
        "leaderboard", "Leaderboard", explanation,
        ranking_.empty() ? std::string() : report::candidate_table(report_, ranking_, places),
        true);
  }

  std::string plot_section(const Plot& plot) const {
    const std::string missing = plot.missing(report_);
    if (!missing.empty()) return section(plot.name, plot.title, missing, "");
    std::string content;
    for (const auto& [width, shown] : {std::pair(kWide, "wide"), std::pair(kNarrow, "narrow")})
      content += fmt::format("<div class=\"{}\">{}</div>\n", shown,
                             report::plot_element(plot, report_, width));
    if (plot.front) content += front_table(*plot.front);
    if (plot.name == "failures") content += failure_table();
    return section(plot.name, plot.title, plot.explanation, content);
  }

  // Open where it is short.
  std::string front_table(Tradeoff tradeoff) const {
    constexpr std::size_t kShort = 4;
    std::vector<std::size_t> places;
    for (const std::size_t i : pareto_front(report_.candidates, tradeoff))
      places.push_back(static_cast<std::size_t>(std::find(ranking_.begin(), ranking_.end(), i) -
                                                ranking_.begin()));
    return fmt::format("<details{}>\n<summary>On the front: {}</summary>\n{}</details>\n",
                       places.size() > kShort ? "" : " open", places.size(),
                       report::candidate_table(report_, ranking_, places));
  }

  std::string failure_table() const {
    static constexpr std::array kColumns = {report::Column{"kind", ""},
                                            report::Column{"the first of it", "wrap"}};
    std::string rows;
    for (const report::FailureCount& kind : report::failures_of(report_)) {
      const std::string cells[] = {kind.name, escaped(kind.first)};
      rows += fmt::format("<tr>{}</tr>\n", report::table_row(kColumns, cells));
    }
    return report::table(kColumns, rows);
  }

  std::string setup() const {
    std::string facts;
    const auto add = [&](std::string_view name, const std::string& value) {
      if (!value.empty()) facts += fmt::format("<dt>{}</dt><dd>{}</dd>\n", name, escaped(value));
    };
    add("problem", report_.problem.to_string());
    add("computes", report_.problem.epilogue.formula());
    add("sparsity", report_.config.empty()
                        ? fmt::format("{} % asked for, {} searched", report_.sparsity_percent,
                                      percent(1 - report_.density))
                        : percent(1 - report_.density));
    add("configuration", report_.config);
    add("family", report_.family);
    add("strategy", fmt::format("{}, seed {}", report_.strategy, report_.seed));
    add("device",
        fmt::format("{}, {} {}", subtitle(), report_.device.compute_units,
                    report_.device.kind == DeviceKind::cuda ? "multiprocessors" : "threads"));
    add("compiler", report_.compiler);
    add("generator", fmt::format("version {}", report_.generator_version));
    add("dense product", report_.dense_library);
    add("journals", fmt::format("{}", report_.journals));
    return section("setup", "What was tuned", "Where it was asked for, made and measured.",
                   fmt::format("<dl>\n{}</dl>\n", facts));
  }

  std::string notes() const {
    if (report_.notes.empty()) return {};
    std::string items;
    for (const std::string& note : report_.notes)
      items += fmt::format("<li>{}</li>\n", escaped(note));
    return section("notes", "Notes", "What the sweeps wrote down.",
                   fmt::format("<ul>\n{}</ul>\n", items));
  }

  const Report& report_;
  std::vector<std::size_t> ranking_;  // indices of candidates
};

}  // namespace

std::string report_html(const Report& report) { return Page(report).markup(); }

}  // namespace rbgp
