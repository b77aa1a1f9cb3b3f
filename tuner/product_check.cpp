#include <tuner/product_check.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include <generator/pattern_runs.hpp>
#include <generator/random_words.hpp>
#include <rbgp/error.hpp>
#include <rbgp/kernel.hpp>

namespace rbgp {
namespace {

constexpr std::int64_t kSampledColumns = 16;
// What rounding of f32 sums may leave, some 1e-6, of the norm that a row of O has on average, not of what
// it has by chance: with one column a row is a single number, which may be near zero while its rounding
// error is not.
constexpr double kProjectedSums = 3e-5;
// Elements that are rounded to u have an error of some 0.4 u, and the worst of very many rows five times
// that; the difference to a mirror image has two of them.
constexpr double kRoundings = 6;
// One wrong element leaves 1/sqrt(columns), which has to stand out of the tolerance.
constexpr double kStandsOut = 2.5;

double squared(double value) { return value * value; }

std::size_t moved(const std::vector<std::int32_t>& order, std::int64_t line) {
  return static_cast<std::size_t>(order.empty() ? line : order[static_cast<std::size_t>(line)]);
}

}  // namespace

std::vector<std::int64_t> sampled_columns(std::int64_t n, RandomWords& random) {
  std::vector<std::int64_t> columns = {0, n - 1};
  while (static_cast<std::int64_t>(columns.size()) < std::min(kSampledColumns, n))
    columns.push_back(static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(n))));
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  return columns;
}

ProductCheck::ProductCheck(const Problem& problem, const float* input, std::uint64_t seed,
                           const EpilogueArguments& epilogue)
    : problem_(problem),
      alpha_(problem.epilogue.scale ? epilogue.alpha : 1),
      beta_(problem.epilogue.residual ? epilogue.beta : 0),
      tolerance_(kProjectedSums + kRoundings * storage_roundoff(problem.dtype)),
      strip_cols_(std::max<std::int64_t>(
          1, static_cast<std::int64_t>(squared(1 / (kStandsOut * tolerance_))))),
      strips_((problem.n + strip_cols_ - 1) / strip_cols_) {
  RandomWords random(seed);
  signs_.resize(static_cast<std::size_t>(problem.n));
  for (double& sign : signs_) sign = random.bit() ? 1.0 : -1.0;
  columns_ = sampled_columns(problem.n, random);
  const std::vector<float> ones(static_cast<std::size_t>(problem.n), 1.0F);
  ones_ = project(ones.data(), nullptr, 1);
  input_ = project(input, nullptr, problem.k);
  sampled_input_ = sample(input, problem.k);
  if (beta_ != 0) {
    const auto* residual = static_cast<const float*>(epilogue.residual);
    residual_ = project(residual, nullptr, problem.m);
    sampled_residual_ = sample(residual, problem.m);
  }
  if (problem.epilogue.bias) bias_.assign(epilogue.bias, epilogue.bias + problem.m);
  if (problem.epilogue.row_order)
    row_order_.assign(epilogue.row_order, epilogue.row_order + problem.m);
  if (problem.epilogue.column_order)
    column_order_.assign(epilogue.column_order, epilogue.column_order + problem.k);
}

// In partial sums beside each other, so that they are taken in vectors.
void ProductCheck::project_rows(const float* matrix, const float* subtracted, std::int64_t rows,
                                Projection& projection) const {
  constexpr std::int64_t kLanes = 16;
  for (std::int64_t row = 0; row < rows; ++row)
    for (std::int64_t strip = 0; strip < strips_; ++strip) {
      const std::int64_t end = std::min((strip + 1) * strip_cols_, problem_.n);
      std::array<double, kLanes> sums{};
      std::array<double, kLanes> squares{};
      const auto add = [&](std::int64_t n, std::int64_t lane) {
        const std::int64_t at = row * problem_.n + n;
        const double value = subtracted == nullptr ? matrix[at]
                                                   : static_cast<double>(matrix[at]) -
                                                         static_cast<double>(subtracted[at]);
        const auto l = static_cast<std::size_t>(lane);
        sums[l] += value * signs_[static_cast<std::size_t>(n)];
        squares[l] += squared(value);
      };
      std::int64_t n = strip * strip_cols_;
      for (; n + kLanes <= end; n += kLanes)
        for (std::int64_t lane = 0; lane < kLanes; ++lane) add(n + lane, lane);
      for (; n < end; ++n) add(n, 0);
      projection.sums.push_back(std::accumulate(sums.begin(), sums.end(), 0.0));
      projection.squares.push_back(std::accumulate(squares.begin(), squares.end(), 0.0));
    }
}

// Column by column, as they lie.
void ProductCheck::project_columns(const float* matrix, const float* subtracted, std::int64_t rows,
                                   Projection& projection) const {
  const auto size = static_cast<std::size_t>(rows * strips_);
  projection.sums.resize(size);
  projection.squares.resize(size);
  for (std::int64_t n = 0; n < problem_.n; ++n) {
    const double sign = signs_[static_cast<std::size_t>(n)];
    for (std::int64_t row = 0; row < rows; ++row) {
      const std::int64_t at = n * rows + row;
      const double value = subtracted == nullptr ? matrix[at]
                                                 : static_cast<double>(matrix[at]) -
                                                       static_cast<double>(subtracted[at]);
      const auto to = static_cast<std::size_t>(row * strips_ + n / strip_cols_);
      projection.sums[to] += value * sign;
      projection.squares[to] += squared(value);
    }
  }
}

ProductCheck::Projection ProductCheck::project(const float* matrix, const float* subtracted,
                                               std::int64_t rows) const {
  Projection projection;
  if (problem_.layout == Layout::kn)
    project_rows(matrix, subtracted, rows, projection);
  else
    project_columns(matrix, subtracted, rows, projection);
  return projection;
}

std::vector<float> ProductCheck::sample(const float* matrix, std::int64_t rows) const {
  std::vector<float> sampled;
  for (std::int64_t row = 0; row < rows; ++row)
    for (const std::int64_t n : columns_)
      sampled.push_back(
          matrix[problem_.layout == Layout::kn ? row * problem_.n + n : n * rows + row]);
  return sampled;
}

// One line; empty where every row's projection is right.
std::string ProductCheck::projection_failure(const Rbgp4Pattern& pattern, const float* values,
                                             const float* output, const float* mirrored) const {
  const std::int64_t nnz = pattern.nnz_per_row();
  const std::int64_t run = pattern.config().gb.right;
  const auto strips = static_cast<std::size_t>(strips_);
  std::vector<double> expected(strips);
  std::vector<double> mean_squares(strips);
  const Projection found = project(output, mirrored, problem_.m);
  for (std::int64_t u = 0; u < problem_.m; ++u) {
    const std::size_t row = moved(row_order_, u);  // of O
    std::fill(expected.begin(), expected.end(), 0.0);
    std::fill(mean_squares.begin(), mean_squares.end(), 0.0);
    for_each_run(pattern, u, [&](std::int64_t j, std::int64_t v) {
      for (std::int64_t i = 0; i < run && v + i < problem_.k; ++i) {
        const double w = values[u * nnz + j + i];
        const std::size_t at = moved(column_order_, v + i) * strips;
        for (std::size_t s = 0; s < strips; ++s) {
          expected[s] += w * input_.sums[at + s];
          mean_squares[s] += squared(w) * input_.squares[at + s];
        }
      }
    });
    for (std::size_t s = 0; s < strips; ++s) {
      double wanted = static_cast<double>(alpha_) * expected[s];
      double mean_square = squared(alpha_) * mean_squares[s];
      if (!residual_.sums.empty()) {
        wanted += static_cast<double>(beta_) * residual_.sums[row * strips + s];
        mean_square += squared(beta_) * residual_.squares[row * strips + s];
      }
      if (!bias_.empty()) {
        wanted += static_cast<double>(bias_[row]) * ones_.sums[s];
        mean_square += squared(bias_[row]) * ones_.squares[s];
      }
      // Written so that NaN, the poison of unwritten elements, fails.
      if (!(std::abs(found.sums[row * strips + s] - wanted) <=
            tolerance_ * std::sqrt(mean_square) + 1e-30))
        return fmt::format("wrong result: row {} of O has a wrong or unwritten element", row);
    }
  }
  return {};
}

ProductCheck::Result ProductCheck::check(const Rbgp4Pattern& pattern, const float* values,
                                         const float* output, const float* mirrored) const {
  require(is_mirrored() == (mirrored != nullptr), ErrorCode::internal,
          "a product is checked with its mirror image exactly where there is an activation");
  Result result;
  result.failure = projection_failure(pattern, values, output, mirrored);
  if (!result.failure.empty()) return result;

  const auto count = static_cast<std::int64_t>(columns_.size());
  Problem sample = problem_;
  sample.n = count;
  sample.layout = Layout::kn;
  std::vector<double> reference(static_cast<std::size_t>(problem_.m * count));
  reference_product(pattern, sample, values, sampled_input_.data(), reference.data(),
                    {.alpha = alpha_,
                     .beta = beta_,
                     .bias = bias_.data(),
                     .residual = sampled_residual_.data(),
                     .row_order = row_order_.data(),
                     .column_order = column_order_.data()});
  double error = 0;
  double norm = 0;
  for (std::int64_t u = 0; u < problem_.m; ++u)
    for (std::int64_t c = 0; c < count; ++c) {
      const double wanted = reference[static_cast<std::size_t>(u * count + c)];
      const double got = output[problem_.output_at(u, columns_[static_cast<std::size_t>(c)])];
      error += squared(got - wanted);
      norm += squared(wanted);
    }
  result.relative_error = std::sqrt(error / std::max(norm, 1e-300));
  if (!(result.relative_error <= product_tolerance(problem_.dtype, pattern.nnz_per_row())))
    result.failure = fmt::format("wrong result: relative error {:.2e} against the reference",
                                 result.relative_error);
  return result;
}

}  // namespace rbgp
