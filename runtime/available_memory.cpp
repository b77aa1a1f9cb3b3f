#include "runtime/available_memory.hpp"

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

}  // namespace

std::optional<std::int64_t> available_memory(const SystemFolders& system) {
  std::optional<std::int64_t> least = number_named(system.proc / "meminfo", "MemAvailable:");
  if (least) *least *= 1024;
  for (const ControlGroup& group : control_groups("memory", system))
    lower(least, left_in(group.folder, group.is_version2 ? kVersion2 : kVersion1));
  return least;
}

std::optional<std::int64_t> killed_for_memory(const SystemFolders& system) {
  return number_named(system.proc / "vmstat", "oom_kill");
}

}  // namespace rbgp::runtime
