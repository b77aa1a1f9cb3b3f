#include "runtime/gpu_users.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace rbgp::runtime {

namespace {

constexpr unsigned kPercent = 5;  // that others may have before it counts

}  // namespace

std::optional<unsigned> parent_of(unsigned process) {
  std::ifstream file(fmt::format("/proc/{}/stat", process));
  // 17 (a name (of any kind)) S 1 ...
  std::string line;
  std::getline(file, line);
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream words(line.substr(name_end + 1));
  char state = 0;
  unsigned parent = 0;
  if (!(words >> state >> parent) || state == 'Z' || state == 'X') return std::nullopt;
  return parent;
}

std::string other_user(std::span<const Nvml::ProcessUse> processes, unsigned own,
                       const std::function<std::optional<unsigned>(unsigned)>& parent) {
  if (std::none_of(processes.begin(), processes.end(),
                   [&](const Nvml::ProcessUse& use) { return use.id == own; }))
    return {};
  const std::optional<unsigned> own_parent = parent(own);
  for (const Nvml::ProcessUse& use : processes) {
    if (use.id == own || use.percent <= kPercent) continue;
    if (const auto its = parent(use.id); its && its != own_parent)
      return fmt::format("process {} used {} % of the GPU", use.id, use.percent);
  }
  return {};
}

}  // namespace rbgp::runtime
