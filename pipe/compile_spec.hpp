// KernelSpec -> source -> (cache) -> binary -> kernel: what creating, compiling, exporting and tuning share.
#pragma once

#include <rbgp/device.hpp>
#include <rbgp/kernel.hpp>
#include <rbgp/problem.hpp>
#include <runtime/compiler.hpp>

namespace rbgp {

// Errors: invalid_argument where the family does not support the spec.
runtime::Source source_of(const KernelSpec& spec, const DeviceProperties& target);

// Errors: source_of's and runtime::compile's.
runtime::Binary compile_spec(const KernelSpec& spec, const DeviceProperties& target);

// The kernel of a spec from what its source was compiled to. Errors: load_failed.
Kernel load_kernel(const KernelSpec& spec, const Device& device, const runtime::Binary& binary);

}  // namespace rbgp
