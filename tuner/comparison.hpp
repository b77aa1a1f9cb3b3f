// The fastest candidates against each other and the dense product, turn by turn.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <rbgp/tuner.hpp>
#include <tuner/pattern_cache.hpp>
#include <tuner/worker.hpp>

namespace rbgp {

// What the rounds gave.
struct ComparisonResult {
  struct Entrant {
    CandidateResult* candidate = nullptr;
    std::vector<double> rounds_ms;
    std::vector<bool> held_up;  // by round: its own samples say so (tuner/rounds.hpp)
  };
  std::vector<Entrant> entrants;  // those that came through
  std::vector<double> twin_rounds_ms;  // of the first entrant's kernel, entered a second time
  std::vector<double> dense_rounds_ms;  // empty where there is no dense product
  std::vector<bool> dense_held_up;

  bool is_disturbed() const;  // any of them (tuner/rounds.hpp)
};

// One thread; it keeps a process that has the dense product open.
class Comparison {
 public:
  // `stop` may be null. `at_turn` is called after every kernel that is entered or timed.
  Comparison(
      const TuneRequest& request, PatternCache& patterns, const std::atomic<bool>* stop,
      std::function<void()> at_turn = [] {});

  struct Dense {
    std::string library;
    std::string note;  // as Measurement::Dense, or why there is none
    double ms = 0;  // where there is one
    bool held_up = false;
  };
  // Starts the process, which has the inputs then.
  void open() { measurer_.open(); }
  // One round of the dense product alone. Where it cannot be made or timed, comparisons do without.
  Dense dense();

  // Rounds until `seconds` are over, at least kLeastRounds and at most kMostRounds, each in another order; where
  // others on the machine hold them up, for twice the time and at most kMostDisturbedRounds.
  // A candidate that fails now, although it was right before, is marked with it and left out, and the
  // rounds begin again. No rounds where it is stopped.
  ComparisonResult run(const std::vector<CandidateResult*>& candidates, double seconds);
  static constexpr std::size_t kLeastRounds = 5;
  static constexpr std::size_t kMostRounds = 9;
  static constexpr std::size_t kMostDisturbedRounds = 27;

 private:
  Answer enter(const CandidateResult& candidate);
  bool enter_all(std::vector<CandidateResult*>& candidates);
  std::optional<Answer> take_turn(CandidateResult& candidate, std::size_t entrant,
                                  double settle_seconds);
  bool run_round(ComparisonResult& result, std::size_t round);
  // `more_seconds` than a candidate has.
  Answer ask(const nlohmann::ordered_json& request, double more_seconds = 0,
             std::vector<std::byte> bytes = {});
  bool failed(CandidateResult& candidate, const Answer& answer);

  const TuneRequest& request_;
  PatternCache& patterns_;
  std::function<void()> at_turn_;
  Worker compiler_;
  Worker measurer_;
  bool has_entrants_ = false;  // that process
  double settle_seconds_ = 0;  // before a round
  bool stopped_ = false;
  bool has_dense_ = true;
};

}  // namespace rbgp
