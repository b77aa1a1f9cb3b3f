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

std::string ranking_text(const TuneResult& result) {
  using Align = Table::Align;
  Table table({{"#", Align::right},
               {"ms", Align::right},
               {"x dense", Align::right},
               {"gap", Align::right},
               {"Go", Align::right},
               {"Gi", Align::right},
               {"configuration", Align::left},
               {"kernel", Align::left}});
  std::size_t rank = 0;
  for (const CandidateResult& candidate : result.ranking) {
    if (!candidate.ok || rank == kShown) break;
    const double ratio = speedup(result, candidate);
    table.add_row({fmt::format("{}", ++rank), fmt::format("{:.4g}", candidate.median_ms),
                   ratio > 0 ? fmt::format("{:.2f}", ratio) : "-",
                   fmt::format("{:.3f}", candidate.spectral_gap),
                   percent(candidate.config.go.sparsity()), percent(candidate.config.gi.sparsity()),
                   candidate.config.to_string(), candidate.kernel.to_string()});
  }
  return table.text();
}

std::string counts_text(const TuneResult& result) {
  // Failed ones are last.
  const auto failed = std::find_if(result.ranking.begin(), result.ranking.end(),
                                   [](const CandidateResult& each) { return !each.ok; });
  std::string text = fmt::format("{} of {} candidates tried, {} failed", result.ranking.size(),
                                 result.space_size, result.ranking.end() - failed);
  if (failed != result.ranking.end()) text += fmt::format(" (one: {})", failed->failure);
  if (result.interrupted) text += "; interrupted";
  return text;
}

std::string timing_text(const TuneResult& result) {
  std::string text =
      fmt::format("the device was busy for {:.0f} % of the search", 100 * result.busy_share);
  if (result.noise_floor > 0)
    text +=
        fmt::format("; the same kernel timed twice differs by {:.2g} %", 100 * result.noise_floor);
  return text;
}

Json candidate_json(const TuneResult& result, const CandidateResult& candidate) {
  Json json = {{"ok", candidate.ok},
               {"config", candidate.config.to_string()},
               {"kernel", to_json(candidate.kernel)},
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
    text += fmt::format("dense: {:.4g} ms, {}\n", plan.dense_ms, plan.dense_library);
  text += counts_text(result) + "\n" + timing_text(result) + "\n\n" + ranking_text(result) + "\n";
  for (const std::string& note : result.notes) text += fmt::format("note: {}\n", note);
  return text;
}

Json tune_json(const TuneRequest& request, const TuneResult& result, const std::string& plan_file) {
  Json ranking = Json::array();
  for (const CandidateResult& candidate : result.ranking)
    ranking.push_back(candidate_json(result, candidate));
  Json device = to_json(result.plan.device);
  device["text"] = request.device.text();
  return {{"problem", to_json(request.problem)},
          {"sparsity", result.plan.spec.pattern.config().sparsity()},
          {"device", std::move(device)},
          {"dense", {{"library", result.plan.dense_library}, {"median_ms", result.plan.dense_ms}}},
          {"space_size", result.space_size},
          {"interrupted", result.interrupted},
          {"noise_floor", result.noise_floor},
          {"busy_share", result.busy_share},
          {"notes", result.notes},
          {"ranking", std::move(ranking)},
          {"plan", plan_file.empty() ? Json() : Json(plan_file)}};
}

}  // namespace rbgp::cli
