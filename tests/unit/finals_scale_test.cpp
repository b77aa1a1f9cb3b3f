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

// One that enters a later wave has the scaled time before, and in a further wave the search's is still known.
TEST(FinalsScale, KnowsWhatTheSearchHadInFurtherWaves) {
  std::vector<CandidateResult> all = {searched(1), searched(2)};
  set_final_time(all[0], 1.5, false);
  EXPECT_DOUBLE_EQ(scale_to_finals(all), 1.5);
  EXPECT_DOUBLE_EQ(all[1].median_ms, 3);
  set_final_time(all[0], 1.4, false);
  set_final_time(all[1], 2.4, false);
  EXPECT_DOUBLE_EQ(all[1].search_ms, 2);
  EXPECT_DOUBLE_EQ(scale_to_finals(all), 1.3);
}

TEST(FinalsScale, TakesNothingFromDisturbedTimes) {
  std::vector<CandidateResult> all = {searched(1), searched(2), searched(3)};
  set_final_time(all[0], 80, true);
  EXPECT_EQ(scale_to_finals(all), 1);
  EXPECT_EQ(all[2].median_ms, 3);
  set_final_time(all[1], 2.2, false);
  EXPECT_DOUBLE_EQ(scale_to_finals(all), 1.1);
}

TEST(FinalsScale, IsOneWithoutFinals) {
  std::vector<CandidateResult> all = {searched(1)};
  EXPECT_EQ(scale_to_finals(all), 1);
  EXPECT_EQ(all[0].median_ms, 1);
}

}  // namespace
}  // namespace rbgp
