// Whose work else is on a GPU, as far as the driver tells.
#pragma once

#include "runtime/nvml.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>

namespace rbgp::runtime {

struct ProcessInfo {
  std::optional<unsigned> parent;  // nothing where the system hides it, as from other users
};

// Of a process; nothing where it has ended, whether or not its end was waited for. Thread-safe.
std::optional<ProcessInfo> look_up_process(unsigned process);

// Of processes that used a GPU lately, one that computes there beside `own`, in one line; empty where there is none. It is
// none that has ended, nor the parent of `own` or another child of it: those are the process that asked for a sweep, which
// waits, and workers, which take turns. Thread-safe if `look_up` is.
std::string other_user(
    std::span<const Nvml::ProcessUse> processes, unsigned own, unsigned own_parent,
    const std::function<std::optional<ProcessInfo>(unsigned)>& look_up = look_up_process);

}  // namespace rbgp::runtime
