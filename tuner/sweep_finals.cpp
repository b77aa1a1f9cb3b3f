#include <algorithm>
#include <cmath>
#include <limits>

#include <rbgp/error.hpp>
#include <tuner/finals_scale.hpp>
#include <tuner/ranking.hpp>
#include <tuner/sweep.hpp>

namespace rbgp {
namespace {

constexpr std::size_t kFinalists = 5;  // and the default, and the preferred one
constexpr int kFinalWaves = 3;
constexpr double kWaveShare =
    0.5;  // of the time that is left, for a wave: the first is most often the last

}  // namespace

void Sweep::rank() {
  // Of equals the first measured comes first, as in a report of the journal.
  std::stable_sort(result_.ranking.begin(), result_.ranking.end(), ranks_before);
}

// Those that the plan may be of, once they were timed again: the fastest, the default and the preferred one;
// and, of those that were not timed again yet, what would rank before the best that was.
std::vector<CandidateResult*> Sweep::finalists() {
  std::vector<CandidateResult*> chosen;
  std::vector<CandidateResult*> others;
  double least = std::numeric_limits<double>::infinity();
  for (CandidateResult& candidate : result_.ranking)
    if (candidate.ok && candidate.finalist) least = std::min(least, candidate.median_ms);
  const CandidateResult& preferred =
      result_.ranking[preferred_candidate(result_.ranking, request_.prefer, result_.noise_floor)];
  const bool is_new = !preferred.finalist;
  for (CandidateResult& candidate : result_.ranking) {
    if (!candidate.ok) continue;
    if (candidate.finalist || &candidate == &preferred || key_of(candidate) == default_key_)
      chosen.push_back(&candidate);
    else if (candidate.median_ms < least)
      others.push_back(&candidate);
  }
  std::sort(others.begin(), others.end(), [](const CandidateResult* a, const CandidateResult* b) {
    return a->median_ms < b->median_ms;
  });
  if (others.empty() && !is_new && std::isfinite(least)) return {};
  if (others.size() > kFinalists) others.resize(kFinalists);
  // The most promising first: its kernel has the twin.
  others.insert(others.end(), chosen.begin(), chosen.end());
  return others;
}

// False where there is nothing to choose from.
bool Sweep::compare(const std::vector<CandidateResult*>& candidates, FinalRecord& record) {
  const double left = std::max(0.0, request_.budget_seconds - elapsed());
  const auto journal_failed = [&] {  // in place of what it says so far
    for (const CandidateResult* candidate : candidates)
      if (journal_ && !candidate->ok) journal_->add(*candidate);
  };
  ComparisonResult compared;
  try {
    compared = comparison_.run(candidates, kWaveShare * left);
  } catch (const Error&) {
    journal_failed();
    throw;
  }
  journal_failed();
  if (compared.entrants.empty()) return false;
  std::vector<CandidateResult> entrants;
  record.finalists.clear();
  for (const ComparisonResult::Entrant& entrant : compared.entrants) {
    CountedRounds rounds = counted_rounds(entrant.rounds_ms, entrant.held_up);
    const double median_ms = steady_median(rounds.ms);
    rounds.disturbed = rounds.disturbed || is_slowed_down(*entrant.candidate, median_ms);
    set_final_time(*entrant.candidate, median_ms, rounds.disturbed);
    entrants.push_back(*entrant.candidate);
    record.finalists.push_back({.id = journal_ ? journal_->id(*entrant.candidate) : "",
                                .rounds_ms = std::move(rounds.ms),
                                .disturbed = rounds.disturbed});
  }
  record.twin_rounds_ms = compared.twin_rounds_ms;
  CountedRounds dense_rounds = counted_rounds(compared.dense_rounds_ms, compared.dense_held_up);
  record.dense_rounds_ms = std::move(dense_rounds.ms);
  record.dense_disturbed = dense_rounds.disturbed;
  record.noise_floor = noise_floor(record.finalists.front().rounds_ms, record.twin_rounds_ms);
  result_.noise_floor = record.noise_floor;
  if (!record.dense_rounds_ms.empty()) {
    dense_.ms = steady_median(record.dense_rounds_ms);
    result_.dense_disturbed = record.dense_disturbed;
  }
  const std::size_t winner = preferred_candidate(entrants, request_.prefer, record.noise_floor);
  winner_key_ = key_of(entrants[winner]);
  result_.finals_factor = scale_to_finals(result_.ranking);
  const RoundCount rounds = record.rounds();
  result_.final_rounds = rounds.all;
  result_.dropped_rounds = rounds.dropped;
  result_.disturbed = record.is_disturbed(record.finalists[winner]);
  return true;
}

// A single short measurement picks lucky ones: only what was timed again, turn by turn and with the dense
// product among it, so that what else the machine does meets all alike, can be the plan's.
FinalRecord Sweep::measure_finalists() {
  FinalRecord record{.dense_library = dense_.library};
  now_.in_finals = true;
  try {
    double least_seconds = 0;  // that an entrant of a further wave takes
    for (int wave = 0; wave < kFinalWaves && !stopped(); ++wave) {
      const std::vector<CandidateResult*> candidates = finalists();
      const auto count = static_cast<double>(candidates.size());
      const double begin = elapsed();
      if (wave > 0 && begin + least_seconds * count > request_.budget_seconds) break;
      if (candidates.empty() || !compare(candidates, record)) break;
      least_seconds = (elapsed() - begin) / count * Comparison::kLeastRounds /
                      static_cast<double>(record.twin_rounds_ms.size());
    }
  } catch (const Error& error) {
    result_.notes.push_back(fmt::format("the finals ended early: {}", error.what()));
  }
  if (const std::string note = factor_note(result_.finals_factor); !note.empty())
    result_.notes.push_back(note);
  return record;
}

void Sweep::choose() {
  const auto found = std::find_if(
      result_.ranking.begin(), result_.ranking.end(),
      [&](const CandidateResult& result) { return result.ok && key_of(result) == winner_key_; });
  if (found != result_.ranking.end())
    result_.chosen = static_cast<std::size_t>(found - result_.ranking.begin());
  else  // without finals, or it failed in a later one
    result_.chosen = preferred_candidate(result_.ranking, request_.prefer, result_.noise_floor);
  result_.gap_front = pareto_front(result_.ranking, Tradeoff::gap);
  result_.repetition_front = pareto_front(result_.ranking, Tradeoff::repetition);
}

Plan Sweep::plan_of(const CandidateResult& best) {
  return {.spec = {request_.problem, patterns_.get(best.config).pattern, best.kernel},
          .seed = request_.seed,
          .device = request_.device.properties(),
          .median_ms = best.median_ms,
          .dense_ms = dense_.ms,
          .dense_library = dense_.library};
}

}  // namespace rbgp
