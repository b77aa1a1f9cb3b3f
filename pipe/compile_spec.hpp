// KernelSpec -> source -> (cache) -> binary: what creating, compiling and exporting share.
#pragma once

#include <rbgp/device.hpp>
#include <rbgp/problem.hpp>
#include <runtime/compiler.hpp>

namespace rbgp {

// Errors: invalid_argument where the family does not support the spec, and runtime::compile's.
runtime::Binary compile_spec(const KernelSpec& spec, const DeviceProperties& target);

}  // namespace rbgp
