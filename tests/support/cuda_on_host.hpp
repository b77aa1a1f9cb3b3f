// Runs emitted CUDA source on the host, to check kernels where there is no GPU.
//
// The source is compiled by the host's compiler under AddressSanitizer and UndefinedBehaviorSanitizer,
// with the threads of a block, or of the blocks of a cluster, as fibers that switch at barriers, asynchronous
// copies that land as late as they may, and NaN in shared memory, packed values and output before each run. So a missing barrier or wait, an
// access out of bounds, and an output that is not written all show, in every run alike: threads run in
// order and then in reverse order, and what one order hides the other shows.
#pragma once

#include <string>
#include <vector>

#include <generator/kernel_family.hpp>
#include <rbgp/problem.hpp>

namespace rbgp::test {

// Floats, which are stored as the problem's dtype says.
struct CudaOnHostInputs {
  std::vector<float> values, input;
  std::vector<float> bias, residual;  // empty where the problem has none, as the orders
  std::vector<std::int32_t> row_order = {}, column_order = {};
  float alpha = 1;
  float beta = 1;
  bool in_place = false;  // O is the residual
};

struct CudaOnHostRun {
  std::vector<float> output;  // m x n, in the problem's layout
  std::string failure;  // what the compiler or a sanitizer said; empty where all went well
};

// One compilation, ready for runs.
class CudaOnHost {
 public:
  // `source` is emit_source(spec, device), or a test's mutation of it.
  CudaOnHost(const KernelSpec& spec, const DeviceProperties& device, const std::string& source);
  ~CudaOnHost();
  CudaOnHost(const CudaOnHost&) = delete;
  CudaOnHost& operator=(const CudaOnHost&) = delete;

  const std::string& compile_failure() const { return compile_failure_; }
  CudaOnHostRun run(const CudaOnHostInputs& inputs, bool backwards) const;

 private:
  std::string folder_;
  std::string compile_failure_;
  Dtype dtype_;
};

}  // namespace rbgp::test
