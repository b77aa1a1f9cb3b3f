#include <algorithm>

#include <generator/cuda_source.hpp>
#include <rbgp/error.hpp>
#include <tuner/space_report.hpp>
#include <tuner/spaces.hpp>
#include <tuner/sweep.hpp>

namespace rbgp {
namespace {

constexpr double kOverBudget = 1.2, kOverSeconds = 1;  // that nobody has to be told of

}  // namespace

void Sweep::make_searches() {
  for (std::unique_ptr<SearchSpace>& space :
       make_spaces(request_, target_, request_.device.properties())) {
    result_.space_size += static_cast<std::int64_t>(std::min(space->size(), 0x1p62));
    searches_.push_back({.space = std::move(space)});
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
  for (Search& search : searches_) search.turns_expected = best->turns_between(*search.space);
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
  if (journal_->is_new() && !request_.known.empty()) journal_->begin_with(request_.known);
  for (Search& search : searches_) search.space->begin_with(journal_->began_with());
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

std::string Sweep::what_emptied_the_space() const {
  if (unwanted_ > 0)
    return result_.ended == SearchEnd::space
               ? "no pattern has the spectral gap of min_gap"
               : fmt::format(
                     "none of {} patterns has the spectral gap of min_gap, and the budget "
                     "was spent on looking for one",
                     refused_.size());
  std::string text = "no kernel can do any pattern of the space";
  constexpr std::int64_t kDraws = 1000;
  for (const SearchSpace* space : spaces())
    if (const SpaceCount count = count_kernels(*space, kDraws); !count.last.empty())
      text += fmt::format("; {}: {}", space->family().name, count.last);
  return text;
}

void Sweep::note_interruption() {
  if (result_.interrupted || !stopped()) return;
  result_.interrupted = true;
  if (journal_)
    journal_->note(fmt::format("interrupted with {} candidates", result_.ranking.size()));
}

TuneResult Sweep::run() {
  require(request_.shard.is_whole() || !request_.journal.empty(), ErrorCode::invalid_argument,
          "shard {} needs a journal: merged with those of the other shards it is the sweep's",
          to_string(request_.shard));
  require(request_.sharers >= 1, ErrorCode::invalid_argument,
          "{} sweeps share the processors, and have to be one at least", request_.sharers);
  compilers_ = static_cast<std::size_t>(most_compile_processes(request_.sharers));
  find_strategy(request_.strategy);
  devices_ = resolve_devices(request_);
  make_searches();
  identity_ = identity();
  open_journal();  // last, so that what is refused leaves none
  make_strategies();
  search();
  note_interruption();
  rank();
  if (!request_.shard.is_whole()) return std::move(result_);
  require(!result_.ranking.empty() || !stopped(), ErrorCode::internal,
          "interrupted before a candidate was measured");
  require(!result_.ranking.empty(), ErrorCode::invalid_argument,
          "there is no candidate to measure: {}", what_emptied_the_space());
  const auto require_right = [&] {
    require(result_.ranking.front().ok, ErrorCode::internal,
            "no candidate was right; the first: {}", result_.ranking.front().failure);
  };
  require_right();
  FinalRecord record = measure_finalists();
  note_interruption();
  rank();
  require_right();
  choose();
  const CandidateResult& best = result_.ranking[result_.chosen];
  if (journal_) {
    record.winner = journal_->id(best);
    journal_->add(record);
  }
  if (elapsed() > kOverBudget * request_.budget_seconds + kOverSeconds)
    result_.notes.push_back(
        fmt::format("took {:.3g} s of a budget of {:.3g} s: inputs, the dense product, a first "
                    "candidate and finals of it take that long here",
                    elapsed(), request_.budget_seconds));
  result_.plan = plan_of(best);
  return std::move(result_);
}

TuneResult tune(const TuneRequest& request,
                const std::function<void(const TuneProgress&)>& progress,
                const std::atomic<bool>* stop) {
  if (!request.pattern) return Sweep(request, progress, stop).run();
  TuneRequest of_pattern = request;
  of_pattern.config = request.pattern->config();
  return Sweep(of_pattern, progress, stop).run();
}

}  // namespace rbgp
