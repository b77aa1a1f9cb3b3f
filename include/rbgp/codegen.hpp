// Source and binaries without a device: emit, compile, export. None of it needs a GPU or a driver.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <rbgp/plan.hpp>
#include <rbgp/problem.hpp>

namespace rbgp {

// Properties of a target by name: "host" (this processor) or "sm_XX".
// Errors: invalid_argument for other text.
DeviceProperties target_properties(std::string_view target);

// A kernel from its text, KernelConfig::to_string(): a family and NAME=VALUE for tunables, with spaces between;
// tunables that are not named have the family's first value. Errors: invalid_argument naming what there is.
KernelConfig parse_kernel(std::string_view text, const DeviceProperties& target);

// Sets a tunable that the kernel has: "NAME=VALUE". Errors: invalid_argument.
void set_tunable(KernelConfig& kernel, std::string_view setting);

// Whether the kernel's family multiplies the spec with its tunables on the target. Errors: invalid_argument where this
// build has no such family, or it no such tunable.
bool is_supported(const KernelSpec& spec, const DeviceProperties& target);

// CUDA source for "sm_XX", LLVM assembly for "host". Deterministic. Errors: invalid_argument where
// the family does not support the spec.
std::string emit_source(const KernelSpec& spec, const DeviceProperties& target);

// The compiled kernel: a cubin, or an object file with C linkage for the host.
// Errors: as emit_source; unsupported where NVRTC (or LLVM) is absent or does not know the architecture,
// compile_failed.
std::vector<std::byte> compile_source(const KernelSpec& spec, const DeviceProperties& target);

// Architectures that the NVRTC found here compiles for ("sm_90a"); empty without NVRTC.
std::vector<std::string> cuda_architectures();

// Writes a folder that builds with plain CMake and without this project: kernel source (or object
// file), launcher, the plan, and a program that checks the kernel against a naive product, as a
// CTest test. The kernel applies the plan's order where it can (apply_order); pattern.h has it. `arch`
// overrides the plan's CUDA architecture. Functions, types and macros begin with `name`: layers of different
// names link into one program. The folder is complete or absent.
// Errors: io where it exists and is not empty, or cannot be written, exhausted on a full disk; invalid_argument for a
// name that is no identifier, an architecture for a host's plan, and a kernel that cannot do the plan there; of a
// host's plan those of compile_source.
void export_plan(const Plan& plan, const std::filesystem::path& folder, std::string_view arch = {},
                 const std::string& name = "rbgp");

}  // namespace rbgp
