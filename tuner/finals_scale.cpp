#include <tuner/finals_scale.hpp>

#include <vector>

#include <tuner/rounds.hpp>

namespace rbgp {

void set_final_time(CandidateResult& candidate, double median_ms, bool disturbed) {
  if (disturbed)
    candidate.search_ms = 0;
  else if (!candidate.finalist && candidate.search_ms == 0)
    candidate.search_ms = candidate.median_ms;
  candidate.median_ms = median_ms;
  candidate.finalist = true;
}

double scale_to_finals(std::span<CandidateResult> candidates) {
  std::vector<double> factors;
  for (const CandidateResult& candidate : candidates)
    if (candidate.ok && candidate.finalist && candidate.search_ms > 0)
      factors.push_back(candidate.median_ms / candidate.search_ms);
  const double factor = factors.empty() ? 1 : median_of(std::move(factors));
  for (CandidateResult& candidate : candidates) {
    if (!candidate.ok || candidate.finalist) continue;
    if (candidate.search_ms == 0) candidate.search_ms = candidate.median_ms;
    candidate.median_ms = candidate.search_ms * factor;
  }
  return factor;
}

}  // namespace rbgp
