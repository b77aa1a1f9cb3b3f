#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include <generator/kernel_family.hpp>
#include <pipe/file_io.hpp>
#include <rbgp/kernel.hpp>
#include <rbgp/tuner.hpp>
#include <support/kernel_run.hpp>
#include <support/random_config.hpp>
#include <support/refusal.hpp>
#include <support/temporary_folder.hpp>
#include <tuner/search_space.hpp>

namespace rbgp {
namespace {

using test::has;
using test::refusal;

TuneRequest small_request() {
  return {.problem = {.m = 64, .k = 96, .n = 40},
          .sparsity_percent = 75,
          .budget_seconds = 3600,
          .max_candidates = 12};
}

// Finalists before others, each by time; but first what won, which may be slower by what is noise.
void expect_ranked(const TuneResult& result) {
  ASSERT_FALSE(result.ranking.empty());
  bool failed_yet = false;
  for (std::size_t i = 0; i < result.ranking.size(); ++i) {
    const CandidateResult& candidate = result.ranking[i];
    if (!candidate.ok) {
      failed_yet = true;
      EXPECT_FALSE(candidate.failure.empty());
      continue;
    }
    EXPECT_FALSE(failed_yet) << "a failed candidate ranks before a right one";
    EXPECT_GT(candidate.median_ms, 0);
    EXPECT_LT(candidate.relative_error, 1e-5);
    EXPECT_GE(candidate.spectral_gap, -1e-12);
    EXPECT_LE(candidate.spectral_gap, 1);
    if (i == 0) continue;
    const CandidateResult& before = result.ranking[i - 1];
    EXPECT_GE(before.finalist, candidate.finalist) << i;
    const double slack = i == 1 ? 1 + result.noise_floor : 1;
    EXPECT_TRUE(before.finalist != candidate.finalist ||
                before.median_ms <= candidate.median_ms * slack)
        << i;
  }
}

// The plan is the chosen one's, and a kernel made from it computes the right product.
void expect_plan_works(const TuneResult& result, const TuneRequest& request) {
  const Plan& plan = result.plan;
  const CandidateResult& best = result.ranking.at(result.chosen);
  EXPECT_EQ(plan.spec.problem, request.problem);
  EXPECT_EQ(plan.spec.pattern.config(), best.config);
  EXPECT_EQ(plan.spec.kernel, best.kernel);
  EXPECT_EQ(plan.median_ms, best.median_ms);
  EXPECT_GT(plan.dense_ms, 0);
  EXPECT_FALSE(plan.dense_library.empty());
  EXPECT_EQ(plan.seed, request.seed);
  EXPECT_EQ(plan.device.arch, request.device.properties().arch);
  const Plan back = Plan::from_json(plan.to_json());
  EXPECT_EQ(back.spec.pattern.go().adjacency(), plan.spec.pattern.go().adjacency());
  const test::KernelRun run({best.config, request.problem, best.kernel}, request.device,
                            request.seed);
  EXPECT_EQ(run.pattern().gi().adjacency(), plan.spec.pattern.gi().adjacency());
  EXPECT_LT(test::difference(run.reference(), run.launch()).relative_error, 1e-5);
}

TEST(Tune, RanksAndPlans) {
  const TuneRequest request = small_request();
  std::vector<TuneProgress> reports;
  const TuneResult result =
      tune(request, [&](const TuneProgress& progress) { reports.push_back(progress); });
  EXPECT_EQ(result.ranking.size(), 12U);
  EXPECT_FALSE(result.interrupted);
  EXPECT_GT(result.space_size, 12);
  expect_ranked(result);
  expect_plan_works(result, request);
  std::set<std::string> keys;
  for (const CandidateResult& candidate : result.ranking) {
    EXPECT_TRUE(keys.insert(Candidate{candidate.config, candidate.kernel}.key()).second);
    EXPECT_DOUBLE_EQ(candidate.config.sparsity(), 0.75);
  }
  ASSERT_FALSE(reports.empty());
  EXPECT_EQ(reports.back().done, 12);
  for (std::size_t i = 1; i < reports.size(); ++i) {
    EXPECT_GE(reports[i].done, reports[i - 1].done);
    EXPECT_GE(reports[i].elapsed_seconds, reports[i - 1].elapsed_seconds);
  }
}

// A single column: rows of O are single numbers, and some are small by chance.
TEST(Tune, MatrixTimesVectorHasNoFalseAlarms) {
  TuneRequest request = small_request();
  request.problem = {.m = 512, .k = 1024, .n = 1};
  request.max_candidates = 6;
  const TuneResult result = tune(request);
  for (const CandidateResult& candidate : result.ranking)
    EXPECT_TRUE(candidate.ok) << candidate.failure;
}

// Candidates are checked with the epilogue, and dense is timed in the same layout.
TEST(Tune, LayoutsAndEpilogues) {
  for (const char* epilogue : {"bias,relu", "scale,residual,gelu"}) {
    TuneRequest request = small_request();
    request.problem.layout = Layout::nk;
    request.problem.epilogue = Epilogue::parse(epilogue);
    request.max_candidates = 4;
    const TuneResult result = tune(request);
    expect_ranked(result);
    expect_plan_works(result, request);
    EXPECT_TRUE(std::any_of(result.notes.begin(), result.notes.end(), [](const std::string& note) {
      return has(note, "without the epilogue") || has(note, "our own kernel");
    }));
  }
}

TEST(Tune, RefusesWhatWasNotAskedFor) {
  struct Row {
    Problem problem;
    double sparsity;
    const char* part;
  };
  constexpr Row kRows[] = {
      {{.m = 512, .k = 4608, .n = 8}, 90, "--nearest"},
      {{.m = 500, .k = 300, .n = 8}, 87.5, "--pad"},
      {{.m = 7, .k = 13, .n = 8}, 50, "0 %"},
      {{.m = 0, .k = 64, .n = 8}, 50, "at least 1"},
      {{.m = 64, .k = 64, .n = -3}, 50, "at least 1"},
      {{.m = std::int64_t{1} << 40, .k = 64, .n = 8}, 50, "at most 2147418112"},
      {{.m = 64, .k = 64, .n = 8}, 100, "0 to below 100"},
      {{.m = 64, .k = 64, .n = 8}, -5, "0 to below 100"},
      {{.m = 64, .k = 64, .n = 8}, std::numeric_limits<double>::quiet_NaN(), "0 to below 100"},
  };
  for (const Row& row : kRows) {
    TuneRequest request = small_request();
    request.problem = row.problem;
    request.sparsity_percent = row.sparsity;
    const std::string message = refusal(ErrorCode::invalid_argument, [&] { tune(request); });
    EXPECT_TRUE(has(message, row.part)) << message;
  }
  TuneRequest request = small_request();
  request.strategy = "luck";
  EXPECT_TRUE(has(refusal(ErrorCode::invalid_argument, [&] { tune(request); }), "'luck'"));
}

TEST(Tune, NearestSaysWhatItTook) {
  TuneRequest request = small_request();
  request.sparsity_percent = 70;
  request.nearest = true;
  request.max_candidates = 2;
  const TuneResult result = tune(request);
  ASSERT_FALSE(result.notes.empty());
  EXPECT_TRUE(has(result.notes.front(), "instead of 70 %")) << result.notes.front();
  EXPECT_NEAR(result.plan.spec.pattern.config().sparsity(), 0.7, 0.05);
  EXPECT_NE(result.plan.spec.pattern.config().sparsity(), 0.7);
}

TEST(Tune, PadSaysWhatItDidAndKeepsTheProblem) {
  TuneRequest request = small_request();
  request.problem = {.m = 61, .k = 93, .n = 17};
  request.pad = true;
  request.max_candidates = 3;
  const TuneResult result = tune(request);
  ASSERT_FALSE(result.notes.empty());
  EXPECT_TRUE(has(result.notes.front(), "padded W from 61 x 93")) << result.notes.front();
  EXPECT_GE(result.plan.spec.pattern.rows(), 61);
  EXPECT_GE(result.plan.spec.pattern.cols(), 93);
  expect_ranked(result);
  expect_plan_works(result, request);
}

TEST(Tune, PadsAndTakesTheNearestThere) {
  TuneRequest request = small_request();
  request.problem = {.m = 127, .k = 255, .n = 9};
  request.sparsity_percent = 79.9;
  request.max_candidates = 1;
  request.pad = true;
  const std::string message = refusal(ErrorCode::invalid_argument, [&] { tune(request); });
  EXPECT_TRUE(has(message, "--pad --nearest gives 81.25 % on 128 x 256")) << message;
  request.nearest = true;
  const TuneResult result = tune(request);
  ASSERT_GE(result.notes.size(), 2U);
  EXPECT_TRUE(has(result.notes[0], "padded W from 127 x 255 to 128 x 256")) << result.notes[0];
  EXPECT_TRUE(has(result.notes[1], "instead of 79.9 %")) << result.notes[1];
  EXPECT_NEAR(result.plan.spec.pattern.config().sparsity(), 0.8, 0.03);
}

TEST(Tune, AFixedConfigurationIsKept) {
  TuneRequest request = small_request();
  request.config = Rbgp4Config::parse("go=4x6@50,gr=2x1,gi=8x16@50,gb=1x1");
  request.max_candidates = 3;
  const TuneResult result = tune(request);
  for (const CandidateResult& candidate : result.ranking)
    EXPECT_EQ(candidate.config, *request.config);
  request.problem.m = 63;
  EXPECT_TRUE(has(refusal(ErrorCode::invalid_argument, [&] { tune(request); }), "--pad"));
  request.pad = true;
  expect_plan_works(tune(request), request);
}

TEST(Tune, StopsEarlyWithWhatIsKnown) {
  TuneRequest request = small_request();
  request.max_candidates = 0;
  std::atomic<bool> stop = false;
  const TuneResult result =
      tune(request, [&](const TuneProgress& progress) { stop = progress.done >= 2; }, &stop);
  EXPECT_TRUE(result.interrupted);
  EXPECT_EQ(result.ranking.size(), 2U);
  expect_ranked(result);
  expect_plan_works(result, request);
}

TEST(Tune, AnInterruptOfTheFinalsIsOne) {
  const test::TemporaryFolder folder;
  TuneRequest request = small_request();
  request.journal = (folder.path() / "sweep.jsonl").string();
  request.max_candidates = 3;
  std::atomic<bool> stop = false;
  const TuneResult result =
      tune(request, [&](const TuneProgress& progress) { stop = progress.in_finals; }, &stop);
  EXPECT_TRUE(result.interrupted);
  EXPECT_TRUE(result.ranking[result.chosen].ok);
  EXPECT_TRUE(has(read_whole(request.journal), "interrupted with 3 candidates"));
}

// Interrupted, resumed and extended: what was measured stays, and nothing is measured twice.
TEST(Tune, GoesOnFromItsJournal) {
  for (const char* strategy : {"local", "random"}) {
    SCOPED_TRACE(strategy);
    const test::TemporaryFolder folder;
    TuneRequest request = small_request();
    request.strategy = strategy;
    request.journal = (folder.path() / "sweep.jsonl").string();
    request.max_candidates = 7;
    std::map<std::string, double> known;
    std::atomic<bool> stop = false;
    const TuneResult first =
        tune(request, [&](const TuneProgress& progress) { stop = progress.done >= 3; }, &stop);
    EXPECT_TRUE(first.interrupted);
    ASSERT_EQ(first.ranking.size(), 3U);
    for (const CandidateResult& candidate : first.ranking)
      known[Candidate{candidate.config, candidate.kernel}.key()] = candidate.relative_error;

    std::int64_t first_done = -1;
    const TuneResult result = tune(request, [&](const TuneProgress& progress) {
      if (first_done < 0) first_done = progress.done;
    });
    EXPECT_EQ(first_done, 3);
    EXPECT_FALSE(result.interrupted);
    expect_ranked(result);
    expect_plan_works(result, request);
    EXPECT_EQ(result.ranking.size(), 7U);
    std::set<std::string> keys;
    std::size_t kept = 0;
    for (const CandidateResult& candidate : result.ranking) {
      const std::string key = Candidate{candidate.config, candidate.kernel}.key();
      EXPECT_TRUE(keys.insert(key).second);
      kept += known.contains(key) && known[key] == candidate.relative_error ? 1 : 0;
    }
    EXPECT_EQ(kept, known.size());
    request.problem.n = 41;
    EXPECT_TRUE(has(refusal(ErrorCode::invalid_argument, [&] { tune(request); }), "problem.n"));
  }
}

TEST(Tune, ChoosesByPreference) {
  for (const Preference preference : {Preference::time, Preference::gap, Preference::balanced}) {
    SCOPED_TRACE(to_string(preference));
    TuneRequest request = small_request();
    request.prefer = preference;
    const TuneResult result = tune(request);
    expect_ranked(result);
    expect_plan_works(result, request);
    EXPECT_EQ(result.gap_front, pareto_front(result.ranking, Tradeoff::gap));
    EXPECT_EQ(result.repetition_front, pareto_front(result.ranking, Tradeoff::repetition));
    EXPECT_FALSE(result.gap_front.empty());
    if (preference == Preference::gap) {
      // Of five fastest and the one with the largest gap; times change when they are taken again.
      EXPECT_GE(result.ranking[result.chosen].spectral_gap, result.ranking[0].spectral_gap - 1e-6);
    }
  }
}

// Two workers on one device: nothing is measured twice, nothing is left out.
TEST(Tune, DevicesShareASweep) {
  TuneRequest request = small_request();
  request.further_devices = {request.device};
  request.config = Rbgp4Config::parse("go=1x1,gr=1x1,gi=1x2,gb=1x1");
  request.problem = {.m = 1, .k = 2, .n = 8};
  request.strategy = "exhaustive";
  request.max_candidates = 0;
  std::set<std::string> keys;
  const TuneResult result = tune(request);
  for (const CandidateResult& candidate : result.ranking)
    EXPECT_TRUE(keys.insert(Candidate{candidate.config, candidate.kernel}.key()).second);
  const SearchSpace space(request.problem, *request.config, request.device.properties(),
                          find_family("host_rbgp4mm"));
  std::size_t candidates = 0;
  Point point(space.axes().size(), 0);
  do candidates += space.candidate(point) ? 1 : 0;
  while (space.advance(point));
  EXPECT_EQ(keys.size(), candidates);
  // Many of them are the same code: as good as each other.
  std::map<std::string, double> times;
  for (const CandidateResult& candidate : result.ranking) {
    if (candidate.finalist) continue;
    EXPECT_FALSE(candidate.code.empty());
    const auto [known, is_new] = times.emplace(candidate.code, candidate.median_ms);
    EXPECT_TRUE(is_new || known->second == candidate.median_ms);
  }
  EXPECT_LT(times.size(), keys.size());
  EXPECT_GT(result.busy_share, 0);
  EXPECT_LE(result.busy_share, 1);
  expect_plan_works(result, request);
}

TEST(Tune, TimesOnAColdCache) {
  TuneRequest request = small_request();
  request.problem.n = 4000;  // 2.4 MB: few copies are cold
  request.cold = true;
  request.max_candidates = 1;
  const TuneResult result = tune(request);
  expect_ranked(result);
  expect_plan_works(result, request);
}

// What the model chooses unmeasured takes part in the finals, and nothing wins that did not.
TEST(Tune, OnlyFinalistsWinAndTheDefaultIsOne) {
  TuneRequest request = small_request();
  request.config = Rbgp4Config::parse("go=4x6@50,gr=2x1,gi=8x16@50,gb=1x1");
  request.strategy = "random";
  const TuneResult result = tune(request);
  EXPECT_TRUE(result.ranking[result.chosen].finalist);
  const KernelConfig model =
      default_kernel(*request.config, request.problem, request.device.properties());
  const auto found =
      std::find_if(result.ranking.begin(), result.ranking.end(),
                   [&](const CandidateResult& candidate) { return candidate.kernel == model; });
  ASSERT_NE(found, result.ranking.end());
  EXPECT_TRUE(found->finalist);
  EXPECT_LE(result.plan.median_ms, found->median_ms * (1 + result.noise_floor));
}

TEST(Tune, EveryStrategyWorks) {
  for (const char* strategy : {"local", "random", "exhaustive"}) {
    SCOPED_TRACE(strategy);
    TuneRequest request = small_request();
    request.strategy = strategy;
    request.max_candidates = 3;
    expect_ranked(tune(request));
  }
}

TEST(DefaultKernel, WorksForAnyConfiguration) {
  RandomWords random(17);
  const Device device = Device::host();
  for (int i = 0; i < 100; ++i) {
    const Rbgp4Config config = test::random_config(random, {.max_rows = 200, .max_cols = 200});
    Problem problem{.m = config.rows(),
                    .k = config.cols(),
                    .n = 1 + static_cast<std::int64_t>(random.below(130))};
    if (random.below(4) == 0) problem.k = (problem.k + 1) / 2;
    const test::KernelCase test_case{config, problem,
                                     default_kernel(config, problem, device.properties())};
    SCOPED_TRACE(test_case.name());
    const test::KernelRun run(test_case, device);
    const test::Difference error = test::difference(run.reference(), run.launch());
    EXPECT_LT(error.relative_error, 1e-5);
    EXPECT_EQ(error.not_finite, 0);
  }
}

}  // namespace
}  // namespace rbgp
