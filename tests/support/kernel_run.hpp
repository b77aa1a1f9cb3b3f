// Runs the kernel of a case on poisoned memory with guard zones around it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <rbgp/kernel.hpp>
#include <support/kernel_cases.hpp>
#include <tuner/epilogue_data.hpp>
#include <tuner/guarded_buffer.hpp>

namespace rbgp::test {

class KernelRun {
 public:
  KernelRun(const KernelCase& test_case, const Device& device, std::uint64_t seed = 1);

  const Kernel& kernel() const { return kernel_; }
  const Rbgp4Pattern& pattern() const { return kernel_.spec().pattern; }
  const Problem& problem() const { return kernel_.spec().problem; }
  const std::vector<float>& values() const { return values_; }
  const std::vector<float>& input() const { return input_; }
  const void* packed() const { return packed_.data(); }
  const void* device_input() const { return device_input_.data(); }
  void set_input(std::vector<float> input);
  // In device memory; null where the problem has no such part.
  const EpilogueArguments& epilogue() const { return device_epilogue_.arguments(); }
  const EpilogueData& epilogue_data() const { return epilogue_; }

  // One launch with output and workspace of its own, so that several threads may do it at once.
  // Writes past the output or the workspace fail the test. Inputs are rounded to the problem's dtype, and
  // results come as floats.
  std::vector<float> launch() const { return launch(epilogue()); }
  std::vector<float> launch(const EpilogueArguments& epilogue) const;
  // The same with R in O's place from the start.
  std::vector<float> launch_in_place() const;

  std::vector<double> reference() const;

 private:
  std::vector<float> launch(GuardedBuffer& output, const EpilogueArguments& epilogue) const;
  std::size_t output_bytes() const;

  Kernel kernel_;
  std::vector<float> values_, input_;
  EpilogueData epilogue_;
  DeviceBuffer packed_, device_input_;
  DeviceEpilogue device_epilogue_;
};

// Relative Frobenius error of what the reference knows to be finite. Elements that are NaN or infinite
// in one of the two and not the same in the other are counted.
struct Difference {
  double relative_error = 0;
  std::int64_t not_finite = 0;
};
Difference difference(const std::vector<double>& wanted, const std::vector<float>& got);

}  // namespace rbgp::test
