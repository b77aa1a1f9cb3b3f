#include <tuner/report_table.hpp>

#include <array>

#include <pipe/picture_svg.hpp>

namespace rbgp::report {
namespace {

using picture::escaped;

}  // namespace

std::string percent(double share) { return fmt::format("{:.6g} %", 100 * share); }

std::string speedup(const Report& report, const CandidateResult& candidate) {
  return report.dense_ms > 0 ? fmt::format("{:.2f}", report.dense_ms / candidate.median_ms) : "–";
}

std::string table_row(std::span<const Column> columns, std::span<const std::string> cells) {
  std::string markup;
  for (std::size_t i = 0; i < cells.size(); ++i)
    markup += columns[i].style.empty()
                  ? fmt::format("<td>{}</td>", cells[i])
                  : fmt::format(R"(<td class="{}">{}</td>)", columns[i].style, cells[i]);
  return markup;
}

std::string table(std::span<const Column> columns, std::string_view rows, std::string_view style) {
  std::string head;
  for (const Column& column : columns)
    head += column.style.empty()
                ? fmt::format("<th>{}</th>", column.title)
                : fmt::format(R"(<th class="{}">{}</th>)", column.style, column.title);
  // The box scrolls, by keys too, and not the page.
  return fmt::format(
      "<div class=\"scroll{}{}\" tabindex=\"0\"><table>\n<thead><tr>{}</tr></thead>\n"
      "<tbody>\n{}</tbody>\n</table></div>\n",
      style.empty() ? "" : " ", style, head, rows);
}

std::string candidate_table(const Report& report, std::span<const std::size_t> ranking,
                            std::span<const std::size_t> places) {
  // A configuration says its graphs' sparsities, too.
  static constexpr std::array kColumns = {
      Column{"#", "right"},        Column{"ms", "right"},          Column{"× dense", "right"},
      Column{"gap", "right"},      Column{"rows", "right"},        Column{"Go", "right spare"},
      Column{"Gi", "right spare"}, Column{"configuration", "own"}, Column{"kernel", "own"}};
  std::string rows;
  for (const std::size_t place : places) {
    const CandidateResult& each = report.candidates[ranking[place]];
    const std::string cells[] = {fmt::format("{}", place + 1),
                                 fmt::format("{:.4g}", each.median_ms),
                                 speedup(report, each),
                                 fmt::format("{:.3f}", each.spectral_gap),
                                 fmt::format("{}", each.config.row_repetition()),
                                 percent(each.config.go.sparsity()),
                                 percent(each.config.gi.sparsity()),
                                 fmt::format("<code>{}</code>", each.config.to_string()),
                                 fmt::format("<code>{}</code>", escaped(each.kernel.to_string()))};
    rows += fmt::format("<tr{}>{}</tr>\n", ranking[place] == report.winner ? " class=\"plan\"" : "",
                        table_row(kColumns, cells));
  }
  return table(kColumns, rows, "candidates");
}

}  // namespace rbgp::report
