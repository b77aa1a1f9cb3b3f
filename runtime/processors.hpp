// How many processors a process may use.
#pragma once

#include "runtime/control_groups.hpp"

#include <sched.h>

#include <span>

namespace rbgp::runtime {

// Those that this thread may run on, such as a scheduler bound the process to; all where the system does not tell.
cpu_set_t bound_to();
int bound_processors();

// Whole processors' time that control groups grant this process and what else is in them, at least one (a container's
// limit, which it would be halted at); all of the machine where they set no limit.
int granted_processors(const SystemFolders& system = {});

// In how many of the sets there is one of these processors.
int overlapping(const cpu_set_t& processors, std::span<const cpu_set_t> sets);

}  // namespace rbgp::runtime
