#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <limits>

#include <rbgp/tuner.hpp>
#include <support/refusal.hpp>

namespace rbgp {
namespace {

using test::has;
using test::refusal;
using Indices = std::vector<std::size_t>;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

CandidateResult timed(double ms, double gap, std::int64_t repetition = 1) {
  return {.config = {.go = BaseGraphConfig::complete(1, 1),
                     .gr = BaseGraphConfig::complete(repetition, 1),
                     .gi = BaseGraphConfig::complete(1, 1),
                     .gb = BaseGraphConfig::complete(1, 1)},
          .ok = true,
          .median_ms = ms,
          .spectral_gap = gap};
}

CandidateResult failed(double ms, double gap) {
  CandidateResult candidate = timed(ms, gap);
  candidate.ok = false;
  return candidate;
}

TEST(Pareto, FrontOfTimeAgainstGap) {
  const std::vector<CandidateResult> candidates = {
      timed(3, 0.5),           // 0: on it
      timed(1, 0.2),           // 1: the fastest
      timed(2, 0.1),           // 2: slower than 1, and a smaller gap
      failed(0.1, 0.9),        // 3: wrong
      timed(3, 0.4),           // 4: as fast as 0, a smaller gap
      timed(3, 0.5),           // 5: equal to 0
      timed(4, 0.5 + 1e-9),    // 6: no larger gap than 0's but for rounding
      timed(9, 0.8),           // 7: the largest gap
      timed(kNan, 1),          // 8: no time
      timed(0, 1),             // 9: not timed
  };
  EXPECT_EQ(pareto_front(candidates, Tradeoff::gap), (Indices{1, 0, 7}));
  EXPECT_TRUE(pareto_front({}, Tradeoff::gap).empty());
  EXPECT_TRUE(pareto_front(std::vector{failed(1, 1)}, Tradeoff::gap).empty());
}

TEST(Pareto, FrontOfTimeAgainstRepetition) {
  const std::vector<CandidateResult> candidates = {timed(1, 0, 64), timed(2, 0, 64), timed(3, 0, 4),
                                                   timed(5, 0, 8), timed(7, 0, 1)};
  EXPECT_EQ(pareto_front(candidates, Tradeoff::repetition), (Indices{0, 2, 4}));
}

// Nothing beats a member, and each that is no member is beaten or equalled by one.
RC_GTEST_PROP(Pareto, FrontIsWhatNothingBeats, ()) {
  const auto numbers = *rc::gen::container<std::vector<std::pair<int, int>>>(
      rc::gen::pair(rc::gen::inRange(1, 12), rc::gen::inRange(0, 12)));
  std::vector<CandidateResult> candidates;
  for (const auto& [ms, gap] : numbers) candidates.push_back(timed(ms, gap / 12.0));
  const Indices front = pareto_front(candidates, Tradeoff::gap);
  const auto as_good = [](const CandidateResult& a, const CandidateResult& b) {
    return a.median_ms <= b.median_ms && a.spectral_gap >= b.spectral_gap;
  };
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const bool member = std::find(front.begin(), front.end(), i) != front.end();
    const bool reached = std::any_of(front.begin(), front.end(), [&](std::size_t f) {
      return f != i && as_good(candidates[f], candidates[i]);
    });
    RC_ASSERT(member != reached);
  }
}

TEST(Preference, ChoosesFromTheFront) {
  const std::vector<CandidateResult> candidates = {
      timed(1.00, 0.10), timed(1.02, 0.20), timed(1.03, 0.15), timed(1.24, 0.30),
      timed(1.26, 0.31), timed(2.00, 0.60), timed(4.00, 0.90), failed(0.5, 1)};
  struct Row {
    Preference preference;
    double noise;
    std::size_t chosen;
  };
  constexpr Row kRows[] = {
      {Preference::time, 0, 0},
      {Preference::time, 0.01, 0},
      {Preference::time, 0.02, 1},
      {Preference::time, 0.03, 1},
      {Preference::gap, 0, 3},
      {Preference::gap, 0.5, 3},
      {Preference::balanced, 0, 5},
      {Preference::balanced, 0.5, 5},
      // Twins that lie so far apart were disturbed: that makes nobody as fast as the fastest.
      {Preference::time, 0.25, 1},
      {Preference::time, 3600, 1},
  };
  for (const Row& row : kRows)
    EXPECT_EQ(preferred_candidate(candidates, row.preference, row.noise), row.chosen)
        << to_string(row.preference) << " " << row.noise;
}

TEST(Preference, TakesTheFasterOfEqualOnes) {
  // As much gap a millisecond, and none at all.
  for (const double gap : {0.25, 0.0}) {
    const std::vector<CandidateResult> candidates = {timed(2, 2 * gap), timed(1, gap)};
    EXPECT_EQ(preferred_candidate(candidates, Preference::balanced, 0), 1U) << gap;
  }
  const std::vector<CandidateResult> complete = {timed(1.1, 1), timed(1, 1)};
  for (const Preference each : {Preference::time, Preference::gap, Preference::balanced})
    EXPECT_EQ(preferred_candidate(complete, each, 0.5), 1U) << to_string(each);
}

TEST(Preference, Refuses) {
  const std::vector<CandidateResult> candidates = {failed(1, 1)};
  for (const Preference each : {Preference::time, Preference::gap, Preference::balanced}) {
    EXPECT_TRUE(
        has(refusal(ErrorCode::invalid_argument, [&] { preferred_candidate(candidates, each, 0); }),
            "right"));
    EXPECT_EQ(parse_preference(to_string(each)), each);
  }
  EXPECT_TRUE(has(refusal(ErrorCode::invalid_argument, [] { parse_preference("fast"); }),
                  "'fast': allowed are time, gap and balanced"));
}

}  // namespace
}  // namespace rbgp
