// Sweeps that several processes share: shards of them, and the ranks of mpirun.
#pragma once

#include <optional>
#include <string>

#include <cli/ranks.hpp>
#include <cli/stop_signal.hpp>
#include <rbgp/tuner.hpp>

namespace rbgp::cli {

// The journal that this rank writes: of several ranks each has its own, beside the request's.
std::string journal_of(const TuneRequest& request, const Ranks& ranks);

// Each number of ranks has journals of its own: with another one all would be measured again. Errors: invalid_argument where
// the journal's folder, as the first rank sees it, has one of a sweep of another number; for one rank only where there is not
// theirs merged.
void require_as_many_ranks(const TuneRequest& request, const Ranks& ranks);

// The sweep of all ranks: each measures its shard into a journal of its own beside the request's, the
// first one merges these into it, compares the fastest and has the result; the others have none. Of the
// devices of a machine its ranks take turns. Errors: as sweep(); of another rank, too, with its number.
std::optional<TuneResult> sweep_with_ranks(const TuneRequest& request, const Ranks& ranks,
                                           const StopSignal& stop);

// Measures one shard and says what was found.
void tune_shard(const TuneRequest& request, bool json, const StopSignal& stop);

}  // namespace rbgp::cli
