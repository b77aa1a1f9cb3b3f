#include <runtime/available_memory.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include <support/temporary_folder.hpp>

namespace rbgp::runtime {
namespace {

constexpr std::int64_t kNothing = -1;

TEST(AvailableMemory, IsTheLeastOfSystemAndControlGroups) {
  struct Row {
    const char* name;
    std::map<std::string, std::string> files;
    std::int64_t bytes;
  };
  const std::string meminfo = "MemTotal: 9000 kB\nMemFree: 10 kB\nMemAvailable: 8000 kB\n";
  const Row rows[] = {
      {"no files", {}, kNothing},
      {"an old kernel", {{"proc/meminfo", "MemTotal: 9000 kB\n"}}, kNothing},
      {"no control groups", {{"proc/meminfo", meminfo}}, 8192000},
      {"version 2",
       {{"proc/meminfo", meminfo},
        {"proc/self/cgroup", "0::/a/b\n"},
        {"cgroup/a/b/memory.max", "3000\n"},
        {"cgroup/a/b/memory.current", "1000\n"}},
       2000},
      {"version 2 without a limit",
       {{"proc/meminfo", meminfo},
        {"proc/self/cgroup", "0::/a\n"},
        {"cgroup/a/memory.max", "max\n"},
        {"cgroup/a/memory.current", "1000\n"}},
       8192000},
      {"the limit of an outer one",
       {{"proc/meminfo", meminfo},
        {"proc/self/cgroup", "0::/a/b\n"},
        {"cgroup/a/b/memory.max", "3000\n"},
        {"cgroup/a/b/memory.current", "100\n"},
        {"cgroup/a/memory.max", "4000\n"},
        {"cgroup/a/memory.current", "3900\n"}},
       100},
      {"a container that does not see its folder",
       {{"proc/meminfo", meminfo},
        {"proc/self/cgroup", "0::/../docker/x\n"},
        {"cgroup/memory.max", "500\n"},
        {"cgroup/memory.current", "100\n"}},
       400},
      {"a limit above what the system has",
       {{"proc/meminfo", meminfo},
        {"proc/self/cgroup", "0::/\n"},
        {"cgroup/memory.max", "90000000\n"},
        {"cgroup/memory.current", "100\n"}},
       8192000},
      {"more in use than the limit",
       {{"proc/self/cgroup", "0::/\n"},
        {"cgroup/memory.max", "500\n"},
        {"cgroup/memory.current", "600\n"}},
       0},
      {"files in memory are given up",
       {{"proc/self/cgroup", "0::/\n"},
        {"cgroup/memory.max", "500\n"},
        {"cgroup/memory.current", "450\n"},
        {"cgroup/memory.stat", "anon 50\nactive_file 10\ninactive_file 300\n"}},
       350},
      {"version 1",
       {{"proc/meminfo", meminfo},
        {"proc/self/cgroup", "5:cpu,cpuacct:/x\n4:hugetlb,memory:/x/y\n1:name=systemd:/\n0::/\n"},
        {"cgroup/memory/x/y/memory.limit_in_bytes", "9223372036854771712\n"},
        {"cgroup/memory/x/y/memory.usage_in_bytes", "200\n"},
        {"cgroup/memory/x/memory.limit_in_bytes", "3000\n"},
        {"cgroup/memory/x/memory.usage_in_bytes", "700\n"},
        {"cgroup/memory/x/memory.stat", "inactive_file 0\ntotal_inactive_file 200\n"}},
       2500},
      {"lines that are none",
       {{"proc/meminfo", meminfo}, {"proc/self/cgroup", "\n4\n4:memory\n"}},
       8192000},
  };
  for (const Row& row : rows) {
    const test::TemporaryFolder folder;
    folder.write(row.files);
    EXPECT_EQ(
        available_memory({folder.path() / "proc", folder.path() / "cgroup"}).value_or(kNothing),
        row.bytes)
        << row.name;
  }
}

TEST(AvailableMemory, IsKnownHere) {
  const auto bytes = available_memory();
  ASSERT_TRUE(bytes);
  EXPECT_GT(*bytes, 1 << 20);
}

TEST(AvailableMemory, CountsWhatWasKilledForIt) {
  const test::TemporaryFolder folder;
  EXPECT_FALSE(killed_for_memory({.proc = folder.path()}));
  std::ofstream(folder.path() / "vmstat") << "nr_free_pages 7\noom_kill 3\npgfault 9\n";
  EXPECT_EQ(killed_for_memory({.proc = folder.path()}), 3);
}

}  // namespace
}  // namespace rbgp::runtime
