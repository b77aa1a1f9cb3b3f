#include <algorithm>
#include <cmath>
#include <limits>

#include <generator/pattern_runs.hpp>
#include <rbgp/kernel.hpp>

namespace rbgp {

void reference_product(const Rbgp4Pattern& pattern, const Problem& problem, const float* values,
                       const float* input, double* output) {
  const std::int64_t nnz = pattern.nnz_per_row();
  const std::int64_t run = pattern.config().gb.right;
  std::fill(output, output + problem.m * problem.n, 0.0);
  for (std::int64_t u = 0; u < problem.m; ++u) {
    double* out = output + u * problem.n;
    for_each_run(pattern, u, [&](std::int64_t j, std::int64_t v) {
      for (std::int64_t i = 0; i < run && v + i < problem.k; ++i) {
        const double w = values[u * nnz + j + i];
        const float* in = input + (v + i) * problem.n;
        for (std::int64_t n = 0; n < problem.n; ++n) out[n] += w * static_cast<double>(in[n]);
      }
    });
  }
}

std::int64_t propagate_nonfinite(const Rbgp4Pattern& pattern, const Problem& problem,
                                 const float* input, float* output) {
  std::int64_t affected = 0;
  for (std::int64_t n = 0; n < problem.n; ++n) {
    std::vector<std::int64_t> nonfinite;
    for (std::int64_t v = 0; v < problem.k; ++v)
      if (!std::isfinite(input[v * problem.n + n])) nonfinite.push_back(v);
    if (nonfinite.empty()) continue;
    ++affected;
    for (std::int64_t u = 0; u < problem.m; ++u) {
      const bool off_pattern = std::any_of(nonfinite.begin(), nonfinite.end(),
                                           [&](std::int64_t v) { return !pattern.contains(u, v); });
      if (off_pattern) output[u * problem.n + n] = std::numeric_limits<float>::quiet_NaN();
    }
  }
  return affected;
}

}  // namespace rbgp
