#include <fmt/format.h>

#include <algorithm>

#include <cli/table.hpp>
#include <cli/tune_report.hpp>

namespace rbgp::cli {
namespace {

constexpr std::size_t kShown = 10;

std::string percent(double sparsity) { return fmt::format("{:.6g} %", 100 * sparsity); }

// How many times faster than the dense product; 0 where that is not known.
double speedup(const TuneResult& result, const CandidateResult& candidate) {
  const bool known = result.plan.dense_ms > 0 && candidate.ok && candidate.median_ms > 0;
  return known ? result.plan.dense_ms / candidate.median_ms : 0;
}

Table candidate_table() {
  using Align = Table::Align;
  return Table({{"#", Align::right},
                {"ms", Align::right},
                {"x dense", Align::right},
                {"gap", Align::right},
                {"rows", Align::right},
                {"Go", Align::right},
                {"Gi", Align::right},
                {"configuration", Align::left},
                {"kernel", Align::left}});
}

// Whether others held its last timing up.
bool is_unsure(const CandidateResult& candidate) {
  return candidate.finalist ? candidate.disturbed : !candidate.disturbance.empty();
}

// Behind a time.
std::string_view mark(bool unsure) { return unsure ? "?" : ""; }

// By its place in the ranking, from 1; the chosen one is marked.
void add_row(Table& table, const TuneResult& result, std::size_t place) {
  const CandidateResult& candidate = result.ranking[place];
  const double ratio = speedup(result, candidate);
  table.add_row({fmt::format("{}{}", place == result.chosen ? "*" : "", place + 1),
                 fmt::format("{:.4g}{}", candidate.median_ms, mark(is_unsure(candidate))),
                 ratio > 0 ? fmt::format("{:.2f}", ratio) : "-",
                 fmt::format("{:.3f}", candidate.spectral_gap),
                 fmt::format("{}", candidate.config.row_repetition()),
                 percent(candidate.config.go.sparsity()), percent(candidate.config.gi.sparsity()),
                 candidate.config.to_string(), candidate.kernel.to_string()});
}

std::string ranking_text(const TuneResult& result) {
  Table table = candidate_table();
  for (std::size_t place = 0; place < std::min(kShown, result.ranking.size()); ++place) {
    if (!result.ranking[place].ok) continue;
    add_row(table, result, place);
  }
  return table.text();
}

// Only where there is something to trade: else the front is the fastest alone.
std::string front_text(const TuneResult& result, const std::vector<std::size_t>& front,
                       std::string_view against) {
  if (front.size() < 2) return {};
  Table table = candidate_table();
  for (const std::size_t place : front) add_row(table, result, place);
  return fmt::format("no other is faster with {}:\n{}\n", against, table.text());
}

std::string chosen_text(const TuneRequest& request, const TuneResult& result) {
  const CandidateResult& chosen = result.ranking[result.chosen];
  return fmt::format("chosen by {}: number {}, {:.4g} ms, gap {:.3f}\n", to_string(request.prefer),
                     result.chosen + 1, chosen.median_ms, chosen.spectral_gap);
}

std::string counts_text(const TuneResult& result) {
  // Failed ones are last.
  const auto failed = std::find_if(result.ranking.begin(), result.ranking.end(),
                                   [](const CandidateResult& each) { return !each.ok; });
  std::string text = fmt::format("{} candidates tried, of {:.3g} before constraints, {} failed",
                                 result.ranking.size(), static_cast<double>(result.space_size),
                                 result.ranking.end() - failed);
  if (failed != result.ranking.end()) text += fmt::format(" (one: {})", failed->failure);
  if (result.pruned > 0) text += fmt::format(", {} ruled out by the model", result.pruned);
  text += fmt::format("; {}", describe(result.ended));
  if (result.interrupted && result.ended != SearchEnd::interruption)
    text += ", and the finals were interrupted";
  return text;
}

std::string timing_text(const TuneResult& result) {
  const StageSeconds& each = result.candidate_seconds;
  std::string text = "all candidates were measured before";
  if (each.time > 0)
    text = fmt::format(
        "checking and timing took {:.0f} % of the search; a candidate: {:.3g} s to compile, "
        "{:.3g} to check, {:.3g} to time",
        100 * result.busy_share, each.compile, each.check, each.time);
  if (result.noise_floor > 0)
    text +=
        fmt::format("; the same kernel timed twice differs by {:.2g} %", 100 * result.noise_floor);
  if (result.dropped_rounds > 0)
    text += fmt::format("; {} of {} rounds dropped: the machine was busy", result.dropped_rounds,
                        result.final_rounds);
  if (result.disturbed) text += "; it was too busy for these times to be relied on";
  return text;
}

Json candidate_json(const TuneResult& result, const CandidateResult& candidate) {
  Json json = {{"ok", candidate.ok},
               {"config", candidate.config.to_string()},
               {"kernel", to_json(candidate.kernel)},
               {"row_repetition", candidate.config.row_repetition()},
               {"sparsity",
                {{"w", candidate.config.sparsity()},
                 {"go", candidate.config.go.sparsity()},
                 {"gi", candidate.config.gi.sparsity()}}}};
  if (!candidate.ok) {
    json["failure_kind"] = to_string(candidate.kind);
    json["failure"] = candidate.failure;
    return json;
  }
  json["median_ms"] = candidate.median_ms;
  json["spread"] = candidate.spread;
  json["finalist"] = candidate.finalist;
  json["speedup"] = speedup(result, candidate);
  json["spectral_gap"] = candidate.spectral_gap;
  json["relative_error"] = candidate.relative_error;
  return json;
}

}  // namespace

std::string tune_text(const TuneRequest& request, const TuneResult& result) {
  const Plan& plan = result.plan;
  std::string text = fmt::format("{}, {} sparse, on {} ({})\n", request.problem.to_string(),
                                 percent(plan.spec.pattern.config().sparsity()),
                                 request.device.text(), plan.device.name);
  if (plan.dense_ms > 0)
    text += fmt::format("dense: {:.4g}{} ms, {}\n", plan.dense_ms, mark(result.dense_disturbed),
                        plan.dense_library);
  text += counts_text(result) + "\n" + timing_text(result) + "\n\n";
  const std::string tables =
      ranking_text(result) + "\n" +
      front_text(result, result.gap_front, "as large a spectral gap") +
      front_text(result, result.repetition_front, "as few rows that share their columns");
  text += tables;
  if (result.dense_disturbed || tables.find(mark(true)) != tables.npos)
    text += "?: could not be timed undisturbed\n\n";
  text += chosen_text(request, result);
  for (const std::string& note : result.notes) text += fmt::format("note: {}\n", note);
  return text;
}

Json finals_json(const TuneResult& result) {
  return {{"noise_floor", result.noise_floor},
          {"finals_factor", result.finals_factor},
          {"rounds", {{"all", result.final_rounds}, {"dropped", result.dropped_rounds}}},
          {"disturbed", result.disturbed}};
}

Json tune_json(const TuneRequest& request, const TuneResult& result, const std::string& plan_file) {
  Json ranking = Json::array();
  for (const CandidateResult& candidate : result.ranking)
    ranking.push_back(candidate_json(result, candidate));
  Json device = device_json(result.plan.device);
  device["text"] = request.device.text();
  Json json = {{"problem", problem_json(request.problem)},
               {"sparsity", result.plan.spec.pattern.config().sparsity()},
               {"device", std::move(device)},
               {"dense",
                {{"library", result.plan.dense_library},
                 {"median_ms", result.plan.dense_ms},
                 {"disturbed", result.dense_disturbed}}},
               {"space_size", result.space_size},
               {"space", request.space},
               {"pruned", result.pruned},
               {"ended", to_string(result.ended)},
               {"interrupted", result.interrupted}};
  json.update(finals_json(result));
  json.update(Json{{"busy_share", result.busy_share},
                   {"candidate_seconds",
                    {{"compile", result.candidate_seconds.compile},
                     {"check", result.candidate_seconds.check},
                     {"time", result.candidate_seconds.time}}},
                   {"notes", result.notes},
                   {"ranking", std::move(ranking)},
                   {"prefer", to_string(request.prefer)},
                   {"chosen", result.chosen},
                   {"fronts", {{"gap", result.gap_front}, {"repetition", result.repetition_front}}},
                   {"plan", plan_file.empty() ? Json() : Json(plan_file)}});
  return json;
}

}  // namespace rbgp::cli
