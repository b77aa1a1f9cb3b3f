// The functions of each kernel family that the family table points to.
#pragma once

#include <generator/kernel_family.hpp>

namespace rbgp {

namespace simt_rbgp4mm {
std::vector<Tunable> tunables(const DeviceProperties& device);
std::optional<std::string> unsupported(const KernelShape& shape);
KernelGeometry geometry(const KernelShape& shape);
KernelWork work(const KernelShape& shape);
std::string emit(const KernelSpec& spec, const DeviceProperties& device);
}  // namespace simt_rbgp4mm

namespace simt_row_group {
std::vector<Tunable> tunables(const DeviceProperties& device);
std::optional<std::string> unsupported(const KernelShape& shape);
KernelGeometry geometry(const KernelShape& shape);
KernelWork work(const KernelShape& shape);
std::string emit(const KernelSpec& spec, const DeviceProperties& device);
}  // namespace simt_row_group

namespace simt_gather {
std::vector<Tunable> tunables(const DeviceProperties& device);
std::optional<std::string> unsupported(const KernelShape& shape);
KernelGeometry geometry(const KernelShape& shape);
KernelWork work(const KernelShape& shape);
std::string emit(const KernelSpec& spec, const DeviceProperties& device);
}  // namespace simt_gather

namespace simt_tma {
std::vector<Tunable> tunables(const DeviceProperties& device);
std::optional<std::string> unsupported(const KernelShape& shape);
KernelGeometry geometry(const KernelShape& shape);
KernelWork work(const KernelShape& shape);
std::string emit(const KernelSpec& spec, const DeviceProperties& device);
}  // namespace simt_tma

namespace wgmma {
// What `densify` says of a sparse Gi, beside 0: tiles are filled up with zeros, or their columns multiplied in pairs.
inline constexpr std::int64_t kFilledUp = 1;
inline constexpr std::int64_t kPaired = 2;

std::vector<Tunable> tunables(const DeviceProperties& device);
std::optional<std::string> unsupported(const KernelShape& shape);
KernelGeometry geometry(const KernelShape& shape);
KernelWork work(const KernelShape& shape);
std::string emit(const KernelSpec& spec, const DeviceProperties& device);
}  // namespace wgmma

namespace mma {
// The widest copies that rows of I are aligned to; 0: I is copied element by element. `config` is the kernel's.
std::int64_t copy_bytes(const KernelShape& shape, const Rbgp4Config& config);
std::vector<Tunable> tunables(const DeviceProperties& device);
std::optional<std::string> unsupported(const KernelShape& shape);
KernelGeometry geometry(const KernelShape& shape);
KernelWork work(const KernelShape& shape);
std::string emit(const KernelSpec& spec, const DeviceProperties& device);
}  // namespace mma

namespace host_rbgp4mm {
std::vector<Tunable> tunables(const DeviceProperties& device);
std::optional<std::string> unsupported(const KernelShape& shape);
KernelGeometry geometry(const KernelShape& shape);
KernelWork work(const KernelShape& shape);
std::string emit(const KernelSpec& spec, const DeviceProperties& device);
}  // namespace host_rbgp4mm

}  // namespace rbgp
