#include <tuner/rounds.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <tuner/journal_lines.hpp>

namespace rbgp {
namespace {

using Rounds = std::vector<double>;

TEST(Rounds, MediansOfOddAndEvenCounts) {
  EXPECT_EQ(median_of({3}), 3);
  EXPECT_EQ(median_of({3, 1}), 2);
  EXPECT_EQ(median_of({9, 1, 2}), 2);
  EXPECT_EQ(median_of({4, 1, 9, 2}), 3);
}

// A small kernel of a team of threads, beside which another program has a core.
TEST(Rounds, ThatWaitedForAProcessorAreDropped) {
  struct Row {
    Rounds rounds, steady;
    double median;
  };
  const Row rows[] = {
      {{}, {}, 0},
      {{5}, {5}, 5},
      {{1, 1.3, 1.1, 2}, {1, 1.3, 1.1, 2}, 1.2},
      {{0.004, 8, 0.0041, 8, 0.0042}, {0.004, 0.0041, 0.0042}, 0.0041},
      {{8, 8.1, 0.004, 8, 8}, {0.004}, 0.004},  // the plain median is a slice of the scheduler's
      {{8, 8.1, 8}, {8, 8.1, 8}, 8},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(steady_rounds(row.rounds), row.steady);
    EXPECT_DOUBLE_EQ(steady_median(row.rounds), row.median);
  }
}

TEST(Rounds, SamplesSayWhetherTheyWaited) {
  EXPECT_FALSE(is_held_up(Rounds{}, 0));
  EXPECT_FALSE(is_held_up(Rounds{1, 1, 1}, 0));
  EXPECT_FALSE(is_held_up(Rounds{14, 14, 14}, 0.3));  // 10 of work
  EXPECT_TRUE(is_held_up(Rounds{14, 14, 14}, 0.6));
  EXPECT_TRUE(is_held_up(Rounds{12, 12, 12}, 0.999));  // a slice for each
  EXPECT_FALSE(
      is_held_up(Rounds{1, 1, 1, 1, 16}, 0.75));  // a slice for one: the median is of the others
}

TEST(Rounds, TheNoiseFloorIsTheTwinsDifference) {
  struct Row {
    Rounds rounds, twin;
    double floor;
  };
  const Row rows[] = {
      {{}, {}, 0},
      {{2}, {}, 0},
      {{2}, {2}, 0},
      {{2}, {2.2}, 0.1},
      {{2, 2, 2, 2}, {2.2, 2.2, 2.2, 2.2}, 0.1},
      // The medians are equal by luck; two rounds in three differ by a half.
      {{2, 3, 3}, {3, 3, 2}, 0.5 / std::sqrt(3)},
      // Rounds that were held up say nothing of noise, whichever of the twins they met.
      {{2, 800, 2}, {2.2, 2.2, 900}, 0.1},
      {{2, 800}, {900, 2.2}, 0.1},
      // One of the twins was held up in all rounds: that cannot be told from noise, and is said.
      {{2, 2, 2}, {8, 8, 8}, 3},
  };
  for (const Row& row : rows) EXPECT_NEAR(noise_floor(row.rounds, row.twin), row.floor, 1e-12);
}

TEST(Rounds, ThatHadNoProcessorsCountOnlyWhereOthersAreFew) {
  // All alike, since most of them waited: those that did not are the kernel's.
  const CountedRounds most =
      counted_rounds(Rounds{1.8, 2.2, 1.8, 2.2, 2.2, 1.9}, {false, true, false, true, true, false});
  EXPECT_FALSE(most.disturbed);
  EXPECT_EQ(steady_rounds(most.ms), (Rounds{1.8, 1.8, 1.9}));
  RoundCount count;
  count.add(most.ms);
  EXPECT_EQ(count.dropped, 3);
  const CountedRounds all = counted_rounds(Rounds{12, 12, 12, 12}, {true, true, false, false});
  EXPECT_TRUE(all.disturbed);
  EXPECT_EQ(all.ms, (Rounds{12, 12, 12, 12}));
  // Few of those that had processors are steady.
  EXPECT_TRUE(counted_rounds(Rounds{1, 8, 8, 1}, {false, false, false, true}).disturbed);
  EXPECT_FALSE(counted_rounds(Rounds{}, {}).disturbed);
}

TEST(Rounds, AreReadAsWritten) {
  const double infinity = std::numeric_limits<double>::infinity();
  const FinalRecord record{
      .finalists = {{.id = "a", .rounds_ms = {1, infinity, 2}, .disturbed = true}},
      .twin_rounds_ms = {1},
      .dense_rounds_ms = {infinity, 4},
      .dense_library = "none",
      .winner = "a",
      .dense_disturbed = true};
  const std::string line = final_line(record);
  EXPECT_NE(line.find("[1.0,null,2.0]"), std::string::npos) << line;
  EXPECT_NE(line.find("\"dense_disturbed\":true"), std::string::npos) << line;
}

TEST(Rounds, TooManyDroppedLeaveNoResult) {
  const Rounds few = {1, 9}, none = {}, two_of_five = {2, 9, 9, 9, 2},
               three_of_five = {1, 1.1, 9, 9, 1.2};
  EXPECT_FALSE(is_disturbed(none));
  EXPECT_TRUE(is_disturbed(few));
  EXPECT_FALSE(is_disturbed(Rounds{1, 1}));  // as many as there were
  EXPECT_TRUE(is_disturbed(two_of_five));
  EXPECT_FALSE(is_disturbed(three_of_five));
  FinalRecord record{
      .finalists = {{.id = "a", .rounds_ms = three_of_five}, {.id = "b", .rounds_ms = two_of_five}},
      .twin_rounds_ms = {1, 1, 1, 1, 8},
      .dense_rounds_ms = {4, 4, 4, 4, 4}};
  EXPECT_EQ(record.rounds().all, 20);
  EXPECT_EQ(record.rounds().dropped, 6);
  EXPECT_FALSE(record.is_disturbed(record.finalists[0]));
  EXPECT_TRUE(record.is_disturbed(record.finalists[1]));
  record.dense_rounds_ms = {4, 40, 40, 40, 4};
  EXPECT_TRUE(record.is_disturbed(record.finalists[0]));
  record.dense_rounds_ms = {};
  EXPECT_FALSE(record.is_disturbed(record.finalists[0]));
  record.dense_disturbed = true;
  EXPECT_TRUE(record.is_disturbed(record.finalists[0]));
  record.dense_disturbed = false;
  record.finalists[0].disturbed = true;
  EXPECT_TRUE(record.is_disturbed(record.finalists[0]));
}

TEST(Rounds, SettleInTheTimeThereIs) {
  EXPECT_EQ(warming_seconds(-1), 0);
  EXPECT_NEAR(warming_seconds(1.5), 0.5, 1e-12);
  EXPECT_EQ(warming_seconds(10), kWarmSeconds);
  EXPECT_EQ(settling_seconds(-1, 45), 0);
  EXPECT_EQ(settling_seconds(45 * kRoundSeconds, 45), 0);
  EXPECT_NEAR(settling_seconds(45 * (kRoundSeconds + 0.05), 45), 0.05, 1e-12);
  EXPECT_EQ(settling_seconds(1000, 45), kSettledSeconds);
}

}  // namespace
}  // namespace rbgp
