#include <algorithm>
#include <chrono>
#include <cmath>
#include <deque>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <thread>
#include <tuple>

#include <generator/cuda_source.hpp>
#include <rbgp/error.hpp>
#include <rbgp/tuner.hpp>
#include <tuner/ceilings.hpp>
#include <tuner/comparison.hpp>
#include <tuner/default_candidate.hpp>
#include <tuner/journal.hpp>
#include <tuner/pattern_cache.hpp>
#include <tuner/pipeline.hpp>
#include <tuner/spaces.hpp>
#include <tuner/strategy.hpp>
#include <tuner/sweep_target.hpp>

namespace rbgp {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kFinalists = 5;  // and the default, and the preferred one
constexpr int kFinalWaves = 3;
constexpr double kFinalShare = 0.15;  // of the budget, kept for the finalists
constexpr std::chrono::milliseconds kPatience{20};  // between looks at the clock and the stop flag
constexpr std::size_t kMaxWindow = 16;

std::string key_of(const CandidateResult& result) {
  return Candidate{result.config, result.kernel}.key();
}

class Sweep {
 public:
  Sweep(const TuneRequest& request, const std::function<void(const TuneProgress&)>& progress,
        const std::atomic<bool>* stop)
      : request_(request),
        progress_(progress),
        stop_(stop),
        begin_(Clock::now()),
        result_{.notes = request.notes},
        target_(resolve_target(request, result_.notes)),
        patterns_(request.seed),
        comparison_(request, patterns_, stop) {
    if (request.pattern) patterns_.put(*request.pattern);
  }

  TuneResult run();

 private:
  double elapsed() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }
  bool stopped() const { return stop_ != nullptr && stop_->load(); }
  bool may_go_on() const {
    // Whatever the budget, one candidate is tried: there is no answer without it.
    return !stopped() &&
           (result_.ranking.empty() || elapsed() < request_.budget_seconds * (1 - kFinalShare));
  }
  void make_searches();
  void make_strategies();
  Ceilings expected_ceilings();
  std::vector<const SearchSpace*> spaces() const;
  SweepIdentity identity() const;
  void open_journal();
  bool may_submit() const;
  bool is_ours(const Candidate& candidate);
  void propose();
  void submit(const Candidate& candidate);
  bool is_unwanted(const Candidate& candidate);
  void fill();
  void report_in_order();
  void search();
  void note_disturbances();
  void take(const CandidateResult& outcome);
  void rank();
  std::vector<CandidateResult*> finalists();
  FinalRecord measure_finalists();
  bool compare(const std::vector<CandidateResult*>& candidates, FinalRecord& record);
  void choose();
  std::int64_t pruned() const;
  void report_progress();
  Plan plan_of(const CandidateResult& best);

  struct Search {
    std::unique_ptr<SearchSpace> space;
    std::unique_ptr<Strategy> strategy;
  };
  // What a strategy is to hear of, in the order in which they were asked: so the same results lead to the
  // same proposals, whatever came first.
  struct Proposal {
    Strategy* strategy;
    Point point;
    std::string key;
  };

  const TuneRequest& request_;
  const std::function<void(const TuneProgress&)>& progress_;
  const std::atomic<bool>* stop_;
  Clock::time_point begin_;
  TuneResult result_;
  SweepTarget target_;
  SweepIdentity identity_;
  PatternCache patterns_;
  Comparison comparison_;
  Comparison::Dense dense_;
  std::vector<Search> searches_;  // one a family of the device
  std::optional<Journal> journal_;
  std::optional<Pipeline> pipeline_;
  std::deque<Proposal> proposals_;
  std::map<std::string, double>
      times_;  // of all that was measured, by key; infinite where it failed
  std::set<std::string> elsewhere_;  // keys of proposals that are other shards'
  std::int64_t under_way_ = 0;
  std::int64_t unwanted_ = 0;  // proposals whose gap is too small
  std::size_t window_ = 0;  // proposals that are unanswered at once
  std::string default_key_, winner_key_;
  TuneProgress now_;
  bool exhausted_ = false;  // no strategy has anything left to propose
};

void Sweep::make_searches() {
  for (std::unique_ptr<SearchSpace>& space : make_spaces(request_, target_)) {
    result_.space_size += static_cast<std::int64_t>(std::min(space->size(), 0x1p62));
    searches_.push_back({.space = std::move(space), .strategy = nullptr});
  }
}

void Sweep::make_strategies() {
  const Ceilings ceilings = expected_ceilings();
  const auto best = std::make_shared<ModelBest>();  // a family may be ruled out by another one
  for (std::size_t i = 0; i < searches_.size(); ++i) {
    Search& search = searches_[i];
    search.space->expect(ceilings);
    search.strategy =
        find_strategy(request_.strategy).make({*search.space, derive_seed(request_.seed, i), best});
  }
}

std::vector<const SearchSpace*> Sweep::spaces() const {
  std::vector<const SearchSpace*> all;
  for (const Search& search : searches_) all.push_back(search.space.get());
  return all;
}

SweepIdentity Sweep::identity() const {
  SweepIdentity sweep{.problem = request_.problem,
                      .sparsity_percent = request_.config ? 0 : request_.sparsity_percent,
                      .config = request_.config ? request_.config->to_string() : "",
                      .graphs = request_.pattern ? graphs_digest(*request_.pattern) : "",
                      .rows = target_.rows,
                      .cols = target_.cols,
                      .density = target_.density,
                      .family = request_.family,
                      .strategy = request_.strategy,
                      .seed = request_.seed,
                      .shard = request_.shard,
                      .cold = request_.cold,
                      .device = request_.device.properties(),
                      .compiler = compiler_of(request_.device.kind()),
                      .generator_version = kGeneratorVersion};
  sweep.axes = axes_digest(spaces());
  sweep.bounds = request_.bounds.to_string();
  return sweep;
}

// What was measured before takes part from the beginning: in the ranking, the candidate limit and the
// time after which a candidate is given up. Strategies learn of it when they propose it again, so that
// they go on as they would have without the interruption.
void Sweep::open_journal() {
  if (request_.journal.empty()) return;
  journal_.emplace(request_.journal, identity_);
  if (journal_->is_new())
    for (const std::string& line : request_.space) journal_->note("space: " + line);
  for (const CandidateResult& candidate : journal_->known()) take(candidate);
  if (!journal_->known().empty())
    result_.notes.push_back(
        fmt::format("{} candidates are from the journal", journal_->known().size()));
}

// What the model goes by. A sweep with a journal goes by what that has, or lacks, from its first candidate on:
// resumed, it proposes what it would have proposed.
Ceilings Sweep::expected_ceilings() {
  const DeviceProperties& device = request_.device.properties();
  if (journal_ && journal_->ceilings() && journal_->ceilings()->vector_multiply_adds_per_ms > 0)
    return {.bytes_per_ms = journal_->ceilings()->bytes_per_ms,
            .multiply_adds_per_ms = journal_->ceilings()->vector_multiply_adds_per_ms,
            .empty_ms = journal_->ceilings()->empty_ms};
  if (journal_ && !journal_->known().empty()) return assumed_ceilings(device).ceilings;
  const KnownCeilings known = known_ceilings(device);
  if (journal_ && known.source == CeilingsSource::measured)
    journal_->add(DeviceCeilings{
        .multiply_adds_per_ms = known.ceilings.multiply_adds_of(request_.problem.dtype),
        .bytes_per_ms = known.ceilings.bytes_per_ms,
        .vector_multiply_adds_per_ms = known.ceilings.multiply_adds_per_ms,
        .empty_ms = known.ceilings.empty_ms});
  return known.ceilings;
}

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

// Whether its graphs, now that they are sampled, lack the spectral gap that was asked for.
bool Sweep::is_unwanted(const Candidate& candidate) {
  const double least = request_.bounds.min_gap;
  if (least == 0 || patterns_.get(candidate.config).spectral_gap >= least) return false;
  ++unwanted_;
  return true;
}

// One of each family.
void Sweep::propose() {
  exhausted_ = true;
  for (Search& search : searches_) {
    if (!may_submit()) return;
    auto point = search.strategy->next();
    if (!point) continue;
    exhausted_ = false;
    const Candidate candidate = *search.space->candidate(*point);
    if (!is_ours(candidate)) continue;
    const std::string key = candidate.key();
    proposals_.push_back({search.strategy.get(), std::move(*point), key});
    if (times_.contains(key) || key == default_key_) continue;
    if (is_unwanted(candidate))
      times_[key] = std::numeric_limits<double>::infinity();
    else
      submit(candidate);
  }
}

// On the host a batch is compiled on all cores, and then measured on a quiet machine; compiling for a GPU
// runs ahead all the time.
void Sweep::fill() {
  if (request_.device.kind() == DeviceKind::host && !proposals_.empty()) return;
  while (proposals_.size() < window_ && !exhausted_ && may_submit()) {
    propose();
    report_in_order();
  }
}

void Sweep::report_in_order() {
  while (!proposals_.empty()) {
    const Proposal& proposal = proposals_.front();
    const auto time = times_.find(proposal.key);
    if (time == times_.end()) return;
    proposal.strategy->report(proposal.point, time->second);
    proposals_.pop_front();
  }
}

void Sweep::search() {
  const std::vector<Device> all = resolve_devices(request_);
  // Of the machine alone: with another window a strategy would make other proposals.
  window_ = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, kMaxWindow);
  if (request_.device.kind() == DeviceKind::cuda) window_ += 2 * all.size();
  pipeline_.emplace(request_, all, patterns_);
  for (const CandidateResult& known : result_.ranking) pipeline_->remember(known);
  pipeline_->set_best_ms(now_.best_ms);
  if (const auto candidate = default_candidate(request_, spaces())) {
    default_key_ = candidate->key();
    if (is_ours(*candidate) && !times_.contains(default_key_) && may_submit() &&
        !is_unwanted(*candidate))
      submit(*candidate);
  }
  while (may_go_on()) {
    fill();
    if (under_way_ == 0) break;
    const std::optional<CandidateResult> outcome = pipeline_->next(kPatience);
    if (!outcome) continue;
    --under_way_;
    if (journal_) journal_->add(*outcome);
    take(*outcome);
    report_in_order();
    report_progress();
  }
  note_disturbances();
  if (unwanted_ > 0)
    result_.notes.push_back(
        fmt::format("{} proposals were not measured: their spectral gap is below {}", unwanted_,
                    request_.bounds.min_gap));
  result_.pruned = pruned();
  result_.busy_share = pipeline_->busy_share();
  if (const std::int64_t reused = pipeline_->reused(); reused > 0)
    result_.notes.push_back(fmt::format(
        "{} candidates have the code of another one and were not measured again", reused));
  pipeline_.reset();
}

void Sweep::note_disturbances() {
  std::int64_t count = 0;
  std::string last;
  for (const CandidateResult& candidate : result_.ranking) {
    if (candidate.disturbance.empty()) continue;
    ++count;
    last = candidate.disturbance;
  }
  if (count > 0)
    result_.notes.push_back(
        fmt::format("{} of {} candidates could not be timed undisturbed; the last time {}", count,
                    result_.ranking.size(), last));
}

void Sweep::rank() {
  const auto order = [&](const CandidateResult& result) {
    return std::tuple(!result.ok, !result.finalist, result.median_ms, -result.spectral_gap);
  };
  std::sort(
      result_.ranking.begin(), result_.ranking.end(),
      [&](const CandidateResult& a, const CandidateResult& b) { return order(a) < order(b); });
}

// Those that the plan may be of, once they were timed again: the fastest, the default and the preferred one;
// and, of those that were not timed again yet, what would rank before the best that was.
std::vector<CandidateResult*> Sweep::finalists() {
  std::vector<CandidateResult*> chosen;
  std::vector<CandidateResult*> others;
  double least = std::numeric_limits<double>::infinity();
  for (CandidateResult& candidate : result_.ranking)
    if (candidate.ok && candidate.finalist) least = std::min(least, candidate.median_ms);
  const CandidateResult& preferred =
      result_.ranking[preferred_candidate(result_.ranking, request_.prefer, result_.noise_floor)];
  const bool is_new = !preferred.finalist;
  for (CandidateResult& candidate : result_.ranking) {
    if (!candidate.ok) continue;
    if (candidate.finalist || &candidate == &preferred || key_of(candidate) == default_key_)
      chosen.push_back(&candidate);
    else if (candidate.median_ms < least)
      others.push_back(&candidate);
  }
  std::sort(others.begin(), others.end(), [](const CandidateResult* a, const CandidateResult* b) {
    return a->median_ms < b->median_ms;
  });
  if (others.empty() && !is_new && std::isfinite(least)) return {};
  if (others.size() > kFinalists) others.resize(kFinalists);
  // The most promising first: its kernel has the twin.
  others.insert(others.end(), chosen.begin(), chosen.end());
  return others;
}

// False where there is nothing to choose from.
bool Sweep::compare(const std::vector<CandidateResult*>& candidates, FinalRecord& record) {
  const double left = std::max(0.0, request_.budget_seconds - elapsed());
  const ComparisonResult compared = comparison_.run(candidates, left / kFinalWaves);
  if (compared.entrants.empty()) return false;
  std::vector<CandidateResult> entrants;
  record.finalists.clear();
  for (const ComparisonResult::Entrant& entrant : compared.entrants) {
    entrant.candidate->median_ms = median_of(entrant.rounds_ms);
    entrant.candidate->finalist = true;
    entrants.push_back(*entrant.candidate);
    record.finalists.push_back(
        {.id = journal_ ? journal_->id(*entrant.candidate) : "", .rounds_ms = entrant.rounds_ms});
  }
  record.twin_rounds_ms = compared.twin_rounds_ms;
  record.dense_rounds_ms = compared.dense_rounds_ms;
  record.noise_floor = noise_floor(compared.entrants.front().rounds_ms, compared.twin_rounds_ms);
  result_.noise_floor = record.noise_floor;
  dense_.ms = median_of(compared.dense_rounds_ms);
  winner_key_ =
      key_of(entrants[preferred_candidate(entrants, request_.prefer, record.noise_floor)]);
  return true;
}

// A single short measurement picks lucky ones: only what was timed again, turn by turn and with the dense
// product among it, so that what else the machine does meets all alike, can be the plan's.
FinalRecord Sweep::measure_finalists() {
  FinalRecord record{.dense_library = dense_.library};
  try {
    for (int wave = 0; wave < kFinalWaves && !stopped(); ++wave) {
      const std::vector<CandidateResult*> candidates = finalists();
      if (candidates.empty() || !compare(candidates, record)) break;
    }
  } catch (const Error& error) {
    result_.notes.push_back(fmt::format("the finals ended early: {}", error.what()));
  }
  return record;
}

void Sweep::choose() {
  const auto found =
      std::find_if(result_.ranking.begin(), result_.ranking.end(),
                   [&](const CandidateResult& result) { return key_of(result) == winner_key_; });
  if (found != result_.ranking.end())
    result_.chosen = static_cast<std::size_t>(found - result_.ranking.begin());
  else  // without finals
    result_.chosen = preferred_candidate(result_.ranking, request_.prefer, result_.noise_floor);
  result_.gap_front = pareto_front(result_.ranking, Tradeoff::gap);
  result_.repetition_front = pareto_front(result_.ranking, Tradeoff::repetition);
}

Plan Sweep::plan_of(const CandidateResult& best) {
  return {.spec = {request_.problem, patterns_.get(best.config).pattern, best.kernel},
          .seed = request_.seed,
          .device = request_.device.properties(),
          .median_ms = best.median_ms,
          .dense_ms = dense_.ms,
          .dense_library = dense_.library};
}

TuneResult Sweep::run() {
  require(request_.shard.is_whole() || !request_.journal.empty(), ErrorCode::invalid_argument,
          "shard {} needs a journal: merged with those of the other shards it is the sweep's",
          to_string(request_.shard));
  make_searches();
  identity_ = identity();
  open_journal();
  make_strategies();
  if (request_.shard.is_whole()) dense_ = comparison_.dense();
  if (!dense_.note.empty()) result_.notes.push_back(dense_.note);
  report_progress();
  search();
  result_.interrupted = stopped();
  if (journal_ && stopped())
    journal_->note(fmt::format("interrupted with {} candidates", result_.ranking.size()));
  rank();
  if (!request_.shard.is_whole()) return std::move(result_);
  require(!result_.ranking.empty() || !stopped(), ErrorCode::internal,
          "interrupted before a candidate was measured");
  require(!result_.ranking.empty(), ErrorCode::invalid_argument,
          "there is no candidate to measure: no kernel can do any pattern of the space{}",
          unwanted_ > 0 ? ", or none with the spectral gap of min_gap" : "");
  const auto require_right = [&] {
    require(result_.ranking.front().ok, ErrorCode::internal,
            "no candidate was right; the first: {}", result_.ranking.front().failure);
  };
  require_right();
  FinalRecord record = measure_finalists();
  rank();
  require_right();
  choose();
  const CandidateResult& best = result_.ranking[result_.chosen];
  if (journal_) {
    record.winner = journal_->id(best);
    journal_->add(record);
  }
  result_.plan = plan_of(best);
  return std::move(result_);
}

}  // namespace

TuneResult tune(const TuneRequest& request,
                const std::function<void(const TuneProgress&)>& progress,
                const std::atomic<bool>* stop) {
  if (!request.pattern) return Sweep(request, progress, stop).run();
  TuneRequest of_pattern = request;
  of_pattern.config = request.pattern->config();
  return Sweep(of_pattern, progress, stop).run();
}

}  // namespace rbgp
