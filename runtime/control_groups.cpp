#include "runtime/control_groups.hpp"

#include <fmt/format.h>

#include <fstream>
#include <string>

namespace rbgp::runtime {

std::vector<ControlGroup> control_groups(std::string_view controller, const SystemFolders& system) {
  std::vector<ControlGroup> groups;
  std::ifstream lines(system.proc / "self" / "cgroup");
  for (std::string line; std::getline(lines, line);) {  // 4:memory:/folder, or 0::/folder
    const std::size_t first = line.find(':');
    const std::size_t second = first == line.npos ? line.npos : line.find(':', first + 1);
    if (second == line.npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const bool is_version2 = controllers.empty();
    const bool is_wanted =
        fmt::format(",{},", controllers).find(fmt::format(",{},", controller)) != std::string::npos;
    if (!is_version2 && !is_wanted) continue;
    const std::filesystem::path root = is_version2 ? system.cgroups : system.cgroups / controller;
    for (auto inner = std::filesystem::path(line.substr(second + 1)).relative_path();;
         inner = inner.parent_path()) {
      groups.push_back({root / inner, is_version2});
      if (inner.empty()) break;
    }
  }
  return groups;
}

}  // namespace rbgp::runtime
