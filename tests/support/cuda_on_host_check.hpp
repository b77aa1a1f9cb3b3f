// A kernel and its inputs for CudaOnHost, and whether what comes out is right.
#pragma once

#include <string>
#include <vector>

#include <generator/kernel_family.hpp>
#include <support/cuda_on_host.hpp>

namespace rbgp::test {

// With so few multiprocessors that blocks which take turns at tiles take several.
DeviceProperties small_device();

// A kernel of a family with its default tunables, as far as a small matrix allows: several steps and tiles a block.
KernelSpec small_spec(const std::string& family);

struct HostCheckInputs {
  CudaOnHostInputs given;
  std::vector<double> expected;
};

HostCheckInputs host_check_inputs(const KernelSpec& spec);

// What is wrong with a source for a spec, in either order of threads, and in one of them with R in the
// place of O; empty where it is right.
std::string fault_of(const KernelSpec& spec, const std::string& source);

}  // namespace rbgp::test
