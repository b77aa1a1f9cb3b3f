#include "runtime/available_memory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <string_view>

namespace rbgp::runtime {

namespace {

namespace fs = std::filesystem;

// What the two versions of control groups call the same things.
struct Names {
  const char* limit;
  const char* used;
  std::string_view reclaimable;  // in memory.stat
};
constexpr Names kVersion1{"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"};
constexpr Names kVersion2{"memory.max", "memory.current", "inactive_file"};

// Nothing where the file is not there, or says "max".
std::optional<std::int64_t> number_in(const fs::path& file) {
  std::ifstream stream(file);
  std::int64_t number = 0;
  if (!(stream >> number)) return std::nullopt;
  return number;
}

// The number after a name, of lines that begin with names.
std::optional<std::int64_t> number_named(const fs::path& file, std::string_view wanted) {
  std::ifstream stream(file);
  std::string name;
  std::string rest;
  for (std::int64_t number = 0; stream >> name >> number; std::getline(stream, rest))
    if (name == wanted) return number;
  return std::nullopt;
}

std::optional<std::int64_t> left_in(const fs::path& group, const Names& names) {
  const auto limit = number_in(group / names.limit);
  const auto used = number_in(group / names.used);
  if (!limit || !used) return std::nullopt;
  // Files that were read once are counted as used until there is something better to keep.
  const std::int64_t reclaimable =
      number_named(group / "memory.stat", names.reclaimable).value_or(0);
  return std::max<std::int64_t>(*limit - std::max<std::int64_t>(*used - reclaimable, 0), 0);
}

void lower(std::optional<std::int64_t>& least, std::optional<std::int64_t> bytes) {
  if (bytes && (!least || *bytes < *least)) least = bytes;
}

bool has_memory(std::string_view controllers) {
  return fmt::format(",{},", controllers).find(",memory,") != std::string::npos;
}

}  // namespace

std::optional<std::int64_t> available_memory(const fs::path& proc, const fs::path& cgroups) {
  std::optional<std::int64_t> least = number_named(proc / "meminfo", "MemAvailable:");
  if (least) *least *= 1024;
  std::ifstream groups(proc / "self" / "cgroup");
  for (std::string line; std::getline(groups, line);) {  // 4:memory:/folder, or 0::/folder
    const std::size_t first = line.find(':');
    const std::size_t second = first == line.npos ? line.npos : line.find(':', first + 1);
    if (second == line.npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const bool is_version2 = controllers.empty();
    if (!is_version2 && !has_memory(controllers)) continue;
    const fs::path root = is_version2 ? cgroups : cgroups / "memory";
    // A container may name folders that it does not see: its own is the root then.
    for (fs::path inner = fs::path(line.substr(second + 1)).relative_path();;
         inner = inner.parent_path()) {
      lower(least, left_in(root / inner, is_version2 ? kVersion2 : kVersion1));
      if (inner.empty()) break;
    }
  }
  return least;
}

std::optional<std::int64_t> killed_for_memory(const fs::path& proc) {
  return number_named(proc / "vmstat", "oom_kill");
}

}  // namespace rbgp::runtime
