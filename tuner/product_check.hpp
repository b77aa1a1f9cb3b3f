// Whether a kernel computed the right product, without computing all of it again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <rbgp/pattern.hpp>
#include <rbgp/problem.hpp>

namespace rbgp {

// Checks products of one input I with W on any pattern, in double precision, in two ways:
//   - every element of O counts in a random projection, O x = W (I x) with x of random signs
//     (Freivalds 1979): a wrong or unwritten element stands out of its row's rounding error;
//   - a sample of columns is compared element by element with the reference product.
// Immutable after construction; thread-safe.
class ProductCheck {
 public:
  ProductCheck(const Problem& problem, const float* input, std::uint64_t seed);

  struct Result {
    double relative_error = 0;  // Frobenius, over the sampled columns
    std::string failure;        // one line; empty where the product is right
  };
  // Values are m x nnz_per_row, output m x n.
  Result check(const Rbgp4Pattern& pattern, const float* values, const float* output) const;

 private:
  Problem problem_;
  std::vector<double> signs_;            // x
  std::vector<double> projected_input_;  // I x
  std::vector<double> squared_input_;    // squared norms of the rows of I
  std::vector<std::int64_t> columns_;    // the sample
  std::vector<float> sampled_input_;     // k x columns_.size()
};

}  // namespace rbgp
