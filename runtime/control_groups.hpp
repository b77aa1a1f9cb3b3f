// The control groups that limit what a process may use.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

namespace rbgp::runtime {

struct ControlGroup {
  std::filesystem::path folder;
  bool is_version2 = false;
};

// Where Linux mounts what they are read from.
struct SystemFolders {
  std::filesystem::path proc = "/proc";
  std::filesystem::path cgroups = "/sys/fs/cgroup";
};

// Those of this process for a controller ("memory", "cpu"), each with the ones around it, of cgroup v2 and v1. Some may not
// be there: a container may name folders that it does not see, and its own is the root then.
std::vector<ControlGroup> control_groups(std::string_view controller,
                                         const SystemFolders& system = {});

}  // namespace rbgp::runtime
