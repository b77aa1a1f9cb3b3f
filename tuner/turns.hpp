// How seldom a family is asked for a candidate where the families of a sweep take turns: once in so many. And how many
// candidates are asked for before the first of them is answered.
#pragma once

#include <cstddef>
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

// Of a GPU's sweep: proposals that may be unanswered at once, `compilers` at first and one more every fourth answer, up to
// three times as many. Answers come in the order of the proposals, so that one that compiles long holds up those after
// it; then the compilers have nothing to do, and soon the GPU. With more a strategy knows less as it proposes, which
// matters while it knows little (docs/performance.md).
std::size_t unanswered_at_once(std::size_t compilers, std::int64_t answers);

}  // namespace rbgp
