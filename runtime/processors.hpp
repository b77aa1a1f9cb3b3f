// How many processors a process may use.
#pragma once

#include "runtime/control_groups.hpp"

namespace rbgp::runtime {

// Those that this thread may run on, such as a scheduler bound the process to.
int bound_processors();

// Whole processors' time that control groups grant this process and what else is in them, at least one (a container's
// limit, which it would be halted at); all of the machine where they set no limit.
int granted_processors(const SystemFolders& system = {});

// The fewest of both.
int usable_processors();

}  // namespace rbgp::runtime
