// The right answer for the products of one input, in double precision.
#pragma once

#include <cstdint>
#include <vector>

#include <bench/contender.hpp>
#include <bench/sparse_matrix.hpp>
#include <rbgp/problem.hpp>

namespace rbgp::bench {

// Immutable after construction; thread-safe.
class ProductReference {
 public:
  // The input is k x n, row-major; a sample of its columns is kept.
  ProductReference(const Problem& problem, const std::vector<float>& input, std::uint64_t seed);

  // Relative Frobenius error of O = W I over the sampled columns. Infinite where any element of O, sampled or
  // not, is not finite: O was poisoned with NaN, so that one was not written.
  double relative_error(const CsrMatrix& weights, const std::vector<float>& output,
                        Layout layout) const;

 private:
  Problem problem_;
  std::vector<std::int64_t> columns_;
  std::vector<double> sample_;  // k x columns_.size()
};

}  // namespace rbgp::bench
