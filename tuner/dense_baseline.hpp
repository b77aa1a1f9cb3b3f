// The dense product that a user would run instead: OpenBLAS on the host, cuBLAS on CUDA, opened at run
// time so that neither is needed to build or start.
#pragma once

#include <memory>
#include <string>

#include <rbgp/device.hpp>
#include <rbgp/problem.hpp>

namespace rbgp {

class DenseBaseline {
 public:
  virtual ~DenseBaseline() = default;
  // O = W I with dense W, m x k, I and O in the problem's layout and its dtype's storage, and no epilogue;
  // all pointers are memory of the device. On CUDA asynchronous.
  virtual void launch(const void* weights, const void* input, void* output, void* stream) = 0;
  virtual std::string name() const = 0;  // "OpenBLAS 0.3.21 SkylakeX", "cuBLAS 13.0"

  // The library of the device, computing in the problem's dtype; null with a one-line reason where it
  // cannot be opened or has no such arithmetic.
  static std::unique_ptr<DenseBaseline> open(const Problem& problem, const Device& device,
                                             std::string& reason);
};

// How a dtype is stored, in the numbers of cudaDataType_t.
int cuda_data_type(Dtype dtype);

}  // namespace rbgp
