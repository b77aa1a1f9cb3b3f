// The dense operands of one problem on a device, in as many copies as a cold rotation needs.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include <bench/contender.hpp>
#include <rbgp/device.hpp>
#include <rbgp/problem.hpp>

namespace rbgp::bench {

// Every copy of I has the same numbers, rounded to the problem's dtype and stored as it says. Buffers are made when first asked for and stay where they are.
class Operands {
 public:
  Operands(const Problem& problem, const Device& device, std::uint64_t seed);

  const Problem& problem() const { return problem_; }
  const Device& device() const { return device_; }
  std::vector<float> host_input() const;  // k x n in any layout; drawn again at each call

  void* input(int copy, Layout layout);
  void* output(int copy);
  std::int64_t bytes() const;  // of an I and an O

  // NaN into every element of the first output, and what is there now.
  void poison_output();
  std::vector<float> download_output();

 private:
  Problem problem_;
  Device device_;
  std::uint64_t seed_;
  std::deque<DeviceBuffer> inputs_[2];  // by layout
  std::deque<DeviceBuffer> outputs_;
};

}  // namespace rbgp::bench
