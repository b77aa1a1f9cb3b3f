// How seldom a family is asked for a candidate where the families of a sweep take turns: once in so many.
#pragma once

#include <cstdint>

namespace rbgp {

// Reports of its candidates after which a family's turns are by what was measured, and no longer by the model.
inline constexpr std::int64_t kReportsToTrust = 9;

// By how many times as long as another family's the best is expected to take: twice as long, every fourth turn. The model
// may be a third off, so that this falls slowly.
std::int64_t turns_expected(double times);

// By how many times as long as the fastest known its own best took: a tenth longer, every second turn; half as long
// again, every 26th. It is asked to the end, if seldom, and comes back with a better one.
std::int64_t turns_measured(double times);

}  // namespace rbgp
