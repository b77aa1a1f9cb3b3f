#include <runtime/load_watch.hpp>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include <runtime/child_process.hpp>
#include <runtime/dynamic_library.hpp>
#include <runtime/gpu_users.hpp>
#include <runtime/nvml.hpp>
#include <support/refusal.hpp>

namespace rbgp::runtime {
namespace {

TEST(LoadWatch, ReadsTheKernelsLine) {
  struct Row {
    const char* line;
    double seconds;
  };
  constexpr Row kRows[] = {
      {"cpu  100 20 30 5000 400 5 6 7 8 9", 1.68},
      {"cpu  1 1 1 1 1 1 1 1", 0.06},
      {"cpu0 1 1 1 1 1 1 1 1", 0.06},
      {"intr 1 1 1 1 1 1 1 1", -1},
      {"cpu 1 2 3", -1},
      {"cpu 1 2 three 4 5 6 7 8", -1},
      {"", -1},
  };
  for (const Row& row : kRows) EXPECT_DOUBLE_EQ(busy_seconds(row.line, 100), row.seconds);
}

TEST(LoadWatch, NoticesOtherProcesses) {
  std::vector<std::unique_ptr<ChildProcess>> others;
  for (unsigned i = 0; i < std::thread::hardware_concurrency(); ++i)
    others.push_back(std::make_unique<ChildProcess>(
        "/bin/sh", std::vector<std::string>{"-c", "while :; do :; done"}));
  LoadWatch watch(Device::host());
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  const std::string found = watch.disturbance();
  EXPECT_TRUE(test::has(found, "other processes had")) << found;
}

// A thread that computes beside others waits; one that sleeps does not.
TEST(LoadWatch, TellsWaitingForAProcessor) {
  // A kernel without statistics of its scheduler tells nothing: nobody waited then.
  const bool is_told = std::filesystem::exists("/proc/self/schedstat");
  const auto run = [](bool computes) {
    const LoadWatch watch(Device::host());
    const auto begin = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - begin < std::chrono::milliseconds(400))
      if (!computes) std::this_thread::sleep_for(std::chrono::milliseconds(400));
    return watch.waited_share();
  };
  EXPECT_LT(run(false), 0.2);
  std::vector<std::unique_ptr<ChildProcess>> others;
  for (unsigned i = 0; i < 4 * std::thread::hardware_concurrency(); ++i)
    others.push_back(std::make_unique<ChildProcess>(
        "/bin/sh", std::vector<std::string>{"-c", "while :; do :; done"}));
  const double share = run(true);
  if (is_told)
    EXPECT_GT(share, 0.4);
  else
    EXPECT_EQ(share, 0);
  EXPECT_LE(share, 1);
}

TEST(Nvml, SaysWhatSlowsAGpu) {
  std::error_code ignored;
  const std::filesystem::path folder =
      std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
  const std::array<std::string, 2> names = {"/no/such/library.so",
                                            (folder / "librbgp_fake_nvml.so").string()};
  const auto nvml = Nvml::open(names);
  ASSERT_NE(nvml, nullptr);
  const auto set =
      DynamicLibrary::open(names).symbol<void (*)(unsigned long long, unsigned, unsigned)>(
          "fake_nvml_set");
  EXPECT_FALSE(nvml->device("0000:02:00.0"));
  const auto gpu = nvml->device("0000:01:00.0");
  ASSERT_TRUE(gpu);
  struct Row {
    unsigned long long reasons;
    const char* text;
  };
  constexpr Row kRows[] = {{0, ""},
                           {0x01, ""},  // idle
                           {0x02, ""},  // clocks set on purpose
                           {0x04, ""},  // its power limit
                           {0x24, "its temperature"},
                           {0x48, "a hardware slowdown and its temperature (hardware)"}};
  for (const Row& row : kRows) {
    set(row.reasons, 0, 0);
    EXPECT_EQ(nvml->slowed_by(*gpu), row.text);
    EXPECT_EQ(nvml->at_power_limit(*gpu), (row.reasons & 0x04) != 0);
  }
  EXPECT_TRUE(nvml->processes_since(*gpu, 0).empty());
  set(0, 4711, 30);
  const auto processes = nvml->processes_since(*gpu, 0);
  ASSERT_EQ(processes.size(), 1U);
  EXPECT_EQ(processes[0].id, 4711U);
  EXPECT_EQ(processes[0].percent, 30U);
}

TEST(GpuUsers, AreThoseThatComputeBesideAProcess) {
  constexpr unsigned kOwn = 20;
  constexpr unsigned kParent = 10;
  const std::map<unsigned, ProcessInfo> known = {{kParent, {1}},  {kOwn, {kParent}},
                                                 {21, {kParent}}, {30, {1}},
                                                 {40, {1}},       {60, {std::nullopt}}};
  const auto look_up = [&](unsigned process) -> std::optional<ProcessInfo> {
    const auto found = known.find(process);
    return found != known.end() ? std::optional(found->second) : std::nullopt;
  };
  const auto found = [&](const std::vector<Nvml::ProcessUse>& processes) {
    return other_user(processes, kOwn, kParent, look_up);
  };
  EXPECT_EQ(found({}), "");
  EXPECT_EQ(found({{kOwn, 90}}), "");
  EXPECT_EQ(found({{kOwn, 50}, {30, 5}, {40, 6}}), "process 40 used 6 % of the GPU");
  EXPECT_EQ(found({{21, 50}}), "");       // a worker of the same sweep
  EXPECT_EQ(found({{kParent, 50}}), "");  // who asked for the sweep
  EXPECT_EQ(found({{50, 50}}), "");  // it has ended
  EXPECT_EQ(found({{60, 50}}), "process 60 used 50 % of the GPU");  // another user's, hidden
}

TEST(GpuUsers, AreLookedUp) {
  const auto parent_of = [](pid_t process) {
    const auto info = look_up_process(static_cast<unsigned>(process));
    return info ? info->parent : std::nullopt;
  };
  EXPECT_EQ(parent_of(::getpid()), static_cast<unsigned>(::getppid()));
  EXPECT_TRUE(look_up_process(1));
  EXPECT_FALSE(look_up_process(0));
  const pid_t ended = ::fork();
  if (ended == 0) ::_exit(0);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(ended), &info, WEXITED | WNOWAIT), 0);
  EXPECT_FALSE(look_up_process(static_cast<unsigned>(ended)));  // a zombie
  ASSERT_EQ(::waitpid(ended, nullptr, 0), ended);
  EXPECT_FALSE(look_up_process(static_cast<unsigned>(ended)));
}

TEST(Nvml, IsNoneWithoutItsFunctions) {
  const std::array<std::string, 2> names = {"libdl.so.2", "libc.so.6"};
  EXPECT_EQ(Nvml::open(names), nullptr);
}

}  // namespace
}  // namespace rbgp::runtime
