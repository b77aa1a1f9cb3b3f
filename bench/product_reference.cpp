#include <bench/product_reference.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include <generator/random_words.hpp>
#include <rbgp/error.hpp>
#include <tuner/product_check.hpp>

namespace rbgp::bench {

ProductReference::ProductReference(const Problem& problem, const std::vector<float>& input,
                                   std::uint64_t seed)
    : problem_(problem) {
  RandomWords random(seed);
  columns_ = sampled_columns(problem.n, random);
  for (std::int64_t v = 0; v < problem.k; ++v)
    for (const std::int64_t n : columns_)
      sample_.push_back(input[static_cast<std::size_t>(v * problem.n + n)]);
}

double ProductReference::relative_error(const CsrMatrix& weights, const std::vector<float>& output,
                                        Layout layout) const {
  require(weights.rows == problem_.m && weights.cols == problem_.k, ErrorCode::internal,
          "W is {} x {}, the problem's {} x {}", weights.rows, weights.cols, problem_.m,
          problem_.k);
  if (!std::all_of(output.begin(), output.end(), [](float each) { return std::isfinite(each); }))
    return std::numeric_limits<double>::infinity();
  const std::size_t count = columns_.size();
  std::vector<double> wanted(count);
  double error = 0;
  double norm = 0;
  for (std::int64_t u = 0; u < problem_.m; ++u) {
    std::fill(wanted.begin(), wanted.end(), 0.0);
    const auto row = static_cast<std::size_t>(u);
    for (auto j = static_cast<std::size_t>(weights.row_offsets[row]);
         j < static_cast<std::size_t>(weights.row_offsets[row + 1]); ++j) {
      const double weight = weights.values[j];
      const double* from = sample_.data() + static_cast<std::size_t>(weights.columns[j]) * count;
      for (std::size_t c = 0; c < count; ++c) wanted[c] += weight * from[c];
    }
    for (std::size_t c = 0; c < count; ++c) {
      const std::int64_t at =
          layout == Layout::kn ? u * problem_.n + columns_[c] : columns_[c] * problem_.m + u;
      const double got = output[static_cast<std::size_t>(at)];
      error += (got - wanted[c]) * (got - wanted[c]);
      norm += wanted[c] * wanted[c];
    }
  }
  return std::sqrt(error / std::max(norm, std::numeric_limits<double>::min()));
}

}  // namespace rbgp::bench
