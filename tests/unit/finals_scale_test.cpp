#include <gtest/gtest.h>

#include <vector>

#include <tuner/finals_scale.hpp>

namespace rbgp {
namespace {

CandidateResult searched(double ms) {
  CandidateResult result;
  result.ok = true;
  result.median_ms = ms;
  return result;
}

TEST(FinalsScale, BringsSearchTimesToTheFinalsConditions) {
  std::vector<CandidateResult> all = {searched(1), searched(2), searched(4), searched(5)};
  all.push_back(searched(9));
  all.back().ok = false;
  set_final_time(all[0], 1.2, false);
  set_final_time(all[1], 2.2, false);
  set_final_time(all[2], 5.2, false);
  for (int again = 0; again < 2; ++again) {
    EXPECT_DOUBLE_EQ(scale_to_finals(all), 1.2);
    EXPECT_DOUBLE_EQ(all[0].median_ms, 1.2);
    EXPECT_DOUBLE_EQ(all[1].median_ms, 2.2);
    EXPECT_DOUBLE_EQ(all[3].median_ms, 6);
    EXPECT_DOUBLE_EQ(all[3].search_ms, 5);
    EXPECT_DOUBLE_EQ(all[4].median_ms, 9);  // it failed
  }
}

// What enters a later wave has a scaled time before; in a further wave the search's is still known.
TEST(FinalsScale, KnowsWhatTheSearchHadInFurtherWaves) {
  std::vector<CandidateResult> all = {searched(1), searched(1), searched(1), searched(2)};
  for (int i = 0; i < 3; ++i) set_final_time(all[static_cast<std::size_t>(i)], 1.5, false);
  EXPECT_DOUBLE_EQ(scale_to_finals(all), 1.5);
  EXPECT_DOUBLE_EQ(all[3].median_ms, 3);
  for (int i = 0; i < 2; ++i) set_final_time(all[static_cast<std::size_t>(i)], 1.2, false);
  set_final_time(all[3], 2.4, false);
  EXPECT_DOUBLE_EQ(all[3].search_ms, 2);
  EXPECT_DOUBLE_EQ(scale_to_finals(all), 1.2);
}

TEST(FinalsScale, TakesNothingFromDisturbedTimes) {
  std::vector<CandidateResult> all = {searched(1), searched(2), searched(3), searched(4),
                                      searched(5)};
  for (std::size_t i = 0; i < 3; ++i) set_final_time(all[i], 80, true);
  EXPECT_EQ(scale_to_finals(all), 1);
  EXPECT_EQ(all[4].median_ms, 5);
  // A quiet wave follows; one of its finalists was disturbed in the search.
  for (std::size_t i = 0; i < 4; ++i) set_final_time(all[i], 1.1 * all[i].search_ms, false);
  all[0].disturbance = "another process";
  all[0].median_ms = 0.1;
  EXPECT_DOUBLE_EQ(scale_to_finals(all), 1.1);
  EXPECT_DOUBLE_EQ(all[4].median_ms, 5.5);
}

// All rounds may have been held up, and then they are like each other: the search knew better.
TEST(FinalsScale, KnowsWhatNoClockExplains) {
  CandidateResult candidate = searched(0.001);
  EXPECT_FALSE(is_slowed_down(candidate, 0.0009));
  EXPECT_FALSE(is_slowed_down(candidate, 0.0013));
  EXPECT_TRUE(is_slowed_down(candidate, 6.2));
  set_final_time(candidate, 6.2, true);  // in a wave before
  EXPECT_FALSE(is_slowed_down(candidate, 0.0011));
  EXPECT_TRUE(is_slowed_down(candidate, 6.3));
  candidate.disturbance = "another process";  // of its time in the search nothing is known
  EXPECT_FALSE(is_slowed_down(candidate, 6.3));
}

TEST(FinalsScale, AsksForThreeFinalists) {
  std::vector<CandidateResult> all = {searched(1), searched(1), searched(1)};
  EXPECT_EQ(scale_to_finals(all), 1);
  set_final_time(all[0], 2, false);
  set_final_time(all[1], 2, false);
  EXPECT_EQ(scale_to_finals(all), 1);
  EXPECT_EQ(all[2].median_ms, 1);
}

TEST(FinalsScale, IsNotedWhereItMatters) {
  EXPECT_EQ(factor_note(1), "");
  EXPECT_EQ(factor_note(1.009), "");
  EXPECT_NE(factor_note(1.25).find("1.25 times"), std::string::npos);
}

}  // namespace
}  // namespace rbgp
