// One sweep: what tune() does. It searches (sweep_search.cpp), and then chooses among the best, timed again
// (sweep_finals.cpp).
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <rbgp/tuner.hpp>
#include <tuner/ceilings.hpp>
#include <tuner/comparison.hpp>
#include <tuner/journal.hpp>
#include <tuner/pattern_cache.hpp>
#include <tuner/pipeline.hpp>
#include <tuner/strategy.hpp>
#include <tuner/sweep_target.hpp>

namespace rbgp {

class Sweep {
 public:
  Sweep(const TuneRequest& request, const std::function<void(const TuneProgress&)>& progress,
        const std::atomic<bool>* stop)
      : request_(request),
        progress_(progress),
        stop_(stop),
        begin_(request.begin.value_or(Clock::now())),
        result_{.notes = request.notes},
        target_(resolve_target(request, result_.notes)),
        patterns_(request.seed),
        comparison_(request, patterns_, stop, [this] { report_progress(); }) {
    if (request.pattern) patterns_.put(*request.pattern);
  }

  TuneResult run();

 private:
  using Clock = std::chrono::steady_clock;
  using Seconds = std::chrono::duration<double>;
  static constexpr double kFinalShare = 0.2;  // of the budget, kept for the finalists
  static constexpr double kLookSeconds = 10;  // for a pattern that is wanted, whatever the budget

  static std::string key_of(const CandidateResult& result) {
    return Candidate{result.config, result.kernel}.key();
  }
  double elapsed() const { return Seconds(Clock::now() - begin_).count(); }
  bool stopped() const { return stop_ != nullptr && stop_->load(); }
  // Whatever the budget, one candidate is tried: there is no answer without it. But there may be none that is wanted.
  bool may_propose() const {
    const bool may_look =
        result_.ranking.empty() &&
        (refused_.empty() || Seconds(Clock::now() - first_refusal_).count() < kLookSeconds);
    return !stopped() && (may_look || elapsed() < request_.budget_seconds * (1 - kFinalShare));
  }
  bool may_go_on() const {
    return may_propose() || (!stopped() && result_.ranking.empty() && under_way_ > 0);
  }
  void make_searches();
  void make_strategies();
  Ceilings expected_ceilings();
  std::vector<const SearchSpace*> spaces() const;
  std::string what_emptied_the_space() const;
  SweepIdentity identity() const;
  void open_journal();
  bool may_submit() const;
  bool is_ours(const Candidate& candidate);
  void propose();
  bool is_exhausted() const;
  void submit(const Candidate& candidate);
  bool is_unwanted(const Candidate& candidate);
  SearchEnd search_end() const;
  std::size_t window() const;  // proposals that may be unanswered at once
  void fill();
  void report_in_order();
  void measure_dense();
  void search();
  void note_disturbances();
  void take(const CandidateResult& outcome);
  void rank();
  std::vector<CandidateResult*> finalists();
  FinalRecord measure_finalists();
  void note_interruption();
  bool compare(const std::vector<CandidateResult*>& candidates, FinalRecord& record);
  void choose();
  std::int64_t pruned() const;
  void report_progress();
  Plan plan_of(const CandidateResult& best);

  struct Search {
    std::unique_ptr<SearchSpace> space;
    std::unique_ptr<Strategy> strategy;
    std::int64_t turns_expected = 1;  // ModelBest::turns_between
    std::int64_t reports = 0;  // that its strategy had
    double best_ms = std::numeric_limits<double>::infinity();  // of them
    bool is_done = false;  // it has nothing left to propose
    // Configurations that were not refused; all of the space's from the first that is on.
    std::optional<std::set<std::string>> left;
  };
  // What a strategy is to hear of, in the order in which they were asked: so the same results lead to the
  // same proposals, whatever came first.
  struct Proposal {
    Search* search;
    Point point;
    std::string key;
  };
  std::int64_t turns_between(const Search& search) const;
  void refuse(Search& search, const Rbgp4Config& config);

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
  std::vector<Device> devices_;
  std::size_t compilers_ = 1;  // as many as may run, whatever memory is free
  std::vector<Search> searches_;  // one a family of the device
  std::optional<Journal> journal_;
  std::optional<Pipeline> pipeline_;
  std::deque<Proposal> proposals_;
  std::map<std::string, double>
      times_;  // of all that was measured, by key; infinite where it failed
  std::set<std::string> elsewhere_;  // keys of proposals that are other shards'
  std::int64_t under_way_ = 0;
  std::int64_t turn_ = 0;  // of the families
  std::int64_t unwanted_ = 0;  // proposals whose gap is too small
  std::set<std::string> refused_;  // configurations of these
  Clock::time_point first_refusal_;
  std::string default_key_, winner_key_;
  TuneProgress now_;
};

}  // namespace rbgp
