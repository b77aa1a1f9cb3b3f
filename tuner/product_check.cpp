#include <tuner/product_check.hpp>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <generator/pattern_runs.hpp>
#include <generator/random_words.hpp>
#include <rbgp/kernel.hpp>

namespace rbgp {
namespace {

constexpr std::int64_t kSampledColumns = 16;
// Of the norm that a row of O has on average, not of what it has by chance: with one column a row is
// a single number, which may be near zero while its rounding error is not. Rounding of f32 sums
// leaves some 1e-6; one wrong element leaves 1/sqrt(n).
constexpr double kProjectionTolerance = 3e-5;
constexpr double kErrorTolerance = 1e-5;

}  // namespace

ProductCheck::ProductCheck(const Problem& problem, const float* input, std::uint64_t seed)
    : problem_(problem) {
  RandomWords random(seed);
  signs_.resize(static_cast<std::size_t>(problem.n));
  for (double& sign : signs_) sign = random.bit() ? 1.0 : -1.0;
  projected_input_.resize(static_cast<std::size_t>(problem.k));
  squared_input_.resize(static_cast<std::size_t>(problem.k));
  for (std::int64_t v = 0; v < problem.k; ++v) {
    double sum = 0;
    double squares = 0;
    for (std::int64_t n = 0; n < problem.n; ++n) {
      const double element = input[v * problem.n + n];
      sum += element * signs_[static_cast<std::size_t>(n)];
      squares += element * element;
    }
    projected_input_[static_cast<std::size_t>(v)] = sum;
    squared_input_[static_cast<std::size_t>(v)] = squares;
  }
  // The first and the last column, where tiles are ragged, and some between them.
  columns_ = {0, problem.n - 1};
  while (static_cast<std::int64_t>(columns_.size()) < std::min(kSampledColumns, problem.n))
    columns_.push_back(
        static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(problem.n))));
  std::sort(columns_.begin(), columns_.end());
  columns_.erase(std::unique(columns_.begin(), columns_.end()), columns_.end());
  for (std::int64_t v = 0; v < problem.k; ++v)
    for (const std::int64_t n : columns_) sampled_input_.push_back(input[v * problem.n + n]);
}

ProductCheck::Result ProductCheck::check(const Rbgp4Pattern& pattern, const float* values,
                                         const float* output) const {
  Result result;
  const std::int64_t nnz = pattern.nnz_per_row();
  const std::int64_t run = pattern.config().gb.right;
  for (std::int64_t u = 0; u < problem_.m; ++u) {
    double expected = 0;
    double mean_square = 0;
    for_each_run(pattern, u, [&](std::int64_t j, std::int64_t v) {
      for (std::int64_t i = 0; i < run && v + i < problem_.k; ++i) {
        const double w = values[u * nnz + j + i];
        expected += w * projected_input_[static_cast<std::size_t>(v + i)];
        mean_square += w * w * squared_input_[static_cast<std::size_t>(v + i)];
      }
    });
    double projected = 0;
    for (std::int64_t n = 0; n < problem_.n; ++n)
      projected +=
          static_cast<double>(output[u * problem_.n + n]) * signs_[static_cast<std::size_t>(n)];
    // Written so that NaN, the poison of unwritten elements, fails.
    if (!(std::abs(projected - expected) <=
          kProjectionTolerance * std::sqrt(mean_square) + 1e-30)) {
      result.failure = fmt::format("wrong result: row {} of O has a wrong or unwritten element", u);
      return result;
    }
  }

  const auto count = static_cast<std::int64_t>(columns_.size());
  Problem sample = problem_;
  sample.n = count;
  std::vector<double> reference(static_cast<std::size_t>(problem_.m * count));
  reference_product(pattern, sample, values, sampled_input_.data(), reference.data());
  double error = 0;
  double norm = 0;
  for (std::int64_t u = 0; u < problem_.m; ++u)
    for (std::int64_t c = 0; c < count; ++c) {
      const double wanted = reference[static_cast<std::size_t>(u * count + c)];
      const double got = output[u * problem_.n + columns_[static_cast<std::size_t>(c)]];
      error += (got - wanted) * (got - wanted);
      norm += wanted * wanted;
    }
  result.relative_error = std::sqrt(error / std::max(norm, 1e-300));
  if (!(result.relative_error <= kErrorTolerance))
    result.failure = fmt::format("wrong result: relative error {:.2e} against the reference",
                                 result.relative_error);
  return result;
}

}  // namespace rbgp
