#include "runtime/gpu_users.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <sstream>

namespace rbgp::runtime {

namespace {

constexpr unsigned kPercent = 5;  // that others may have before it counts

}  // namespace

std::optional<ProcessInfo> look_up_process(unsigned process) {
  const auto id = static_cast<pid_t>(process);
  if (id <= 0 || (::kill(id, 0) != 0 && errno == ESRCH)) return std::nullopt;
  std::ifstream file(fmt::format("/proc/{}/stat", process));
  std::string line;  // 17 (a name (of any kind)) S 1 ...
  std::getline(file, line);
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return ProcessInfo{};
  std::istringstream words(line.substr(name_end + 1));
  char state = 0;
  unsigned parent = 0;
  if (!(words >> state >> parent)) return ProcessInfo{};
  if (state == 'Z' || state == 'X') return std::nullopt;
  return ProcessInfo{parent};
}

std::string other_user(std::span<const Nvml::ProcessUse> processes, unsigned own,
                       unsigned own_parent,
                       const std::function<std::optional<ProcessInfo>(unsigned)>& look_up) {
  for (const Nvml::ProcessUse& use : processes) {
    if (use.id == own || use.id == own_parent || use.percent <= kPercent) continue;
    if (const auto info = look_up(use.id); info && info->parent != own_parent)
      return fmt::format("process {} used {} % of the GPU", use.id, use.percent);
  }
  return {};
}

}  // namespace rbgp::runtime
