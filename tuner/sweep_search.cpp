#include <algorithm>
#include <limits>

#include <tuner/default_candidate.hpp>
#include <tuner/sweep.hpp>
#include <tuner/turns.hpp>

namespace rbgp {
namespace {

constexpr std::chrono::milliseconds kPatience{20};  // between looks at the clock and the stop flag

}  // namespace

void Sweep::take(const CandidateResult& outcome) {
  if (outcome.ok && (now_.best_ms == 0 || outcome.median_ms < now_.best_ms))
    now_.best_ms = outcome.median_ms;
  if (!outcome.ok) ++now_.failed;
  times_[key_of(outcome)] =
      outcome.ok ? outcome.median_ms : std::numeric_limits<double>::infinity();
  result_.ranking.push_back(outcome);
  if (pipeline_) pipeline_->set_best_ms(now_.best_ms);
}

std::int64_t Sweep::pruned() const {
  std::int64_t count = 0;
  for (const Search& search : searches_) count += search.strategy->pruned();
  return count;
}

void Sweep::report_progress() {
  now_.pruned = pruned();
  now_.done = static_cast<std::int64_t>(result_.ranking.size());
  now_.elapsed_seconds = elapsed();
  now_.dense_ms = dense_.ms;
  if (progress_) progress_(now_);
}

bool Sweep::may_submit() const {
  const auto known = static_cast<std::int64_t>(result_.ranking.size() + elsewhere_.size());
  return request_.max_candidates == 0 || known + under_way_ < request_.max_candidates;
}

// Those that are not are counted, so that all shards end at the same proposal.
bool Sweep::is_ours(const Candidate& candidate) {
  if (request_.shard.holds(identity_.candidate_id(candidate.config, candidate.kernel))) return true;
  elsewhere_.insert(candidate.key());
  return false;
}

void Sweep::submit(const Candidate& candidate) {
  pipeline_->submit(candidate);
  ++under_way_;
}

// Whether its graphs, now that they are sampled, lack the spectral gap that was asked for. It is then known,
// and neither measured nor counted, in whatever shard.
bool Sweep::is_unwanted(const Candidate& candidate) {
  const double least = request_.bounds.min_gap;
  if (least == 0) return false;
  try {
    if (patterns_.get(candidate.config).spectral_gap >= least) return false;
  } catch (const Error&) {
    return false;  // there are no such graphs: a failure like any other, which compiling meets
  }
  if (times_.emplace(candidate.key(), std::numeric_limits<double>::infinity()).second) ++unwanted_;
  return true;
}

// With all of its kernels. A search all of whose configurations were refused has nothing left, however many points it
// has not proposed.
void Sweep::refuse(Search& search, const Rbgp4Config& config) {
  if (refused_.empty()) first_refusal_ = Clock::now();
  refused_.insert(config.to_string());
  if (!search.left) {
    search.left.emplace();
    for (const Point& pattern : search.space->patterns())
      search.left->insert(search.space->config(pattern)->to_string());
  }
  search.left->erase(config.to_string());
  if (search.left->empty()) search.is_done = true;
}

// Only of strategies that ask the model: others are to propose the same whatever is measured.
std::int64_t Sweep::turns_between(const Search& search) const {
  if (!find_strategy(request_.strategy).asks_model || search.reports < kReportsToTrust)
    return search.turns_expected;
  // Of what strategies have heard, not of all that is known: then a resumed sweep takes the same turns.
  double best_ms = std::numeric_limits<double>::infinity();
  for (const Search& each : searches_) best_ms = std::min(best_ms, each.best_ms);
  return std::isfinite(best_ms) ? turns_measured(search.best_ms / best_ms) : 1;
}

// One of each family whose turn it is.
void Sweep::propose() {
  ++turn_;
  for (Search& search : searches_) {
    if (!may_submit()) return;
    if (search.is_done || turn_ % turns_between(search) != 0) continue;
    auto point = search.strategy->next();
    search.is_done = !point;
    if (!point) continue;
    const Candidate candidate = *search.space->candidate(*point);
    const std::string key = candidate.key();
    if (is_unwanted(candidate)) {
      refuse(search, candidate.config);
    } else {
      if (!is_ours(candidate)) {
        search.strategy->skip(*point);
        continue;
      }
      if (!times_.contains(key) && key != default_key_) submit(candidate);
    }
    proposals_.push_back({&search, std::move(*point), key});
  }
}

bool Sweep::is_exhausted() const {
  return std::all_of(searches_.begin(), searches_.end(),
                     [](const Search& search) { return search.is_done; });
}

// Of the processors and the answers alone: with another window a strategy would make other proposals.
std::size_t Sweep::window() const {
  if (request_.device.kind() == DeviceKind::host) return compilers_;
  std::int64_t answers = 0;
  for (const Search& search : searches_) answers += search.reports;
  return unanswered_at_once(compilers_, answers) + 2 * devices_.size();
}

// On the host a batch is compiled on all cores, and then measured on a quiet machine; compiling for a GPU
// runs ahead all the time.
void Sweep::fill() {
  if (request_.device.kind() == DeviceKind::host && !proposals_.empty()) return;
  while (proposals_.size() < window() && !is_exhausted() && may_submit() && may_propose()) {
    propose();
    report_in_order();
    if (result_.ranking.empty() && !refused_.empty()) report_progress();
  }
}

void Sweep::report_in_order() {
  while (!proposals_.empty()) {
    const Proposal& proposal = proposals_.front();
    const auto time = times_.find(proposal.key);
    if (time == times_.end()) return;
    Search& search = *proposal.search;
    search.strategy->report(proposal.point, time->second);
    ++search.reports;
    search.best_ms = std::min(search.best_ms, time->second);
    proposals_.pop_front();
  }
}

SearchEnd Sweep::search_end() const {
  if (stopped()) return SearchEnd::interruption;
  if (under_way_ > 0) return SearchEnd::budget;
  if (is_exhausted()) return SearchEnd::space;
  return may_submit() ? SearchEnd::budget : SearchEnd::count;
}

void Sweep::measure_dense() {
  if (request_.shard.is_whole()) dense_ = comparison_.dense();
  result_.dense_disturbed = dense_.held_up;
  if (!dense_.note.empty()) result_.notes.push_back(dense_.note);
  report_progress();
}

void Sweep::search() {
  const bool quiet = request_.device.kind() == DeviceKind::host;
  report_progress();  // the dense product of a large problem takes seconds
  if (quiet) measure_dense();
  pipeline_.emplace(request_, devices_, patterns_, Pipeline::Begin::when_told);
  for (const CandidateResult& known : result_.ranking) pipeline_->remember(known);
  pipeline_->set_best_ms(now_.best_ms);
  if (const auto candidate = default_candidate(request_, spaces(), request_.device.properties())) {
    default_key_ = candidate->key();
    if (!is_unwanted(*candidate) && is_ours(*candidate) && !times_.contains(default_key_) &&
        may_submit())
      submit(*candidate);
  }
  if (!quiet) {
    fill();
    if (request_.shard.is_whole()) comparison_.open();
    pipeline_->wait_until_open();
    measure_dense();
  }
  pipeline_->begin_measuring();
  while (may_go_on()) {
    fill();
    if (under_way_ == 0) break;
    const std::optional<CandidateResult> outcome = pipeline_->next(kPatience);
    if (!outcome) {
      report_progress();
      continue;
    }
    --under_way_;
    ++now_.measured;
    if (journal_) journal_->add(*outcome);
    take(*outcome);
    report_in_order();
    report_progress();
  }
  result_.ended = search_end();
  if (journal_) journal_->end(result_.ended);
  note_disturbances();
  if (unwanted_ > 0)
    result_.notes.push_back(
        fmt::format("{} proposals were not measured: their spectral gap is below {}", unwanted_,
                    request_.bounds.min_gap));
  result_.pruned = pruned();
  result_.busy_share = pipeline_->busy_share();
  result_.candidate_seconds = pipeline_->candidate_seconds();
  if (const std::int64_t reused = pipeline_->reused(); reused > 0)
    result_.notes.push_back(fmt::format(
        "{} candidates have the code of another one and were not measured again", reused));
  for (const std::string& lost : pipeline_->lost_devices())
    result_.notes.push_back(fmt::format("a device was given up: {}", lost));
  pipeline_.reset();
}

void Sweep::note_disturbances() {
  std::int64_t count = 0;
  std::int64_t limited = 0;
  std::string last;
  for (const CandidateResult& candidate : result_.ranking) {
    if (candidate.at_power_limit) ++limited;
    if (candidate.disturbance.empty()) continue;
    ++count;
    last = candidate.disturbance;
  }
  if (count > 0)
    result_.notes.push_back(
        fmt::format("{} of {} candidates could not be timed undisturbed; the last time {}", count,
                    result_.ranking.size(), last));
  if (limited > 0)
    result_.notes.push_back(
        fmt::format("{} of {} candidates were timed at the power limit, at a clock that depends on "
                    "what ran before",
                    limited, result_.ranking.size()));
}

}  // namespace rbgp
