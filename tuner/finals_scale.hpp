// Times of the search and of the finals on one scale.
#pragma once

#include <span>
#include <string>

#include <rbgp/tuner.hpp>

namespace rbgp {

// Whether all rounds of a finalist were held up: they took more than kHeldUp times what it took in the search, where nothing
// disturbed. No clock does that; on a GPU at its power limit it is a quarter.
bool is_slowed_down(const CandidateResult& candidate, double final_ms);

// A finalist's time is known anew, under the conditions of the finals: other kernels before it, and the clock that
// they left. What it was in the search goes to search_ms.
void set_final_time(CandidateResult& candidate, double median_ms, bool disturbed);

// Brings the times of candidates that were not in the finals to the same conditions: those of the search, times what
// the finalists took longer in the finals, the median of them. Returns that factor; 1 where fewer than three finalists
// tell, since a time that was disturbed in the search or in the finals tells nothing of others. May be called again.
// Finalists are those that the search happened to find fast, so that the factor is a little too large where times are
// noisy.
double scale_to_finals(std::span<CandidateResult> candidates);

// A note on a factor; empty where it is 1 within a percent.
std::string factor_note(double factor);

}  // namespace rbgp
