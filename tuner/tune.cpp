#include <algorithm>
#include <chrono>
#include <future>
#include <limits>
#include <optional>
#include <thread>
#include <tuple>

#include <generator/cuda_source.hpp>
#include <pipe/compile_spec.hpp>
#include <rbgp/error.hpp>
#include <rbgp/tuner.hpp>
#include <tuner/journal.hpp>
#include <tuner/measure.hpp>
#include <tuner/strategy.hpp>

namespace rbgp {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kFinalists = 5;
constexpr int kFinalRounds = 5;
constexpr double kFinalShare = 0.15;  // of the budget, kept for the finalists
// Of a time, what is taken for noise at least and at most, whatever the finalists' turns say.
constexpr double kLeastNoise = 0.005;
constexpr double kMostNoise = 0.05;
constexpr unsigned kMaxCompileThreads = 16;  // some hundred MB each

double percent(double density) { return 100 * (1 - density); }

// Where the search takes place, after padding and rounding were asked for or refused.
struct Target {
  std::int64_t rows, cols;
  double density;
};

std::string nearest_text(const NearestDensities& nearest) {
  if (nearest.below == 0 && nearest.above == 0) return "no sparsity is reachable at these sizes";
  std::string text = "the nearest reachable ones are ";
  if (nearest.above > 0) text += fmt::format("{:.6g} %", percent(nearest.above));
  if (nearest.above > 0 && nearest.below > 0) text += " and ";
  if (nearest.below > 0) text += fmt::format("{:.6g} %", percent(nearest.below));
  return text;
}

Target resolve(const TuneRequest& request, std::vector<std::string>& notes) {
  const Problem& problem = request.problem;
  require(problem.m >= 1 && problem.k >= 1 && problem.n >= 1, ErrorCode::invalid_argument,
          "sizes {} x {} x {}: m, k and n are at least 1", problem.m, problem.k, problem.n);
  require(std::max({problem.m, problem.k, problem.n}) <= std::numeric_limits<std::int32_t>::max(),
          ErrorCode::invalid_argument, "sizes {} x {} x {}: m, k and n are at most {}", problem.m,
          problem.k, problem.n, std::numeric_limits<std::int32_t>::max());
  if (request.config) {
    const Rbgp4Config& config = *request.config;
    config.validate();
    const bool exact = problem.m == config.rows() && problem.k == config.cols();
    require(exact || (request.pad && problem.m <= config.rows() && problem.k <= config.cols()),
            ErrorCode::invalid_argument, "sizes {} x {} are not those of {}, {} x {}; --pad pads",
            problem.m, problem.k, config.to_string(), config.rows(), config.cols());
    return {config.rows(), config.cols(), config.density()};
  }
  require(request.sparsity_percent >= 0 && request.sparsity_percent < 100,
          ErrorCode::invalid_argument, "sparsity {} %: allowed is 0 to below 100",
          request.sparsity_percent);
  Target target{problem.m, problem.k, 1 - request.sparsity_percent / 100};
  NearestDensities nearest = nearest_densities(target.rows, target.cols, target.density);
  if (nearest.exact) return target;
  if (request.pad) {
    if (const auto padded = padded_sizes(target.rows, target.cols, target.density)) {
      target.rows = padded->rows;
      target.cols = padded->cols;
      notes.push_back(fmt::format(
          "padded W from {} x {} to {} x {} with zero rows and columns; O keeps its {} rows",
          problem.m, problem.k, target.rows, target.cols, problem.m));
      return target;
    }
  }
  if (request.nearest && (nearest.below > 0 || nearest.above > 0)) {
    const bool take_above =
        nearest.below == 0 ||
        (nearest.above > 0 && nearest.above - target.density <= target.density - nearest.below);
    target.density = take_above ? nearest.above : nearest.below;
    notes.push_back(fmt::format("sparsity {:.6g} % instead of {:.6g} %, the nearest reachable",
                                percent(target.density), request.sparsity_percent));
    return target;
  }
  fail(ErrorCode::invalid_argument,
       "no split of {} x {} over Go, Gr, Gi, Gb has {:.6g} % with integer degrees; {}; "
       "--nearest takes the nearest, --pad pads the sizes",
       problem.m, problem.k, request.sparsity_percent, nearest_text(nearest));
}

class Sweep {
 public:
  Sweep(const TuneRequest& request, const std::function<void(const TuneProgress&)>& progress,
        const std::atomic<bool>* stop)
      : request_(request),
        progress_(progress),
        stop_(stop),
        begin_(Clock::now()),
        target_(resolve(request, result_.notes)),
        measurement_(request.problem, request.device, request.seed) {
    if (request.pattern) measurement_.patterns().put(*request.pattern);
  }

  TuneResult run();

 private:
  double elapsed() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }
  bool stopped() const { return stop_ != nullptr && stop_->load(); }
  bool may_go_on() const {
    const auto done = static_cast<std::int64_t>(result_.ranking.size());
    if (stopped() || device_lost_) return false;
    // Whatever the budget, one candidate is tried: there is no answer without it.
    if (done == 0) return true;
    return elapsed() < request_.budget_seconds * (1 - kFinalShare) &&
           (request_.max_candidates == 0 || done < request_.max_candidates);
  }
  void make_searches();
  SweepIdentity identity() const;
  void open_journal();
  void run_batch();
  CandidateResult measured(const Candidate& candidate);
  void try_candidate(const Candidate& candidate, Strategy& strategy, const Point& point);
  const CandidateResult* known(const Candidate& candidate) const {
    return journal_ ? journal_->find(candidate.config, candidate.kernel) : nullptr;
  }
  void take(const CandidateResult& outcome);
  void rank();
  std::vector<std::size_t> finalists() const;
  FinalRecord measure(const std::vector<std::size_t>& finalists);
  void choose(const std::vector<std::size_t>& finalists, const FinalRecord& record);
  void report_progress();

  struct Search {
    std::unique_ptr<SearchSpace> space;
    std::unique_ptr<Strategy> strategy;
  };

  const TuneRequest& request_;
  const std::function<void(const TuneProgress&)>& progress_;
  const std::atomic<bool>* stop_;
  Clock::time_point begin_;
  TuneResult result_;
  Target target_;
  Measurement measurement_;
  Measurement::Dense dense_;
  double dense_ms_ = 0;
  std::vector<Search> searches_;  // one a family of the device
  std::optional<Journal> journal_;
  TuneProgress now_;
  bool device_lost_ = false;
  bool exhausted_ = false;  // no strategy has anything left to propose
};

void Sweep::make_searches() {
  const DeviceProperties& device = request_.device.properties();
  require_family(device.kind, request_.problem.dtype);
  if (!request_.family.empty())
    require(find_family(request_.family).target == device.kind, ErrorCode::invalid_argument,
            "kernel family {} does not run on {}", request_.family, request_.device.text());
  for (const KernelFamily& family : kernel_families()) {
    if (family.target != device.kind || !family.multiplies(request_.problem.dtype)) continue;
    if (!request_.family.empty() && family.name != request_.family) continue;
    Search search;
    search.space =
        request_.config
            ? std::make_unique<SearchSpace>(request_.problem, *request_.config, device, family)
            : std::make_unique<SearchSpace>(request_.problem, target_.rows, target_.cols,
                                            target_.density, device, family);
    search.strategy = make_strategy(request_.strategy, *search.space,
                                    derive_seed(request_.seed, searches_.size()));
    result_.space_size += static_cast<std::int64_t>(std::min(search.space->size(), 0x1p62));
    searches_.push_back(std::move(search));
  }
  require(!searches_.empty(), ErrorCode::invalid_argument, "kernel family {} does not multiply {}",
          request_.family, to_string(request_.problem.dtype));
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
                      .device = request_.device.properties(),
                      .compiler = compiler_of(request_.device.kind()),
                      .generator_version = kGeneratorVersion};
  std::vector<const SearchSpace*> spaces;
  for (const Search& search : searches_) spaces.push_back(search.space.get());
  sweep.axes = axes_digest(spaces);
  return sweep;
}

// What was measured before takes part from the beginning: in the ranking, the candidate limit and the
// time after which a candidate is given up. Strategies learn of it when they propose it again, so that
// they go on as they would have without the interruption.
void Sweep::open_journal() {
  if (request_.journal.empty()) return;
  journal_.emplace(request_.journal, identity());
  for (const CandidateResult& candidate : journal_->known()) take(candidate);
  if (!journal_->known().empty())
    result_.notes.push_back(
        fmt::format("{} candidates are from the journal", journal_->known().size()));
}

void Sweep::take(const CandidateResult& outcome) {
  if (outcome.ok && (now_.best_ms == 0 || outcome.median_ms < now_.best_ms))
    now_.best_ms = outcome.median_ms;
  if (!outcome.ok) ++now_.failed;
  result_.ranking.push_back(outcome);
}

CandidateResult Sweep::measured(const Candidate& candidate) {
  try {
    return measurement_.measure(candidate, now_.best_ms);
  } catch (const Error& error) {
    // What is missing on this machine is missing for every candidate.
    if (error.code() == ErrorCode::unsupported && result_.ranking.empty()) throw;
    // A fault leaves a CUDA context unusable: nothing measured after it would mean anything.
    device_lost_ =
        error.code() == ErrorCode::launch_failed && request_.device.kind() == DeviceKind::cuda;
    return {.config = candidate.config,
            .kernel = candidate.kernel,
            .failure = fmt::format("{}: {}", to_string(error.code()), error.what())};
  }
}

void Sweep::try_candidate(const Candidate& candidate, Strategy& strategy, const Point& point) {
  const auto report = [&](const CandidateResult& outcome) {
    strategy.report(point,
                    outcome.ok ? outcome.median_ms : std::numeric_limits<double>::infinity());
  };
  if (const CandidateResult* before = known(candidate)) return report(*before);
  const CandidateResult outcome = measured(candidate);
  if (journal_) journal_->add(outcome);
  report(outcome);
  take(outcome);
  report_progress();
}

void Sweep::report_progress() {
  now_.done = static_cast<std::int64_t>(result_.ranking.size());
  now_.elapsed_seconds = elapsed();
  now_.dense_ms = dense_ms_;
  if (progress_) progress_(now_);
}

void Sweep::rank() {
  const auto order = [](const CandidateResult& result) {
    return std::tuple(!result.ok, result.median_ms, -result.spectral_gap);
  };
  std::sort(
      result_.ranking.begin(), result_.ranking.end(),
      [&](const CandidateResult& a, const CandidateResult& b) { return order(a) < order(b); });
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// The fastest of the ranking, and the one that is preferred where it is none of them.
std::vector<std::size_t> Sweep::finalists() const {
  std::vector<std::size_t> indices;
  while (indices.size() < std::min(kFinalists, result_.ranking.size()) &&
         result_.ranking[indices.size()].ok)
    indices.push_back(indices.size());
  const std::size_t preferred = preferred_candidate(result_.ranking, request_.prefer, kLeastNoise);
  if (preferred >= indices.size()) indices.push_back(preferred);
  return indices;
}

// A single short measurement picks lucky ones: the best are timed again, turn by turn and with the dense
// product among them, so that what else the machine does meets all of them alike.
FinalRecord Sweep::measure(const std::vector<std::size_t>& finalists) {
  FinalRecord record{.dense_library = dense_.library};
  std::vector<PreparedKernel> kernels;
  for (const std::size_t i : finalists) {
    const CandidateResult& candidate = result_.ranking[i];
    PreparedKernel prepared = measurement_.prepare({candidate.config, candidate.kernel});
    const std::vector<float> values(prepared.packed.bytes() / sizeof(float), 0.5F);
    prepared.packed.upload(values.data(), prepared.packed.bytes());
    kernels.push_back(std::move(prepared));
    record.finalists.push_back({.id = journal_ ? journal_->id(candidate) : ""});
  }
  const runtime::TimingOptions round{.min_seconds = 0.02, .min_samples = 3};
  for (int i = 0; i < kFinalRounds && !stopped(); ++i) {
    record.dense_rounds_ms.push_back(measurement_.time_dense(round).median());
    for (std::size_t f = 0; f < kernels.size(); ++f)
      record.finalists[f].rounds_ms.push_back(measurement_.time(kernels[f], round).median());
  }
  if (record.dense_rounds_ms.empty()) return record;
  dense_ms_ = median(record.dense_rounds_ms);
  for (std::size_t f = 0; f < kernels.size(); ++f)
    result_.ranking[finalists[f]].median_ms = median(record.finalists[f].rounds_ms);
  return record;
}

// Only finalists can win: of many times that were measured once, the least is a lucky one.
void Sweep::choose(const std::vector<std::size_t>& finalists, const FinalRecord& record) {
  std::vector<CandidateResult> entrants;
  for (const std::size_t i : finalists) entrants.push_back(result_.ranking[i]);
  const double spread =
      record.finalists.empty() ? 0 : runtime::Samples{record.finalists[0].rounds_ms}.spread();
  const CandidateResult chosen = entrants[preferred_candidate(
      entrants, request_.prefer, std::clamp(spread, kLeastNoise, kMostNoise))];
  rank();
  const auto found = std::find_if(
      result_.ranking.begin(), result_.ranking.end(), [&](const CandidateResult& candidate) {
        return candidate.config == chosen.config && candidate.kernel == chosen.kernel;
      });
  result_.chosen = static_cast<std::size_t>(found - result_.ranking.begin());
  result_.gap_front = pareto_front(result_.ranking, Tradeoff::gap);
  result_.repetition_front = pareto_front(result_.ranking, Tradeoff::repetition);
}

// Compiling takes most of a sweep and one core: a batch is compiled on all cores, into the cache, before
// its candidates are measured one by one on a quiet machine.
void Sweep::run_batch() {
  struct Proposal {
    Strategy* strategy;
    Point point;
    Candidate candidate;
  };
  std::vector<Proposal> batch;
  const std::size_t size = std::clamp(std::thread::hardware_concurrency(), 1U, kMaxCompileThreads);
  while (batch.size() < size && !exhausted_) {
    exhausted_ = true;
    for (Search& search : searches_) {
      auto point = search.strategy->next();
      if (!point) continue;
      exhausted_ = false;
      Candidate candidate = *search.space->candidate(*point);
      batch.push_back({search.strategy.get(), std::move(*point), std::move(candidate)});
    }
  }
  std::vector<std::future<void>> compiles;
  for (const Proposal& proposal : batch) {
    if (known(proposal.candidate)) continue;
    KernelSpec spec{request_.problem, Rbgp4Pattern(), proposal.candidate.kernel};
    try {
      spec.pattern = measurement_.patterns().get(proposal.candidate.config).pattern;
    } catch (const Error&) {
      continue;  // measuring it says why
    }
    compiles.push_back(std::async(std::launch::async, [this, spec = std::move(spec)] {
      try {
        compile_spec(spec, request_.device.properties());
      } catch (const Error&) {
        // Measuring it meets the same error and reports it.
      }
    }));
  }
  for (std::future<void>& compile : compiles) compile.wait();
  for (const Proposal& proposal : batch) {
    if (!may_go_on()) return;
    try_candidate(proposal.candidate, *proposal.strategy, proposal.point);
  }
}

TuneResult Sweep::run() {
  make_searches();
  open_journal();
  dense_ = measurement_.open_dense();
  dense_ms_ = measurement_.time_dense({.min_seconds = 0.02, .min_samples = 3}).median();
  if (!dense_.note.empty()) result_.notes.push_back(dense_.note);
  report_progress();
  while (may_go_on() && !exhausted_) run_batch();
  result_.interrupted = stopped();
  if (journal_ && stopped())
    journal_->note(fmt::format("interrupted with {} candidates", result_.ranking.size()));
  rank();
  require(!result_.ranking.empty() || !stopped(), ErrorCode::internal,
          "interrupted before a candidate was measured");
  require(!result_.ranking.empty(), ErrorCode::internal, "there is no candidate to measure");
  require(result_.ranking.front().ok, ErrorCode::internal, "no candidate was right; the first: {}",
          result_.ranking.front().failure);
  FinalRecord record;
  const std::vector<std::size_t> entrants = finalists();
  if (device_lost_)
    result_.notes.push_back("the device failed and the search ended early");
  else
    record = measure(entrants);
  choose(entrants, record);
  const CandidateResult& best = result_.ranking[result_.chosen];
  if (journal_) {
    record.winner = journal_->id(best);
    journal_->add(record);
  }

  const Rbgp4Pattern& pattern = measurement_.patterns().get(best.config).pattern;
  result_.plan = {.spec = {request_.problem, pattern, best.kernel},
                  .seed = request_.seed,
                  .device = request_.device.properties(),
                  .median_ms = best.median_ms,
                  .dense_ms = dense_ms_,
                  .dense_library = dense_.library};
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
