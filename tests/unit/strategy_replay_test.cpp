// Strategies on recorded subspaces: how near the optimum they come with a twentieth of its evaluations.
#include <gtest/gtest.h>

#include <iostream>

#include <fmt/format.h>

#include <rbgp/tuner.hpp>
#include <support/recorded_subspace.hpp>
#include <tuner/rounds.hpp>
#include <tuner/strategy.hpp>

namespace rbgp {
namespace {

constexpr double kWanted = 1.03;
constexpr std::size_t kShare = 20;
constexpr std::uint64_t kSeeds = 5;

const std::vector<test::RecordedSubspace>& subspaces() {
  static const auto all = test::RecordedSubspace::read_all(RBGP_TEST_DATA "/subspaces");
  return all;
}

// Of the seeds' ratios the median, a problem.
std::vector<double> ratios(std::string_view strategy, std::size_t window = 1) {
  std::vector<double> all;
  for (const test::RecordedSubspace& subspace : subspaces()) {
    std::vector<double> of_seeds;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed)
      of_seeds.push_back(
          subspace.ratio_found(strategy, seed, subspace.candidates.size() / kShare, window));
    all.push_back(median_of(of_seeds));
  }
  return all;
}

// However many are under way: one, as many as two cores compile, and for a GPU with sixteen at first and later.
TEST(StrategyReplay, TheDefaultComesWithinThreePercentWithATwentieth) {
  for (const std::size_t window : {1, 2, 18, 34, 50}) {
    const std::vector<double> found = ratios(TuneRequest{}.strategy, window);
    std::string text = fmt::format("window {}:\n", window);
    for (std::size_t i = 0; i < found.size(); ++i)
      text += fmt::format("{}: {} of {} candidates, {:.4f} of the optimum\n", subspaces()[i].name,
                          subspaces()[i].candidates.size() / kShare,
                          subspaces()[i].candidates.size(), found[i]);
    EXPECT_LE(median_of(found), kWanted) << text;
    std::cout << text;
  }
}

TEST(StrategyReplay, GuidedOnesBeatRandomOnes) {
  const double random = median_of(ratios("random"));
  for (const char* strategy : {"halving", "surrogate", "local"})
    EXPECT_LT(median_of(ratios(strategy)), random) << strategy;
}

TEST(StrategyReplay, ExhaustiveFindsTheOptimum) {
  for (const test::RecordedSubspace& subspace : subspaces()) {
    EXPECT_EQ(subspace.ratio_found("exhaustive", 1, subspace.candidates.size()), 1);
    EXPECT_LE(subspace.candidates.size(), 1000U) << subspace.name;
  }
}

}  // namespace
}  // namespace rbgp
