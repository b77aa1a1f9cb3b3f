// Whose work else is on a GPU, as far as the driver tells.
#pragma once

#include "runtime/nvml.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>

namespace rbgp::runtime {

// The process that started this one; nothing where there is no such process any more. Thread-safe.
std::optional<unsigned> parent_of(unsigned process);

// Of processes that used a GPU lately, one that computes on it beside `own`, in one line; empty where there is none.
// It is none that has ended, nor one with the same parent: those are workers of one sweep, which take turns. Where `own` is
// not among them the numbers are another container's, and say nothing. Thread-safe if `parent` is.
std::string other_user(std::span<const Nvml::ProcessUse> processes, unsigned own,
                       const std::function<std::optional<unsigned>(unsigned)>& parent = parent_of);

}  // namespace rbgp::runtime
