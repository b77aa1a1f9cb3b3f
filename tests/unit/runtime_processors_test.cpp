#include <runtime/processors.hpp>

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <thread>
#include <vector>

#include <support/temporary_folder.hpp>

namespace rbgp::runtime {
namespace {

TEST(Processors, AreThoseThatControlGroupsGrant) {
  const int all = static_cast<int>(std::thread::hardware_concurrency());
  struct Row {
    const char* name;
    std::map<std::string, std::string> files;
    int granted;
  };
  const Row rows[] = {
      {"no files", {}, all},
      {"no limit", {{"proc/self/cgroup", "0::/a\n"}, {"cgroup/a/cpu.max", "max 100000\n"}}, all},
      {"one", {{"proc/self/cgroup", "0::/a\n"}, {"cgroup/a/cpu.max", "100000 100000\n"}}, 1},
      {"more than there are",
       {{"proc/self/cgroup", "0::/a\n"}, {"cgroup/a/cpu.max", "99900000 10000\n"}},
       all},
      {"a part of one", {{"proc/self/cgroup", "0::/\n"}, {"cgroup/cpu.max", "50000 100000\n"}}, 1},
      {"one and a half",
       {{"proc/self/cgroup", "0::/\n"}, {"cgroup/cpu.max", "150000 100000\n"}},
       1},
      {"the limit of an outer one",
       {{"proc/self/cgroup", "0::/a/b\n"},
        {"cgroup/a/b/cpu.max", "max 100000\n"},
        {"cgroup/a/cpu.max", "100000 100000\n"}},
       1},
      {"version 1",
       {{"proc/self/cgroup", "4:memory:/x\n3:cpu,cpuacct:/y/z\n0::/\n"},
        {"cgroup/cpu/y/z/cpu.cfs_quota_us", "20000\n"},
        {"cgroup/cpu/y/z/cpu.cfs_period_us", "20000\n"},
        {"cgroup/cpu/y/cpu.cfs_quota_us", "-1\n"},
        {"cgroup/cpu/y/cpu.cfs_period_us", "100000\n"}},
       1},
      {"version 1 without a limit",
       {{"proc/self/cgroup", "3:cpu:/y\n"},
        {"cgroup/cpu/y/cpu.cfs_quota_us", "-1\n"},
        {"cgroup/cpu/y/cpu.cfs_period_us", "100000\n"}},
       all},
      {"a limit of something else",
       {{"proc/self/cgroup", "3:cpuset:/y\n"},
        {"cgroup/cpu/y/cpu.cfs_quota_us", "100000\n"},
        {"cgroup/cpu/y/cpu.cfs_period_us", "100000\n"}},
       all},
      {"numbers that are none",
       {{"proc/self/cgroup", "0::/a\n"}, {"cgroup/a/cpu.max", "100000 0\n"}},
       all},
  };
  for (const Row& row : rows) {
    const test::TemporaryFolder folder;
    folder.write(row.files);
    EXPECT_EQ(granted_processors({folder.path() / "proc", folder.path() / "cgroup"}), row.granted)
        << row.name;
  }
}

cpu_set_t set_of(const std::vector<int>& processors) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int processor : processors) CPU_SET(processor, &set);
  return set;
}

TEST(Processors, AreSharedWhereSetsOverlap) {
  const std::vector<cpu_set_t> sets = {set_of({0, 1}), set_of({2, 3}), set_of({1, 2}), set_of({9})};
  EXPECT_EQ(overlapping(sets[0], sets), 2);
  EXPECT_EQ(overlapping(sets[2], sets), 3);
  EXPECT_EQ(overlapping(sets[3], sets), 1);
}

TEST(Processors, AreSomeHere) {
  EXPECT_GE(bound_processors(), 1);
  EXPECT_GE(granted_processors(), 1);
}

}  // namespace
}  // namespace rbgp::runtime
