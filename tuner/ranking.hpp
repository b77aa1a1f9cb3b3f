// The order in which the command line and reports list candidates.
#pragma once

#include <rbgp/tuner.hpp>

namespace rbgp {

// Right ones first, of these those timed again in the finals, then by time, then by spectral gap.
bool ranks_before(const CandidateResult& a, const CandidateResult& b);

}  // namespace rbgp
