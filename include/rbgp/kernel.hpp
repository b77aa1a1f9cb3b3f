// A compiled kernel, ready to launch: describe (KernelSpec), create, run.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <rbgp/device.hpp>
#include <rbgp/problem.hpp>

namespace rbgp {

namespace runtime {
struct Binary;
}

// A kernel of one spec on one device. Cheap to copy.
//
// Creating may compile (the compiled kernel is cached on disk). Launching, and packing from memory of the
// device, compile and allocate nothing, take no lock and read no environment; packing values of the host for
// a GPU brings them there first. Launches are thread-safe as long as those that overlap have different
// workspaces and outputs.
class Kernel {
 public:
  // Errors: invalid_argument where the family does not support the spec, unsupported where this
  // machine cannot compile for the device, compile_failed, load_failed.
  static Kernel create(const KernelSpec& spec, const Device& device);

  const KernelSpec& spec() const;
  const Device& device() const;

  // The family's own order of the values.
  std::size_t packed_bytes() const;
  // Scratch memory on the device that a launch needs; 0 for most families.
  std::size_t workspace_bytes() const;

  // Packs canonical values, m x nnz_per_row floats in host memory, into `packed` on the device: rounded
  // to the problem's dtype, in its storage. Errors: invalid_argument for no values, and too little or misaligned
  // memory; of a GPU out_of_memory and launch_failed.
  void pack(const float* values, DeviceBuffer& packed) const;
  // The same into device memory of packed_bytes.
  void pack(const float* values, void* packed) const;

  // The same between device memory, which training does at every step: canonical values -> packed_bytes at
  // `packed`. Stream, capture and errors as for `launch`.
  void launch_pack(const float* values, void* packed, void* stream = nullptr) const;

  // O = activation(alpha W I + beta R + bias), of which the problem's epilogue says what there is.
  // Pointers are device memory aligned to 16 bytes (64 on the host is faster): packed values, I and O
  // in the problem's layout and its dtype's storage (see to_storage), workspace (workspace_bytes, aligned to
  // 64 bytes; null where that is 0). On CUDA the launch is asynchronous on `stream` (a CUstream or cudaStream_t; null is
  // the default stream) and may be captured in a graph, with the numbers and pointers of `epilogue`; on
  // the host it returns when O is written and ignores `stream`.
  // Errors: invalid_argument for a null or misaligned pointer, for a bias, R or order that the problem
  // wants and that is null, and for one, or an alpha, that the problem has no part for; launch_failed.
  void launch(const void* packed, const void* input, void* output, void* workspace = nullptr,
              void* stream = nullptr, const EpilogueArguments& epilogue = {}) const;

  // One line for people: family, tunables, registers and shared memory where known, and any
  // fallback taken.
  std::string describe() const;

 private:
  // Behind create, and what a tuner does with a binary that another process made.
  friend Kernel load_kernel(const KernelSpec& spec, const Device& device,
                            const runtime::Binary& binary);
  struct State;
  explicit Kernel(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

// Double-precision product of the values on the pattern with I, and its epilogue, for checking
// kernels: every element of O in double precision, whatever the dtype. Slow by intent. Values are
// m x nnz_per_row; I, O and R lie in the problem's layout; all of it, R too, is floats in host memory.
void reference_product(const Rbgp4Pattern& pattern, const Problem& problem, const float* values,
                       const float* input, double* output, const EpilogueArguments& epilogue = {});

// What a dense product of the masked W does that a sparse one does not: 0 * NaN and 0 * infinity are
// NaN. Sets O[u][n] to NaN wherever I[v][n] is not finite and (u, v) is off the pattern, so that O is
// what a dense library gives for the masked W. Host memory, in the problem's layout; of the epilogue only
// the orders matter, as it leaves NaN what is NaN. Returns the number of samples of I (columns, in the
// layout kn) that are not finite.
std::int64_t propagate_nonfinite(const Rbgp4Pattern& pattern, const Problem& problem,
                                 const float* input, float* output,
                                 const EpilogueArguments& epilogue = {});

}  // namespace rbgp
