// How much memory a process may still take.
#pragma once

#include "runtime/control_groups.hpp"

#include <cstdint>
#include <optional>

namespace rbgp::runtime {

// In bytes: what the system has available, or what the limits of this process's control groups (cgroup v2 and v1)
// leave, whichever is least. Nothing where neither is told.
std::optional<std::int64_t> available_memory(const SystemFolders& system = {});

// How many processes the system has killed for want of memory since it started; nothing where it does not tell.
std::optional<std::int64_t> killed_for_memory(const SystemFolders& system = {});

}  // namespace rbgp::runtime
