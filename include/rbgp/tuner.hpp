// The tuner: which pattern and which kernel are fastest for a problem on a device.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <rbgp/device.hpp>
#include <rbgp/plan.hpp>
#include <rbgp/problem.hpp>
#include <rbgp/search_bounds.hpp>
#include <rbgp/shard.hpp>

namespace rbgp {

// Which candidate of a sweep its plan is.
enum class Preference {
  time,      // the fastest; of those that are as fast within the noise, the largest spectral gap
  gap,  // the largest spectral gap of those that take at most kGapPatience times the fastest's time
  balanced,  // the largest spectral gap a millisecond: twice the gap makes up for twice the time
};
inline constexpr double kGapPatience = 1.25;
// Of the fastest's time, what may be a tie: where timings of one kernel lay further apart they were disturbed.
inline constexpr double kWidestTie = 0.1;

std::string_view to_string(Preference preference);  // "time"
Preference parse_preference(std::string_view text);  // invalid_argument names the known ones

// What a sweep measures: a pattern's configuration, and a kernel for it.
struct Candidate {
  Rbgp4Config config;
  KernelConfig kernel;
  std::string key() const { return config.to_string() + " " + kernel.to_string(); }
};

struct TuneRequest {
  Problem problem;
  double sparsity_percent = 0;  // wanted sparsity of W, 0 <= s < 100
  Device device = Device::host();
  // Devices of the same properties as `device` that share the sweep with it, one worker process each.
  std::vector<Device> further_devices = {};
  // Sweeps at the same time on the processors of this one, itself among them: each compiles with its share of them and
  // of memory.
  int sharers = 1;
  std::uint64_t seed = 1;
  // Of all that tune() does, the finals with it: the search stops early enough for them. What is under way
  // then is still waited for.
  double budget_seconds = 60;
  // When the budget began, where the caller has used up some of it; else with the call of tune().
  std::optional<std::chrono::steady_clock::time_point> begin = std::nullopt;
  std::int64_t max_candidates = 0;  // 0: no limit but the budget
  bool nearest = false;  // take the nearest reachable sparsity instead of refusing
  bool pad = false;  // pad m and k to the next sizes that factor instead of refusing
  std::string strategy = "halving";
  // Search only the kernels of this configuration; its sparsity takes the place of
  // `sparsity_percent`. m and k may be smaller than its rows and columns (padding) with `pad`.
  std::optional<Rbgp4Config> config = std::nullopt;
  // Search only the kernels of this very pattern (of graphs of the user's, or of a chosen
  // construction); takes the place of `config`.
  std::optional<Rbgp4Pattern> pattern = std::nullopt;
  std::string family = {};  // search only kernels of this family; empty: of all that the device has
  SearchBounds bounds =
      {};  // of the patterns searched: without meaning, and refused, where there is one
  // File that every result is written to as it comes (docs/formats.md), and that the same sweep is
  // resumed from where it exists: nothing in it is measured again, and all of it is ranked and counts
  // for `max_candidates`. Budget and candidate limit may differ from run to run.
  std::string journal = {};  // empty: none
  // Part of the sweep that is measured and journalled here, without finals and without a plan: journals of
  // all shards are merged (rbgp/journal.hpp), and the sweep is ended from what comes of it. Needs a
  // journal. `max_candidates` counts those of the whole sweep.
  Shard shard = {};
  Preference prefer = Preference::time;
  // What strategies that ask the model begin with, as far as it is in the space that is searched: what was fast elsewhere
  // (known_candidates in rbgp/wisdom.hpp). A sweep of `random` or `exhaustive` is the same with it and without.
  std::vector<Candidate> known = {};
  // Time launches that find nothing of W, I and O in the device's shared cache, as in a network whose
  // layers take turns; else what fits stays there from launch to launch.
  bool cold = false;
  double compile_limit_seconds = 120;  // of one candidate; then it has failed
  double run_limit_seconds = 60;  // of checking and timing one candidate
  std::int64_t worker_memory_bytes =
      0;  // of a process on the host; 0: some times what the problem needs
  // What the caller found out before, such as measure_device_once: first among the result's notes.
  std::vector<std::string> notes = {};
  std::vector<std::string> space = {};  // describe_space, to be kept in a new journal
};

// Why a candidate is out.
enum class FailureKind {
  none,  // it is right
  unsupported,  // its family, or the compiler of this machine, cannot do it
  compile_failed,
  compile_timeout,
  launch_failed,  // the device refused it, such as for what it asks for
  illegal_access,  // the GPU stopped it
  out_of_bounds,  // it wrote to memory beside its buffers
  out_of_memory,
  crash,  // its process, or the compiler's, died of a signal
  hang,  // it ran past the limit
  wrong_result,
  nondeterministic,  // two launches on the same inputs gave different bits
};

// The name in journals and reports ("wrong_result"), and back: invalid_argument names the known ones.
std::string_view to_string(FailureKind kind);
FailureKind parse_failure_kind(std::string_view text);

// Why a search measured no more; what follows is less of a whole sweep.
enum class SearchEnd {
  space,  // nothing was left to measure
  count,  // as many candidates as were asked for
  budget,
  interruption,
};
std::string_view to_string(SearchEnd end);
SearchEnd parse_search_end(std::string_view text);
std::string_view describe(SearchEnd end);  // a clause

// What became of one candidate.
struct CandidateResult {
  Rbgp4Config config;
  KernelConfig kernel;
  bool ok = false;
  std::string failure;  // why not, one line
  // Time of one launch. Of a sweep with finals: of a finalist that of the finals, of others that of the search times
  // TuneResult::finals_factor.
  double median_ms = 0;
  double search_ms = 0;  // what it was in the search; 0 where there were no finals
  double spread = 0;  // interquartile range over the median
  double relative_error = 0;  // against the double-precision reference, relative Frobenius norm
  double spectral_gap = 0;  // normalised, of W
  FailureKind kind = FailureKind::none;
  // Its median_ms is of the last comparison, in which the fastest took turns; `disturbed` where too few of its rounds
  // were left to be relied on.
  bool finalist = false;
  bool disturbed = false;
  // What else the device did, or what held its clocks down, each time that it was timed; empty where it
  // was timed undisturbed, which is tried several times.
  std::string disturbance;
  bool at_power_limit =
      false;  // a GPU's clock was lowered for the power it drew, when it was timed
  std::string
      code;  // digest of the compiled kernel and its launch; empty where it was not compiled
};

struct TuneProgress {
  std::int64_t done = 0;
  std::int64_t measured = 0;  // of these, not from a journal
  std::int64_t failed = 0;
  std::int64_t pruned = 0;  // proposals that the model ruled out
  double elapsed_seconds = 0;
  double best_ms = 0;
  double dense_ms = 0;
  bool in_finals = false;  // the fastest are timed again
};

// What time is traded for.
enum class Tradeoff {
  gap,  // larger is better: connectivity
  repetition,  // smaller is better: rows that share their columns (Rbgp4Config::row_repetition)
};

// The right candidates that no other beats in time without losing in the other respect, as indices, fastest
// first. Of those equal in both, the first one is there. Gaps count as equal within 1e-6.
std::vector<std::size_t> pareto_front(std::span<const CandidateResult> candidates,
                                      Tradeoff tradeoff);

// The index of the one that is preferred, which lies on the front of time against gap. `noise` is the share
// of the fastest's time within which others count as just as fast, kWidestTie at most. Of equal ones it is the faster.
// Errors: invalid_argument where none is right.
std::size_t preferred_candidate(std::span<const CandidateResult> candidates, Preference preference,
                                double noise);

// What a sweep's candidates took on average, in seconds: to compile those that compiled, in one of the processes that do
// so beside each other and with sampling the pattern; to check, from loading on and while nothing is timed, and to time
// those that were right. 0 where there were none.
struct StageSeconds {
  double compile = 0;
  double check = 0;
  double time = 0;
};

struct TuneResult {
  Plan plan;  // of `chosen`; a shard's sweep has none
  // Finalists first and then the others, each fastest first; failed ones last.
  std::vector<CandidateResult> ranking;
  // In the ranking, by TuneRequest::prefer, of the finalists: the model's choice (default_kernel) is one.
  std::size_t chosen = 0;
  std::vector<std::size_t> gap_front,
      repetition_front;  // in the ranking, as pareto_front gives them
  std::int64_t space_size = 0;  // candidates there were to choose from, before constraints
  std::int64_t pruned = 0;  // candidates that the model ruled out before one was to be measured
  SearchEnd ended = SearchEnd::space;  // the search; an interruption may meet the finals alone
  bool interrupted = false;
  // How far two timings of the same kernel lay apart in the finals, as a part of them: what differs by
  // less is a tie, and goes to the larger spectral gap. 0 where there were no finals.
  double noise_floor = 0;
  // How many times as long as in the search finalists took in the finals, the median of them: other kernels ran before
  // them, and at a GPU's power limit they leave a lower clock. 1 without finals, and with fewer than three finalists.
  double finals_factor = 1;
  // Timings of the last finals, and how many of them are left out of all times: others on the machine held them
  // up. Where too many were (`disturbed`), the plan's time is no measurement, and is not to be kept.
  std::int64_t final_rounds = 0;
  std::int64_t dropped_rounds = 0;
  bool disturbed = false;
  bool dense_disturbed = false;  // the same of the plan's dense_ms, by itself
  double busy_share = 0;  // of the search's time that the devices were at work on a candidate
  StageSeconds candidate_seconds;
  std::vector<std::string> notes;  // what padding, rounding or fallbacks did, one line each
};

// What a sweep would search, a line each: how many patterns there are, how many each constraint removes, and
// of each family how many kernels, and what of a sample of pairs it cannot do. Measures nothing.
// Errors: invalid_argument as tune has them, and where no pattern is left, naming the constraint that the last
// ones failed at.
std::vector<std::string> describe_space(const TuneRequest& request);

// Searches until the budget, the candidate limit or the end of the space. Every candidate is checked
// against the double-precision reference on poisoned output, on a GPU while it is timed.
//
// `progress` is called before the first candidate, between candidates and in the finals, from the calling thread;
// when `stop` becomes true the search ends with what is known. Errors: invalid_argument where sizes do not factor, the
// sparsity is not reachable (naming the nearest ones), the space has no candidate or the journal is another sweep's
// (naming the first field that differs), unsupported where the device cannot be compiled for, io where
// the journal cannot be opened or written or another tuner has it, exhausted on a full disk, internal
// where no candidate was right (of a shard, that is no error).
TuneResult tune(const TuneRequest& request,
                const std::function<void(const TuneProgress&)>& progress = {},
                const std::atomic<bool>* stop = nullptr);

// The kernel that `rbgp emit` and the examples use when nothing was tuned: what the cost model expects to be fastest for
// this configuration and problem on the device. Thread-safe. Errors: invalid_argument where no family has one,
// unsupported where none multiplies the dtype.
KernelConfig default_kernel(const Rbgp4Config& config, const Problem& problem,
                            const DeviceProperties& device);
// The same for a pattern that is not, or may not be, what would be sampled for its configuration: some kernels need a
// Gi that is a lift.
KernelConfig default_kernel(const Rbgp4Pattern& pattern, const Problem& problem,
                            const DeviceProperties& device);
// The same where rows and columns of W were moved: of a kernel that takes rows of I in their order (column_order), and
// one that does not, before which I has to be put in it, the faster in all.
KernelConfig default_kernel(const Rbgp4Pattern& pattern, Problem problem, const MatrixOrder& order,
                            const DeviceProperties& device);

}  // namespace rbgp
