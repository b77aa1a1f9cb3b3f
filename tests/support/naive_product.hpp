// The product by its definition: W as a dense matrix, and three loops. It knows nothing of how the
// library walks a row.
#pragma once

#include <cstdint>
#include <vector>

#include <rbgp/pattern.hpp>

namespace rbgp::test {

// W in m x k: the values of a row go, in order, to the columns where contains() holds.
inline std::vector<double> naive_dense(const Rbgp4Pattern& pattern, std::int64_t m, std::int64_t k,
                                       const std::vector<float>& values) {
  std::vector<double> dense(static_cast<std::size_t>(m * k), 0.0);
  for (std::int64_t u = 0; u < m; ++u) {
    std::int64_t j = u * pattern.nnz_per_row();
    for (std::int64_t v = 0; v < k; ++v)
      if (pattern.contains(u, v))
        dense[static_cast<std::size_t>(u * k + v)] = values[static_cast<std::size_t>(j++)];
  }
  return dense;
}

// Every element counts, zeros too: 0 * NaN is NaN, as in a dense library.
inline std::vector<double> naive_product(const std::vector<double>& dense, std::int64_t m,
                                         std::int64_t k, std::int64_t n,
                                         const std::vector<float>& input) {
  std::vector<double> output(static_cast<std::size_t>(m * n), 0.0);
  for (std::int64_t u = 0; u < m; ++u)
    for (std::int64_t v = 0; v < k; ++v)
      for (std::int64_t c = 0; c < n; ++c)
        output[static_cast<std::size_t>(u * n + c)] +=
            dense[static_cast<std::size_t>(u * k + v)] *
            static_cast<double>(input[static_cast<std::size_t>(v * n + c)]);
  return output;
}

}  // namespace rbgp::test
