#include <support/fault_sweep.hpp>

#include <gtest/gtest.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include <rbgp/tuner.hpp>
#include <support/faults.hpp>
#include <support/temporary_folder.hpp>

namespace rbgp::test {
namespace {

namespace fs = std::filesystem;

// Processes of the program that this process started.
int workers_left() {
  int count = 0;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator("/proc", ignored)) {
    std::ifstream file(entry.path() / "cmdline", std::ios::binary);
    std::string program;
    std::string parent;
    if (std::getline(file, program, '\0') && std::getline(file, parent, '\0'))
      count += program == faulty_worker() && parent == std::to_string(::getpid()) ? 1 : 0;
  }
  return count;
}

// For as long as it lives: the worker with faults, and a folder to leave things in.
class FaultyPlace {
 public:
  FaultyPlace() : former_(fs::current_path()) {
    ::setenv("RBGP_WORKER", faulty_worker().c_str(), 1);
    ::setenv("TMPDIR", folder_.path().c_str(), 1);
    ::setenv("OMP_STACKSIZE", "1M", 1);  // a process of many threads is to have memory left to leak
    fs::current_path(folder_.path());
  }
  ~FaultyPlace() {
    fs::current_path(former_);
    ::unsetenv("OMP_STACKSIZE");
    ::unsetenv("TMPDIR");
    ::unsetenv("RBGP_WORKER");
  }
  FaultyPlace(const FaultyPlace&) = delete;
  FaultyPlace& operator=(const FaultyPlace&) = delete;
  const TemporaryFolder& folder() const { return folder_; }

 private:
  fs::path former_;
  TemporaryFolder folder_;
};

FailureKind expected_kind(const CandidateResult& result, const TuneRequest& request,
                          std::map<std::string, std::size_t>& counts) {
  const KernelSpec spec{request.problem, Rbgp4Pattern::sample(result.config, request.seed),
                        result.kernel};
  const Fault* fault = planted_fault(spec, request.device.properties());
  if (fault == nullptr) return FailureKind::none;
  ++counts[std::string(fault->name)];
  return request.device.kind() == DeviceKind::host ? fault->host_kind : fault->cuda_kind;
}

std::map<std::string, std::size_t> journalled_kinds(const fs::path& journal) {
  std::map<std::string, std::size_t> kinds;
  std::ifstream file(journal);
  for (std::string line; std::getline(file, line);) {
    const auto json = nlohmann::json::parse(line);
    if (json.at("kind") == "candidate") ++kinds[json.at("failure_kind").get<std::string>()];
  }
  return kinds;
}

}  // namespace

void expect_faults_named(const Device& device, std::string_view family, double run_limit_seconds) {
  const FaultyPlace place;
  const TuneRequest request{
      .problem = {.m = 64, .k = 64, .n = 72},
      .device = device,
      .budget_seconds = 3600,
      .max_candidates = static_cast<std::int64_t>(kEachFault * (faults().size() + 1) + 1),
      .strategy = "exhaustive",
      .config = Rbgp4Config::parse("go=4x8@50,gr=2x1,gi=8x8@50,gb=1x1"),
      .family = std::string(family),
      .journal = "sweep.jsonl",
      .run_limit_seconds = run_limit_seconds,
      // With what the stacks of threads take.
      .worker_memory_bytes = (std::int64_t{512} << 20) +
                             (std::int64_t{16} << 20) * Device::host().properties().compute_units};
  const TuneResult result = tune(request);

  std::map<std::string, std::size_t> counts;
  std::map<std::string, std::size_t> kinds;
  for (const CandidateResult& candidate : result.ranking) {
    SCOPED_TRACE(candidate.kernel.to_string());
    const FailureKind expected = expected_kind(candidate, request, counts);
    EXPECT_EQ(to_string(candidate.kind), to_string(expected)) << candidate.failure;
    EXPECT_EQ(candidate.ok, expected == FailureKind::none);
    EXPECT_EQ(candidate.failure.empty(), candidate.ok);
    EXPECT_EQ(candidate.failure.find('\n'), std::string::npos) << candidate.failure;
    ++kinds[std::string(to_string(expected))];
  }
  EXPECT_EQ(counts.size(), faults().size());
  // The default kernel comes first and counts, too.
  for (const Fault& fault : faults())
    EXPECT_EQ(counts[std::string(fault.name)], planted_count(fault)) << fault.name;
  EXPECT_EQ(journalled_kinds("sweep.jsonl"), kinds);

  ASSERT_TRUE(result.ranking.front().ok);
  EXPECT_TRUE(result.ranking[result.chosen].finalist);
  EXPECT_EQ(result.plan.spec.kernel, result.ranking[result.chosen].kernel);
  for (const CandidateResult& candidate : result.ranking)
    if (candidate.finalist) {
      EXPECT_LE(result.plan.median_ms, candidate.median_ms * (1 + result.noise_floor));
    }
  EXPECT_EQ(workers_left(), 0);
  EXPECT_EQ(place.folder().entries(), 1U) << "there is more than the journal";
}

}  // namespace rbgp::test
