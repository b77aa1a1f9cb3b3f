// Whether a kernel computed the right product, without computing all of it again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <generator/random_words.hpp>
#include <rbgp/pattern.hpp>
#include <rbgp/problem.hpp>

namespace rbgp {

// Columns to compare element by element: the first and the last, where tiles are ragged, and some between
// them; up to 16, ascending.
std::vector<std::int64_t> sampled_columns(std::int64_t n, RandomWords& random);

// Checks products of one input I with W on any pattern, in double precision, in two ways:
//   - every element of O counts in a random projection, O x = W (I x) with x of random signs
//     (Freivalds 1979), over strips of columns that are as wide as their rounding error allows: a wrong
//     or unwritten element stands out of it;
//   - a sample of columns is compared element by element with the reference product.
// An activation is not linear, but what it makes of y and of -y differs by y, with ReLU as with GELU:
// then the projection is of the difference of O and its mirror image, the product of -I with -R and a
// bias of the other sign.
// Immutable after construction; thread-safe.
class ProductCheck {
 public:
  // Input and epilogue are floats in host memory, rounded to the problem's dtype as W is, and are copied.
  ProductCheck(const Problem& problem, const float* input, std::uint64_t seed,
               const EpilogueArguments& epilogue = {});

  struct Result {
    double relative_error = 0;  // Frobenius, over the sampled columns
    std::string failure;  // one line; empty where the product is right
  };
  // Whether check wants the mirror image, too.
  bool is_mirrored() const { return problem_.epilogue.activation != Activation::none; }
  // Values are m x nnz_per_row, O and its mirror image lie in the problem's layout; floats.
  Result check(const Rbgp4Pattern& pattern, const float* values, const float* output,
               const float* mirrored = nullptr) const;

 private:
  // Of a matrix of n columns: each row times x, and its squared norm, strip by strip; rows x strips.
  struct Projection {
    std::vector<double> sums, squares;
  };
  // Elements, less those of another matrix where there is one.
  struct Difference {
    const float* matrix;
    const float* subtracted;
    double operator[](std::int64_t at) const {
      return subtracted == nullptr
                 ? static_cast<double>(matrix[at])
                 : static_cast<double>(matrix[at]) - static_cast<double>(subtracted[at]);
    }
  };
  Projection project(const float* matrix, const float* subtracted, std::int64_t rows) const;
  void project_rows(const Difference& matrix, std::int64_t begin, std::int64_t end,
                    Projection& projection) const;
  void project_columns(const Difference& matrix, std::int64_t rows, std::int64_t begin,
                       std::int64_t end, Projection& projection) const;
  // rows x columns_.size()
  std::vector<float> sample(const float* matrix, std::int64_t rows) const;
  std::int64_t first_wrong(const Rbgp4Pattern& pattern, const float* values,
                           const Projection& found) const;

  Problem problem_;
  float alpha_, beta_;
  std::vector<float> bias_;  // empty where there is none, as the orders
  std::vector<std::int32_t> row_order_, column_order_;
  std::vector<double> signs_;  // x
  double tolerance_;  // of a projection, in norms of the strip
  std::int64_t strip_cols_, strips_;
  Projection ones_;  // of a row of ones
  Projection input_;
  Projection residual_;  // empty where there is no R
  std::vector<std::int64_t> columns_;  // the sample
  std::vector<float> sampled_input_;  // k x columns_.size()
  std::vector<float> sampled_residual_;  // m x columns_.size()
};

}  // namespace rbgp
