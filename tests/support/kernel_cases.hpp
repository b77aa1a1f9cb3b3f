// The one list of kernel cases, of every dtype that a family multiplies: shapes at the edges of what a kernel
// has to handle, every value of every tunable, and random ones. Tests of all devices run it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <generator/kernel_family.hpp>
#include <rbgp/problem.hpp>

namespace rbgp::test {

struct KernelCase {
  Rbgp4Config config;
  Problem problem;  // m and k may be smaller than the pattern
  KernelConfig kernel;
  std::string name() const;
};

// Every case is supported by the family on this device. A value of a tunable that nothing on the
// device supports (too many registers, say) is in no case.
std::vector<KernelCase> kernel_cases(const KernelFamily& family, const DeviceProperties& device,
                                     std::size_t random_count, std::uint64_t seed = 1);

// A device to generate for, without having it.
DeviceProperties synthetic_device(DeviceKind kind);

}  // namespace rbgp::test
