#include <bench/ceilings.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace rbgp::bench {

const Ceilings& ceilings_of(const Device& device) {
  static std::map<std::string, Ceilings> measured;
  const auto known = measured.find(device.text());
  if (known != measured.end()) return known->second;
  return measured.emplace(device.text(), measure_ceilings(device)).first->second;
}

double multiply_adds_per_ms(const Device& device, Dtype dtype) {
  if (dtype == Dtype::f32) return ceilings_of(device).multiply_adds_per_ms;
  if (dtype == Dtype::f32x3) return multiply_adds_per_ms(device, Dtype::tf32) / 3;
  static std::map<std::pair<std::string, Dtype>, double> measured;
  const std::pair key(device.text(), dtype);
  const auto known = measured.find(key);
  if (known != measured.end()) return known->second;
  return measured.emplace(key, measure_dense_rate(device, dtype)).first->second;
}

double roofline_ms(const Ceilings& ceilings, const Problem& problem, double nonzeros,
                   double arithmetic_ms) {
  const double bytes =
      static_cast<double>(dtype_bytes(problem.dtype)) *
      (nonzeros + static_cast<double>(problem.k * problem.n + problem.m * problem.n));
  return std::max({arithmetic_ms, bytes / ceilings.bytes_per_ms, ceilings.empty_ms});
}

}  // namespace rbgp::bench
