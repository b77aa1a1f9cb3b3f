#include <tuner/comparison.hpp>

#include <algorithm>
#include <chrono>
#include <numeric>

#include <generator/random_words.hpp>
#include <rbgp/error.hpp>
#include <rbgp/plan.hpp>
#include <tuner/rounds.hpp>

namespace rbgp {
namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::ordered_json;

// Weights of the finals: other than those of the check.
constexpr std::uint64_t kDraw = 1'000'000;
constexpr std::uint64_t kOrderSeed = 1;  // of the turns

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// After the least rounds; `used` is the part of the time that is over.
bool is_over(const ComparisonResult& result, std::size_t rounds, double used) {
  if (!result.is_disturbed()) return used > 1 || rounds >= Comparison::kMostRounds;
  return used > 2 || rounds >= Comparison::kMostDisturbedRounds;
}

}  // namespace

bool ComparisonResult::is_disturbed() const {
  return rbgp::is_disturbed(twin_rounds_ms) ||
         counted_rounds(dense_rounds_ms, dense_held_up).disturbed ||
         std::any_of(entrants.begin(), entrants.end(), [](const Entrant& entrant) {
           return counted_rounds(entrant.rounds_ms, entrant.held_up).disturbed;
         });
}

Comparison::Comparison(const TuneRequest& request, PatternCache& patterns,
                       const std::atomic<bool>* stop, std::function<void()> at_turn)
    : request_(request),
      patterns_(patterns),
      at_turn_(std::move(at_turn)),
      compiler_(compiling_setup(request, stop)),
      measurer_(measuring_setup(request, request.device, stop)) {}

Answer Comparison::ask(const Json& request, double more_seconds, std::vector<std::byte> bytes) {
  Answer answer =
      measurer_.ask(request, request_.run_limit_seconds + more_seconds, std::move(bytes));
  stopped_ = stopped_ || answer.stopped;
  at_turn_();
  return answer;
}

Comparison::Dense Comparison::dense() {
  const Answer answer =
      ask({{"do", "dense"}, {"settle_seconds", settle_seconds_}}, settle_seconds_);
  if (answer.stopped) return {};
  if (answer.kind != FailureKind::none) {
    has_dense_ = false;
    measurer_.retire();
    return {.library = "",
            .note = fmt::format("there is no dense product for comparison: {}: {}",
                                to_string(answer.kind), answer.failure)};
  }
  return {answer.json.at("library").get<std::string>(), answer.json.at("note").get<std::string>(),
          answer.json.at("ms").get<double>(), answer.json.at("held_up").get<bool>()};
}

// Whether it failed, and then marks it; its process is of no more use.
bool Comparison::failed(CandidateResult& candidate, const Answer& answer) {
  if (answer.kind == FailureKind::none) return false;
  candidate.ok = false;
  candidate.kind = answer.kind;
  candidate.failure = "in the finals: " + answer.failure;
  measurer_.retire();
  return true;
}

// Its number is that of the call since the process was started.
Answer Comparison::enter(const CandidateResult& candidate) {
  const Rbgp4Pattern& pattern = patterns_.get(candidate.config).pattern;
  const Plan plan{.spec = {request_.problem, pattern, candidate.kernel},
                  .seed = request_.seed,
                  .device = request_.device.properties()};
  const std::string text = plan.to_json();
  Answer compiled = compiler_.ask(compile_request(text), request_.compile_limit_seconds);
  stopped_ = stopped_ || compiled.stopped;
  if (stopped_ || compiled.kind != FailureKind::none) return compiled;
  const runtime::Binary binary = binary_of(std::move(compiled), plan.device.kind);
  has_entrants_ = true;
  return ask(kernel_request("enter", text, binary, kDraw), 0, binary.image);
}

// The first twice. False where one failed, which is then taken off the list, or all were stopped.
bool Comparison::enter_all(std::vector<CandidateResult*>& candidates) {
  if (has_entrants_) measurer_.retire();
  has_entrants_ = false;
  // One that has had the dense product alone has the inputs already. If an entrant fails there, that may be its
  // doing, or how little memory dense left.
  bool is_used = !measurer_.is_fresh();
  for (std::size_t i = 0; i <= candidates.size();) {
    const std::size_t which = i < candidates.size() ? i : 0;
    const Answer entered = enter(*candidates[which]);
    if (stopped_) return false;
    if (entered.kind == FailureKind::none) {
      ++i;
    } else if (is_used) {
      is_used = false;
      measurer_.retire();
      i = 0;
    } else {
      failed(*candidates[which], entered);
      candidates.erase(candidates.begin() + static_cast<std::ptrdiff_t>(which));
      return false;
    }
  }
  return true;
}

// Its launches for so long, and then a round. Nothing where it failed, or all were stopped.
std::optional<Answer> Comparison::take_turn(CandidateResult& candidate, std::size_t entrant,
                                            double settle_seconds) {
  Answer answer = ask({{"do", "time"}, {"entrant", entrant}, {"settle_seconds", settle_seconds}},
                      settle_seconds);
  if (stopped_ || failed(candidate, answer)) return std::nullopt;
  return answer;
}

// Dense and each entrant once, in an order of its own: what a kernel leaves behind, a clock say, is to meet all alike.
// False where one failed, or dense.
bool Comparison::run_round(ComparisonResult& result, std::size_t round) {
  const std::size_t twin = result.entrants.size();
  std::vector<std::size_t> turns(twin + (has_dense_ ? 2 : 1));  // the one after the twin is dense
  std::iota(turns.begin(), turns.end(), 0U);
  RandomWords(derive_seed(kOrderSeed, round)).shuffle(turns);
  for (const std::size_t turn : turns) {
    if (turn > twin) {
      const Dense of_dense = dense();
      if (stopped_) return true;
      if (!has_dense_) return false;
      result.dense_rounds_ms.push_back(of_dense.ms);
      result.dense_held_up.push_back(of_dense.held_up);
      continue;
    }
    ComparisonResult::Entrant& entered = result.entrants[turn == twin ? 0 : turn];
    const std::optional<Answer> answer = take_turn(*entered.candidate, turn, settle_seconds_);
    if (stopped_) return true;
    if (!answer) return false;
    (turn == twin ? result.twin_rounds_ms : entered.rounds_ms)
        .push_back(answer->json.at("ms").get<double>());
    if (turn != twin) entered.held_up.push_back(answer->json.at("held_up").get<bool>());
  }
  return true;
}

ComparisonResult Comparison::run(const std::vector<CandidateResult*>& candidates, double seconds) {
  const Clock::time_point begin = Clock::now();
  std::vector<CandidateResult*> left = candidates;
  while (!left.empty() && !stopped_) {
    if (!enter_all(left)) continue;
    ComparisonResult result;
    for (CandidateResult* candidate : left) result.entrants.push_back({candidate, {}, {}});
    // Each entrant, the twin, dense.
    const std::size_t turns = kLeastRounds * (left.size() + (has_dense_ ? 2 : 1));
    bool all_right = true;
    if (request_.device.kind() == DeviceKind::cuda) {
      const double warm_seconds = warming_seconds(seconds - seconds_since(begin));
      all_right = take_turn(*left.front(), 0, warm_seconds).has_value() || stopped_;
      settle_seconds_ = settling_seconds(seconds - seconds_since(begin), turns);
    }
    for (std::size_t round = 0; all_right && !stopped_; ++round) {
      if (round >= kLeastRounds && is_over(result, round, seconds_since(begin) / seconds)) break;
      all_right = run_round(result, round);
    }
    if (all_right && !stopped_) return result;
    std::erase_if(left, [](const CandidateResult* candidate) { return !candidate->ok; });
  }
  return {};
}

}  // namespace rbgp
