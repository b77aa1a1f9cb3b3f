#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include <rbgp/error.hpp>
#include <rbgp/tuner.hpp>

namespace rbgp {
namespace {

// Below it, two spectra differ by their rounding.
constexpr double kGapStep = 1e-6;

struct PreferenceName {
  Preference preference;
  std::string_view name;
};
constexpr std::array kPreferences = {PreferenceName{Preference::time, "time"},
                                     PreferenceName{Preference::gap, "gap"},
                                     PreferenceName{Preference::balanced, "balanced"}};

// What a candidate gets for its time: larger is better.
double gain(const CandidateResult& candidate, Tradeoff tradeoff) {
  return tradeoff == Tradeoff::gap ? std::round(candidate.spectral_gap / kGapStep)
                                   : -static_cast<double>(candidate.config.row_repetition());
}

bool counts(const CandidateResult& candidate) {
  return candidate.ok && std::isfinite(candidate.median_ms) && candidate.median_ms > 0;
}

}  // namespace

std::string_view to_string(Preference preference) {
  return kPreferences[static_cast<std::size_t>(preference)].name;
}

Preference parse_preference(std::string_view text) {
  for (const PreferenceName& row : kPreferences)
    if (row.name == text) return row.preference;
  fail(ErrorCode::invalid_argument, "preference '{}': allowed are time, gap and balanced", text);
}

std::vector<std::size_t> pareto_front(std::span<const CandidateResult> candidates,
                                      Tradeoff tradeoff) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < candidates.size(); ++i)
    if (counts(candidates[i])) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tuple(candidates[a].median_ms, -gain(candidates[a], tradeoff)) <
           std::tuple(candidates[b].median_ms, -gain(candidates[b], tradeoff));
  });
  std::vector<std::size_t> front;
  for (const std::size_t i : order)
    if (front.empty() || gain(candidates[i], tradeoff) > gain(candidates[front.back()], tradeoff))
      front.push_back(i);
  return front;
}

std::size_t preferred_candidate(std::span<const CandidateResult> candidates, Preference preference,
                                double noise) {
  const std::vector<std::size_t> front = pareto_front(candidates, Tradeoff::gap);
  require(!front.empty(), ErrorCode::invalid_argument, "no candidate is right");
  if (preference == Preference::balanced) {
    const auto gap_per_ms = [&](std::size_t i) {
      return candidates[i].spectral_gap / candidates[i].median_ms;
    };
    return *std::max_element(front.begin(), front.end(), [&](std::size_t a, std::size_t b) {
      return gap_per_ms(a) < gap_per_ms(b);
    });
  }
  // Along the front the gap grows with the time: the last within the limit has the largest.
  const double factor =
      preference == Preference::gap ? kGapPatience : 1 + std::min(noise, kWidestTie);
  const double limit_ms = candidates[front.front()].median_ms * factor;
  return *std::prev(std::find_if(front.begin() + 1, front.end(), [&](std::size_t i) {
    return candidates[i].median_ms > limit_ms;
  }));
}

}  // namespace rbgp
