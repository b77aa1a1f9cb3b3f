#include "runtime/processors.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <thread>

namespace rbgp::runtime {

namespace {

unsigned all_processors() { return std::max(1U, std::thread::hardware_concurrency()); }

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

cpu_set_t bound_to() {
  cpu_set_t bound;
  CPU_ZERO(&bound);
  if (::sched_getaffinity(0, sizeof bound, &bound) == 0 && CPU_COUNT(&bound) > 0) return bound;
  for (unsigned cpu = 0; cpu < all_processors() && cpu < CPU_SETSIZE; ++cpu) CPU_SET(cpu, &bound);
  return bound;
}

int bound_processors() {
  const cpu_set_t bound = bound_to();
  return CPU_COUNT(&bound);
}

int granted_processors(const SystemFolders& system) {
  double least = all_processors();
  for (const ControlGroup& group : control_groups("cpu", system))
    least = std::min(least, quota_of(group).value_or(least));
  return std::max(1, static_cast<int>(least));
}

int overlapping(const cpu_set_t& processors, std::span<const cpu_set_t> sets) {
  return static_cast<int>(std::count_if(sets.begin(), sets.end(), [&](const cpu_set_t& set) {
    cpu_set_t both;
    CPU_AND(&both, &processors, &set);
    return CPU_COUNT(&both) > 0;
  }));
}

}  // namespace rbgp::runtime
