#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include <rbgp/error.hpp>
#include <rbgp/search_bounds.hpp>
#include <support/kernel_cases.hpp>
#include <support/refusal.hpp>
#include <tuner/space_report.hpp>
#include <tuner/sweep_target.hpp>

namespace rbgp {
namespace {

SearchBounds fixed(std::string_view text) {
  SearchBounds bounds;
  bounds.fix(text);
  return bounds;
}

SearchSpace space_of(const SearchBounds& bounds) {
  const KernelFamily& family = find_family("simt_rbgp4mm");
  SearchSpace space({.m = 512, .k = 1024, .n = 256}, 512, 1024, 0.125,
                    test::synthetic_device(family.target), family);
  space.bound(bounds);
  return space;
}

template <typename Visit>
void for_each_config(const SearchSpace& space, const Visit& visit) {
  RandomWords random(1);
  for (int draw = 0; draw < 200'000; ++draw)
    if (const auto config = space.config(space.random_point(random))) visit(*config);
}

TEST(SearchBounds, TextNamesWhatIsBound) {
  EXPECT_FALSE(SearchBounds{}.any());
  EXPECT_EQ(SearchBounds{}.to_string(), "");
  SearchBounds bounds = fixed("gr=4x1,gi=32x32@50");
  bounds.min_repetition = 8;
  bounds.min_gap = 0.25;
  EXPECT_EQ(bounds.to_string(), "min_repetition=8,min_gap=0.25,gr=4x1,gi=32x32@50");
}

TEST(SearchBounds, RefusesWhatDoesNotRead) {
  for (const char* text : {"", "gr", "gx=1x1", "gr=4x1,", "gr=4x1,gr=2x1", "gr=4x2", "gr=4x4@50",
                           "gi=32x32@51", "go=axb"})
    EXPECT_THROW(fixed(text), Error) << text;
  const auto message = [](const char* text) {
    return test::refusal(ErrorCode::invalid_argument, [&] { fixed(text); });
  };
  EXPECT_EQ(message("go="), "go=: write go=LEFTxRIGHT or go=LEFTxRIGHT@SPARSITY");
  EXPECT_TRUE(test::has(message("gi=32x32@51"), "gi=32x32@51: this sparsity gives no integer"));
  EXPECT_TRUE(test::has(message("go=4x4\n"), "not printable"));
}

TEST(SearchBounds, RefusesContradictions) {
  const auto refused = [](SearchBounds bounds, double sparsity) {
    try {
      bounds.validate(sparsity);
    } catch (const Error& error) {
      return error.code() == ErrorCode::invalid_argument;
    }
    return false;
  };
  SearchBounds rows = fixed("gr=2x1,gb=2x1");
  EXPECT_FALSE(refused(rows, 50));
  rows.min_repetition = 8;
  EXPECT_TRUE(refused(rows, 50));
  SearchBounds complete = fixed("gi=8x8");
  complete.min_gi_share = 0.5;
  EXPECT_TRUE(refused(complete, 50));
  EXPECT_TRUE(refused({.min_repetition = 65}, 50));
  EXPECT_TRUE(refused({.min_gi_share = 1.5}, 50));
  EXPECT_TRUE(refused({.min_gi_share = 0.5}, 0));
  EXPECT_TRUE(refused({.min_gap = -0.1}, 50));
  EXPECT_TRUE(refused(fixed("gi=8x8@75"), 50));
  EXPECT_TRUE(refused(fixed("go=8x8@75"), 50));
  EXPECT_TRUE(refused(fixed("go=8x8@50,gi=8x8@50"), 50));
  EXPECT_FALSE(refused(fixed("go=8x8@50,gi=8x8@50"), 75));
  EXPECT_FALSE(refused(fixed("go=8x8@62.5"), 87.5));
}

TEST(SearchBounds, EveryConfigurationKeepsThem) {
  int found = 0;
  for_each_config(space_of({.min_repetition = 8, .min_gi_share = 0.6}), [&](const Rbgp4Config& c) {
    ++found;
    EXPECT_GE(c.row_repetition(), 8);
    EXPECT_GE(std::log(c.gi.density()) / std::log(c.density()), 0.6 - 1e-6);
  });
  EXPECT_GT(found, 0);
}

// Fixed sizes need not be among those that a search would try.
TEST(SearchBounds, FixedPartsAreKept) {
  const SearchBounds bounds = fixed("gr=4x1,gi=16x64@75,gb=1x1");
  int found = 0;
  for_each_config(space_of(bounds), [&](const Rbgp4Config& config) {
    ++found;
    EXPECT_EQ(config.gr, *bounds.gr);
    EXPECT_EQ(config.gi, *bounds.gi);
    EXPECT_EQ(config.gb, *bounds.gb);
  });
  EXPECT_GT(found, 0);
}

// The cheap bound is never below what a graph has: whoever keeps min_gap by its graphs is not left out.
TEST(SearchBounds, TheGapOfAPatternIsWithinTheCheapBound) {
  for (const char* text :
       {"go=8x16@75,gr=4x1,gi=16x64@50,gb=1x1", "go=16x16@87.5,gr=4x1,gi=8x64,gb=1x1"}) {
    const Rbgp4Config config = Rbgp4Config::parse(text);
    const double gap = Rbgp4Pattern::sample(config, 1).spectral_gap();
    int found = 0;
    SearchBounds bounds{
        .min_gap = gap, .go = config.go, .gr = config.gr, .gi = config.gi, .gb = config.gb};
    for_each_config(space_of(bounds), [&](const Rbgp4Config&) { ++found; });
    EXPECT_GT(found, 0) << text << " has a gap of " << gap;
    bounds.min_gap = 0.999;
    found = 0;
    for_each_config(space_of(bounds), [&](const Rbgp4Config&) { ++found; });
    EXPECT_EQ(found, 0) << text;
  }
}

// Fewer than the search's own 4 where that is asked for, or follows from what is fixed.
TEST(SearchBounds, LetRowsRepeatLess) {
  const auto least = [](const SearchBounds& bounds) {
    std::int64_t found = SearchBounds::kMaxRepetition;
    for_each_config(space_of(bounds),
                    [&](const Rbgp4Config& c) { found = std::min(found, c.row_repetition()); });
    return found;
  };
  EXPECT_EQ(least({}), 4);
  EXPECT_EQ(least({.min_repetition = 1}), 1);
  EXPECT_EQ(least({.min_repetition = 2}), 2);
  SearchBounds bounds;
  bounds.fix("gr=1x1,gb=2x1");
  EXPECT_EQ(least(bounds), 2);
  EXPECT_EQ(least_repetition(510), 2);
  EXPECT_EQ(least_repetition(510, {.min_repetition = 8}), 8);
  EXPECT_EQ(least_repetition(512, bounds), 2);
  // 510 zeros of 512 have no split of rows that repeat 4 times, but one of single rows.
  EXPECT_FALSE(nearest_densities(512, 512, 2.0 / 512).exact);
  EXPECT_TRUE(nearest_densities(512, 512, 2.0 / 512, {.min_repetition = 1}).exact);
}

// What is asked for is found, padded or approached with rows that repeat so often, or refused.
TEST(SearchBounds, DecideWhatIsReachable) {
  std::vector<std::string> notes;
  const auto target = [&](std::int64_t m, double sparsity, std::int64_t repetition, bool pad,
                          bool nearest) {
    notes.clear();
    TuneRequest request;
    request.problem = {.m = m, .k = 512, .n = 64};
    request.sparsity_percent = sparsity;
    request.bounds.min_repetition = repetition;
    request.pad = pad;
    request.nearest = nearest;
    return resolve_target(request, notes);
  };
  const auto message = [&](std::int64_t m, double sparsity, std::int64_t repetition, bool pad,
                           bool nearest) {
    return test::refusal(ErrorCode::invalid_argument,
                         [&] { target(m, sparsity, repetition, pad, nearest); });
  };
  EXPECT_EQ(target(512, 99.609375, 1, false, false).density, 2.0 / 512);
  // 530 rows repeat 2 times, padded to 544 more often.
  EXPECT_TRUE(test::has(message(530, 50, 16, false, false), "repeat 16 times or more"));
  const SweepTarget padded = target(530, 50, 16, true, false);
  EXPECT_EQ(padded.rows % 32, 0);
  EXPECT_EQ(padded.density, 0.5);
  EXPECT_EQ(notes.size(), 1U);
  EXPECT_TRUE(nearest_densities(padded.rows, padded.cols, 0.5, {.min_repetition = 16}).exact);
  // Where rows repeat 64 times 256 x 512 has no 96.875 %, however padded; it is not 50 % then, without a word.
  EXPECT_TRUE(test::has(message(256, 96.875, 64, true, false), "no padding helps"));
  EXPECT_LT(target(256, 96.875, 64, false, true).density, 1);
  EXPECT_EQ(notes.size(), 1U);
  for (const bool pad : {false, true})
    EXPECT_TRUE(test::has(message(512, 50, 65, pad, true), "allowed is 1 to 64"));
}

// Rather than that no split has the sparsity, which is only what follows from it.
TEST(SearchBounds, AreLookedAtBeforeWhatIsReachable) {
  TuneRequest request;
  request.problem = {.m = 64, .k = 64, .n = 8};
  request.sparsity_percent = 75;
  request.bounds = fixed("gr=2x1,gb=2x2");
  request.bounds.min_repetition = 64;
  const auto message = [&] {
    std::vector<std::string> notes;
    return test::refusal(ErrorCode::invalid_argument, [&] { resolve_target(request, notes); });
  };
  for (const bool nearest : {false, true}) {
    request.nearest = nearest;
    EXPECT_TRUE(test::has(message(), "contradicts gr=2x1 and gb=2x2, whose rows repeat 4 times"));
  }
  request.nearest = false;
  request.bounds = fixed("go=8x8@50,gi=8x8@50");
  request.sparsity_percent = 74;
  EXPECT_TRUE(test::has(message(), "go=8x8@50 and gi=8x8@50 contradict 74 % sparsity"));
  request.nearest = true;
  std::vector<std::string> notes;
  EXPECT_EQ(resolve_target(request, notes).density, 0.25);
}

// A refusal names what may be had instead; a dense W is nothing to advise.
TEST(SweepTarget, RefusalsNameWhatIsReachable) {
  struct Row {
    std::int64_t m, k;
    double sparsity;
    bool pad;
    std::vector<std::string> parts;
    std::string absent;
  };
  const Row rows[] = {
      {127,
       251,
       73,
       false,
       {"only 0 %, a dense W, is reachable", "--pad --nearest gives 71.875 % on 128 x 256"},
       "--nearest takes"},
      {127,
       251,
       73,
       true,
       {"only 0 %, a dense W, is reachable", "; --pad --nearest gives 71.875 % on 128 x 256"},
       "no padding"},
      {127,
       251,
       75,
       false,
       {"only 0 %, a dense W, is reachable", "--pad pads the sizes to 128 x 252"},
       "--nearest"},
      {128,
       256,
       73,
       false,
       {"the nearest reachable ones are 71.875 % and 75 %; --nearest takes the nearest"},
       "--pad"},
      {128, 256, 73, true, {"--nearest takes the nearest; no padding helps"}, "--pad"},
      {128,
       256,
       99.99,
       false,
       {"the nearest reachable one is 93.75 %", "; --nearest takes it"},
       "ones"},
  };
  for (const Row& row : rows) {
    TuneRequest request;
    request.problem = {.m = row.m, .k = row.k, .n = 128};
    request.sparsity_percent = row.sparsity;
    request.pad = row.pad;
    std::vector<std::string> notes;
    const std::string message =
        test::refusal(ErrorCode::invalid_argument, [&] { resolve_target(request, notes); });
    for (const std::string& part : row.parts) EXPECT_TRUE(test::has(message, part)) << message;
    EXPECT_FALSE(test::has(message, row.absent)) << message;
  }
}

TEST(SweepTarget, SaysThatTheNearestIsDense) {
  TuneRequest request;
  request.problem = {.m = 127, .k = 251, .n = 128};
  request.sparsity_percent = 73;
  request.nearest = true;
  std::vector<std::string> notes;
  EXPECT_EQ(resolve_target(request, notes).density, 1);
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_TRUE(test::has(notes[0], "W is dense; --pad --nearest gives 71.875 % on 128 x 256"))
      << notes[0];
  request.pad = true;
  notes.clear();
  EXPECT_NEAR(resolve_target(request, notes).density, 1 - 0.71875, 1e-12);
  EXPECT_FALSE(test::has(notes[1], "dense")) << notes[1];
}

TEST(SpaceReport, CountsEveryPattern) {
  const SearchSpace space = space_of({});
  const SpaceCount count = count_patterns(space);
  std::int64_t points = 1;
  for (std::size_t axis = 0; axis < space.pattern_axes(); ++axis)
    points *= static_cast<std::int64_t>(space.axes()[axis].values.size());
  EXPECT_EQ(count.points, points);
  std::int64_t removed = 0;
  for (const Removal& removal : count.removed) removed += removal.points;
  EXPECT_EQ(count.left + removed, points);
  EXPECT_GT(count.left, 0);
  EXPECT_FALSE(count.is_sample);
}

TEST(SpaceReport, NamesTheConstraintThatEmptiedTheSpace) {
  const SpaceCount count =
      count_patterns(space_of({.min_gap = 0.999, .go = BaseGraphConfig::parse("8x16@75")}));
  EXPECT_EQ(count.left, 0);
  EXPECT_NE(count.last.find("--min-gap"), std::string::npos) << count.last;
}

TEST(SpaceReport, SamplesKernelsOfLargeSpaces) {
  const SpaceCount count = count_kernels(space_of({}), 500);
  EXPECT_TRUE(count.is_sample);
  EXPECT_EQ(count.points, 500);
  EXPECT_GT(count.left, 0);
  // A constraint is there once, with all numbers that it met.
  const auto is_digit = [](char character) { return character >= '0' && character <= '9'; };
  std::set<std::string> words;
  bool any_range = false;
  for (const Removal& removal : count.removed) {
    std::string text = removal.constraint;
    any_range = any_range || text.find(" to ") != text.npos;
    text.erase(std::remove_if(text.begin(), text.end(), is_digit), text.end());
    EXPECT_TRUE(words.insert(text).second) << removal.constraint;
  }
  EXPECT_TRUE(any_range);
}

}  // namespace
}  // namespace rbgp
