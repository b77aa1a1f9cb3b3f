#include <tuner/finals_scale.hpp>

#include <cmath>
#include <vector>

#include <fmt/format.h>

#include <tuner/rounds.hpp>

namespace rbgp {
namespace {

constexpr std::size_t kLeastFactors = 3;
constexpr double kWorthANote = 0.01;

}  // namespace

bool is_slowed_down(const CandidateResult& candidate, double final_ms) {
  const double search_ms = candidate.search_ms > 0 ? candidate.search_ms : candidate.median_ms;
  return candidate.disturbance.empty() && search_ms > 0 && final_ms > kHeldUp * search_ms;
}

void set_final_time(CandidateResult& candidate, double median_ms, bool disturbed) {
  if (candidate.search_ms == 0) candidate.search_ms = candidate.median_ms;
  candidate.median_ms = median_ms;
  candidate.finalist = true;
  candidate.disturbed = disturbed;
}

double scale_to_finals(std::span<CandidateResult> candidates) {
  std::vector<double> factors;
  for (const CandidateResult& candidate : candidates)
    if (candidate.ok && candidate.finalist && !candidate.disturbed && candidate.disturbance.empty())
      factors.push_back(candidate.median_ms / candidate.search_ms);
  const double factor = factors.size() < kLeastFactors ? 1 : median_of(std::move(factors));
  for (CandidateResult& candidate : candidates) {
    if (!candidate.ok || candidate.finalist) continue;
    if (candidate.search_ms == 0) candidate.search_ms = candidate.median_ms;
    candidate.median_ms = candidate.search_ms * factor;
  }
  return factor;
}

std::string factor_note(double factor) {
  if (std::abs(factor - 1) <= kWorthANote) return {};
  return fmt::format(
      "finalists took {0:.3g} times as long in the finals as in the search; times of others are "
      "those of the search times {0:.3g}",
      factor);
}

}  // namespace rbgp
