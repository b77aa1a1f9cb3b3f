// Numbers for the epilogue of a problem, for checking and timing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <rbgp/device.hpp>
#include <rbgp/problem.hpp>
#include <tuner/guarded_buffer.hpp>

namespace rbgp {

// Floats in host memory, random where the problem has the part: the same for the same seed. R is rounded to
// the problem's dtype.
class EpilogueData {
 public:
  EpilogueData() = default;
  EpilogueData(const Problem& problem, std::uint64_t seed);

  Dtype dtype() const { return dtype_; }
  const std::vector<float>& bias() const { return bias_; }
  const std::vector<float>& residual() const { return residual_; }
  const std::vector<std::int32_t>& row_order() const { return row_order_; }
  const std::vector<std::int32_t>& column_order() const { return column_order_; }
  EpilogueArguments arguments() const;  // valid as long as this is
  EpilogueData negated() const;  // with bias and residual of the other sign

 private:
  Dtype dtype_ = Dtype::f32;
  float alpha_ = 1;
  float beta_ = 1;
  std::vector<float> bias_, residual_;
  std::vector<std::int32_t> row_order_, column_order_;
};

// The same in memory of a device, R in the storage of its dtype.
class DeviceEpilogue {
 public:
  DeviceEpilogue() = default;
  DeviceEpilogue(const EpilogueData& data, const Device& device);
  const EpilogueArguments& arguments() const { return arguments_; }
  // Of each part, and what lies around it.
  std::vector<std::uint64_t> checksums(const runtime::Checksum& checksum) const;

 private:
  std::vector<GuardedBuffer> parts_;
  EpilogueArguments arguments_;
};

}  // namespace rbgp
