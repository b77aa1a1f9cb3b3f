// Times of the search and of the finals on one scale.
#pragma once

#include <span>

#include <rbgp/tuner.hpp>

namespace rbgp {

// A finalist's time is known anew, under the conditions of the finals: other kernels before it, and the clock that
// they left. What it was in the search goes to search_ms, unless it was a finalist before. Of a time that was
// `disturbed` nothing follows for others.
void set_final_time(CandidateResult& candidate, double median_ms, bool disturbed);

// Brings the times of candidates that were not in the finals to the same conditions: those of the search, times what
// the finalists took longer in the finals, the median of them. Returns that factor; 1 where there is no finalist. May
// be called again.
double scale_to_finals(std::span<CandidateResult> candidates);

}  // namespace rbgp
