#include "runtime/processors.hpp"

#include <sched.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <thread>

namespace rbgp::runtime {

namespace {

// Processors, of microseconds in each period; nothing where there is no limit.
std::optional<double> quota_of(const ControlGroup& group) {
  double quota = 0;
  double period = 0;
  if (group.is_version2) {
    std::ifstream file(group.folder / "cpu.max");  // 200000 100000, or max 100000
    if (!(file >> quota >> period)) return std::nullopt;
  } else {
    std::ifstream quota_file(group.folder / "cpu.cfs_quota_us");  // -1 without a limit
    std::ifstream period_file(group.folder / "cpu.cfs_period_us");
    if (!(quota_file >> quota) || !(period_file >> period)) return std::nullopt;
  }
  if (quota <= 0 || period <= 0) return std::nullopt;
  return quota / period;
}

}  // namespace

int bound_processors() {
  cpu_set_t bound;
  CPU_ZERO(&bound);
  ::sched_getaffinity(0, sizeof bound, &bound);
  return std::max(1, CPU_COUNT(&bound));
}

int granted_processors(const SystemFolders& system) {
  double least = std::max(1U, std::thread::hardware_concurrency());
  for (const ControlGroup& group : control_groups("cpu", system))
    least = std::min(least, quota_of(group).value_or(least));
  return std::max(1, static_cast<int>(least));
}

int usable_processors() { return std::min(bound_processors(), granted_processors()); }

}  // namespace rbgp::runtime
