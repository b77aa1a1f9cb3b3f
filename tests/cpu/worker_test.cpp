#include <tuner/worker.hpp>

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include <generator/kernel_family.hpp>
#include <rbgp/error.hpp>
#include <rbgp/plan.hpp>
#include <runtime/available_memory.hpp>
#include <support/faults.hpp>
#include <support/refusal.hpp>
#include <support/temporary_folder.hpp>
#include <tuner/pipeline.hpp>

namespace rbgp {
namespace {

using test::has;
using test::refusal;

constexpr double kPatience = 120;

// RBGP_WORKER for as long as it lives.
class NamedWorker {
 public:
  explicit NamedWorker(const std::filesystem::path& program) {
    ::setenv("RBGP_WORKER", program.c_str(), 1);
  }
  ~NamedWorker() { ::unsetenv("RBGP_WORKER"); }
  NamedWorker(const NamedWorker&) = delete;
  NamedWorker& operator=(const NamedWorker&) = delete;
};

TuneRequest small_request() {
  return {.problem = {.m = 64, .k = 64, .n = 24},
          .config = Rbgp4Config::parse("go=4x8@50,gr=2x1,gi=8x8@50,gb=1x1")};
}

std::string plan_of(const TuneRequest& request) {
  const DeviceProperties& device = request.device.properties();
  const Plan plan{.spec = {request.problem, Rbgp4Pattern::sample(*request.config, 1),
                           default_kernel(*request.config, request.problem, device)},
                  .seed = 1,
                  .device = device};
  return plan.to_json();
}

TEST(Worker, CompilesChecksAndTimes) {
  const TuneRequest request = small_request();
  const std::string plan = plan_of(request);
  Worker compiler(compiling_setup(request, nullptr));
  EXPECT_TRUE(compiler.is_fresh());
  Answer compiled = compiler.ask(compile_request(plan), kPatience);
  ASSERT_EQ(compiled.kind, FailureKind::none) << compiled.failure;
  EXPECT_FALSE(compiler.is_fresh());
  EXPECT_FALSE(compiled.bytes.empty());
  const runtime::Binary binary = binary_of(std::move(compiled), DeviceKind::host);

  Worker measurer(measuring_setup(request, request.device, nullptr));
  auto measure = kernel_request("measure", plan, binary, 1);
  measure["best_ms"] = 0;
  CandidateResult result;
  set_verdict(result, measurer.ask(measure, kPatience, binary.image));
  EXPECT_TRUE(result.ok) << result.failure;
  EXPECT_GT(result.median_ms, 0);
  EXPECT_LT(result.relative_error, 1e-5);

  for (int entrant = 0; entrant < 2; ++entrant) {
    const Answer entered =
        measurer.ask(kernel_request("enter", plan, binary, 1), kPatience, binary.image);
    EXPECT_EQ(entered.json.at("entrant"), entrant);
  }
  EXPECT_GT(measurer.ask({{"do", "time"}, {"entrant", 1}}, kPatience).json.at("ms"), 0);
  const Answer dense = measurer.ask({{"do", "dense"}}, kPatience);
  constexpr double kSettle = 0.2;
  const nlohmann::ordered_json settled[] = {
      {{"do", "time"}, {"entrant", 0}, {"settle_seconds", kSettle}},
      {{"do", "dense"}, {"settle_seconds", kSettle}}};
  for (const nlohmann::ordered_json& question : settled) {
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_GT(measurer.ask(question, kPatience).json.at("ms"), 0);
    EXPECT_GT(std::chrono::steady_clock::now() - begin, std::chrono::duration<double>(kSettle));
  }
  EXPECT_GT(dense.json.at("ms"), 0);
  EXPECT_FALSE(dense.json.at("library").get<std::string>().empty());
}

TEST(Worker, SaysWhatItCannotDo) {
  const TuneRequest request = small_request();
  Worker worker(measuring_setup(request, request.device, nullptr));
  const Answer unknown = worker.ask({{"do", "sing"}}, kPatience);
  EXPECT_TRUE(has(unknown.failure, "knows no 'sing'")) << unknown.failure;
  const Answer no_plan = worker.ask({{"do", "compile"}, {"plan", "{}"}}, kPatience);
  EXPECT_EQ(no_plan.kind, FailureKind::unsupported);
  EXPECT_TRUE(has(no_plan.failure, "not a plan")) << no_plan.failure;
  runtime::Binary binary;
  binary.image.resize(100);  // no object file
  auto measure = kernel_request("measure", plan_of(request), binary, 1);
  measure["best_ms"] = 0;
  const Answer refused = worker.ask(measure, kPatience, binary.image);
  EXPECT_EQ(refused.kind, FailureKind::launch_failed) << refused.failure;
}

// A kernel on the host can write anywhere in its process.
TEST(Worker, AnAnswerThatDoesNotReadIsACrash) {
  const nlohmann::ordered_json good = {
      {"ok", true},    {"kind", "none"},    {"failure", ""},           {"median_ms", 1.0},
      {"spread", 0.1}, {"disturbance", ""}, {"at_power_limit", false}, {"relative_error", 1e-7}};
  CandidateResult result;
  set_verdict(result, {.json = good});
  EXPECT_TRUE(result.ok);
  for (const char* field : {"kind", "median_ms", "relative_error", "disturbance"}) {
    auto bad = good;
    bad[field] = nlohmann::ordered_json::array();
    CandidateResult spoilt;
    set_verdict(spoilt, {.json = bad});
    EXPECT_FALSE(spoilt.ok);
    EXPECT_EQ(spoilt.kind, FailureKind::crash) << field;
    bad.erase(field);
    set_verdict(spoilt, {.json = bad});
    EXPECT_EQ(spoilt.kind, FailureKind::crash) << field;
  }
}

// SIGKILL is not always the system's, for want of memory; where the system does not count those, it is taken for one.
TEST(Worker, IsKilledByAnybody) {
  const test::TemporaryFolder folder;
  const std::filesystem::path script = folder.path() / "worker", id = folder.path() / "id";
  std::ofstream(script) << "#!/bin/sh\necho $$ > " << id.string() << "\nexec "
                        << worker_path().string() << " \"$@\"\n";
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  const NamedWorker named(script);
  const TuneRequest request = small_request();
  Worker worker(measuring_setup(request, request.device, nullptr));
  worker.open();
  ::pid_t process = 0;
  ASSERT_TRUE(std::ifstream(id) >> process);
  ASSERT_EQ(::kill(process, SIGKILL), 0);
  const Answer answer = worker.ask({{"do", "dense"}}, kPatience);
  EXPECT_EQ(answer.kind,
            runtime::killed_for_memory() ? FailureKind::crash : FailureKind::out_of_memory)
      << answer.failure;
  EXPECT_TRUE(has(answer.failure, "signal 9")) << answer.failure;
}

TEST(Worker, IsStopped) {
  const TuneRequest request = small_request();
  const std::atomic<bool> stop = true;
  Worker worker(measuring_setup(request, request.device, &stop));
  EXPECT_TRUE(worker.ask({{"do", "dense"}}, kPatience).stopped);
}

TEST(Worker, CannotDoWithoutItsProgram) {
  const TuneRequest request = small_request();
  {
    const NamedWorker nowhere("/no/such/worker");
    EXPECT_TRUE(has(refusal(ErrorCode::unsupported, [&] { tune(request); }), "/no/such/worker"));
  }
  const NamedWorker another("/bin/true");
  EXPECT_TRUE(has(refusal(ErrorCode::unsupported, [&] { tune(request); }), "does not start"));
}

// Compilers that never end, die, or find an error, each in place of some candidates'.
// What is compiled waits where its caller measures something else; elsewhere nobody has to say a word.
TEST(Pipeline, MeasuresAtOnceOrWhenItIsTold) {
  constexpr std::chrono::milliseconds kShort{300};
  constexpr std::chrono::milliseconds kLong{60'000};
  const TuneRequest request = small_request();
  const Candidate candidate{*request.config, default_kernel(*request.config, request.problem,
                                                            request.device.properties())};
  for (const auto begin : {Pipeline::Begin::at_once, Pipeline::Begin::when_told}) {
    PatternCache patterns(1);
    Pipeline pipeline(request, {request.device}, patterns, begin);
    pipeline.submit(candidate);
    pipeline.wait_until_open();
    if (begin == Pipeline::Begin::when_told) {
      EXPECT_FALSE(pipeline.next(kShort));
      pipeline.begin_measuring();
    }
    const std::optional<CandidateResult> result = pipeline.next(kLong);
    ASSERT_TRUE(result);
    EXPECT_TRUE(result->ok) << result->failure;
    EXPECT_GT(pipeline.candidate_seconds().compile, 0);
    EXPECT_GT(pipeline.candidate_seconds().check, 0);
    EXPECT_GT(pipeline.candidate_seconds().time, 0);
    EXPECT_LE(pipeline.busy_share(), 1);
  }
}

TEST(Worker, FaultsOfTheCompilerAreNamed) {
  const NamedWorker faulty(test::faulty_worker());
  TuneRequest request = small_request();
  request.problem.n = test::kCompileFaultsN;
  request.strategy = "exhaustive";
  request.budget_seconds = 3600;
  request.max_candidates = 16;
  request.compile_limit_seconds = 8;
  const TuneResult result = tune(request);
  std::map<FailureKind, int> kinds;
  for (const CandidateResult& candidate : result.ranking) ++kinds[candidate.kind];
  for (const FailureKind kind : {FailureKind::none, FailureKind::compile_timeout,
                                 FailureKind::compile_failed, FailureKind::crash})
    EXPECT_GE(kinds[kind], 3) << to_string(kind);
  EXPECT_TRUE(result.ranking.front().ok);
}

}  // namespace
}  // namespace rbgp
