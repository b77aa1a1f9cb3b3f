// What competes in a comparison: our kernels, the vendor's dense product, and sparse libraries.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <rbgp/device.hpp>
#include <rbgp/kernel.hpp>
#include <rbgp/problem.hpp>
#include <tuner/dense_baseline.hpp>

namespace rbgp::bench {

// One implementation of O = W I with a W of its own. Not thread-safe.
//
// It may hold several copies of W, each bound to an I and an O: launches that take turns on many copies find
// nothing of what they need in a cache.
class Contender {
 public:
  virtual ~Contender() = default;

  // Bytes of W, indices included, that a launch reads.
  virtual std::int64_t weight_bytes() const = 0;

  // Makes the next copy of W and binds it to I and O, device memory that outlives the contender.
  virtual void add_copy(void* input, void* output) = 0;

  // O = W I on a copy; asynchronous on a CUDA stream, which may be captured after the first launch.
  virtual void launch(int copy, void* stream) = 0;

  // Version, algorithm and whatever else chose this implementation.
  virtual std::string label() const = 0;

  // Peers may take I and give O in different layouts.
  virtual Layout input_layout() const { return Layout::kn; }
  virtual Layout output_layout() const { return Layout::kn; }
};

// The vendor's dense product in the problem's dtype; null with a reason where there is none. Weights are
// m x k, rounded to the dtype.
std::unique_ptr<Contender> dense_contender(const Problem& problem, const Device& device,
                                           std::vector<float> weights, std::string& reason);

// One of our kernels. Values are canonical. Errors: what Kernel::create throws.
std::unique_ptr<Contender> kernel_contender(const KernelSpec& spec, const Device& device,
                                            std::vector<float> values);

}  // namespace rbgp::bench
