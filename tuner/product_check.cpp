#include <tuner/product_check.hpp>

#include <algorithm>
#include <cmath>

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
  project_row([](std::int64_t) { return 1.0; }, sign_sums_, strip_sizes_);
  project_input(input);
  if (beta_ != 0) project_residual(static_cast<const float*>(epilogue.residual));
  if (problem.epilogue.bias) bias_.assign(epilogue.bias, epilogue.bias + problem.m);
  if (problem.epilogue.row_order)
    row_order_.assign(epilogue.row_order, epilogue.row_order + problem.m);
  if (problem.epilogue.column_order)
    column_order_.assign(epilogue.column_order, epilogue.column_order + problem.k);
}

template <typename Element>
void ProductCheck::project_row(const Element& element, std::vector<double>& projected,
                               std::vector<double>& squares) const {
  for (std::int64_t begin = 0; begin < problem_.n; begin += strip_cols_) {
    double sum = 0;
    double square = 0;
    for (std::int64_t n = begin; n < std::min(begin + strip_cols_, problem_.n); ++n) {
      const double value = element(n);
      sum += value * signs_[static_cast<std::size_t>(n)];
      square += squared(value);
    }
    projected.push_back(sum);
    squares.push_back(square);
  }
}

void ProductCheck::project_input(const float* input) {
  for (std::int64_t v = 0; v < problem_.k; ++v) {
    project_row([&](std::int64_t n) -> double { return input[problem_.input_at(v, n)]; },
                projected_input_, squared_input_);
    for (const std::int64_t n : columns_) sampled_input_.push_back(input[problem_.input_at(v, n)]);
  }
}

void ProductCheck::project_residual(const float* residual) {
  for (std::int64_t u = 0; u < problem_.m; ++u) {
    project_row([&](std::int64_t n) -> double { return residual[problem_.output_at(u, n)]; },
                projected_residual_, squared_residual_);
    for (const std::int64_t n : columns_)
      sampled_residual_.push_back(residual[problem_.output_at(u, n)]);
  }
}

// One line; empty where every row's projection is right.
std::string ProductCheck::projection_failure(const Rbgp4Pattern& pattern, const float* values,
                                             const float* output, const float* mirrored) const {
  const std::int64_t nnz = pattern.nnz_per_row();
  const std::int64_t run = pattern.config().gb.right;
  const auto strips = static_cast<std::size_t>(strips_);
  std::vector<double> expected(strips);
  std::vector<double> mean_squares(strips);
  std::vector<double> projected;
  std::vector<double> squares;
  for (std::int64_t u = 0; u < problem_.m; ++u) {
    const std::size_t row = moved(row_order_, u);  // of O
    std::fill(expected.begin(), expected.end(), 0.0);
    std::fill(mean_squares.begin(), mean_squares.end(), 0.0);
    for_each_run(pattern, u, [&](std::int64_t j, std::int64_t v) {
      for (std::int64_t i = 0; i < run && v + i < problem_.k; ++i) {
        const double w = values[u * nnz + j + i];
        const std::size_t at = moved(column_order_, v + i) * strips;
        for (std::size_t s = 0; s < strips; ++s) {
          expected[s] += w * projected_input_[at + s];
          mean_squares[s] += squared(w) * squared_input_[at + s];
        }
      }
    });
    projected.clear();
    squares.clear();
    project_row(
        [&](std::int64_t n) {
          const std::int64_t at = problem_.output_at(static_cast<std::int64_t>(row), n);
          const double element = output[at];
          return mirrored == nullptr ? element : element - static_cast<double>(mirrored[at]);
        },
        projected, squares);
    for (std::size_t s = 0; s < strips; ++s) {
      double wanted = static_cast<double>(alpha_) * expected[s];
      double mean_square = squared(alpha_) * mean_squares[s];
      if (!projected_residual_.empty()) {
        wanted += static_cast<double>(beta_) * projected_residual_[row * strips + s];
        mean_square += squared(beta_) * squared_residual_[row * strips + s];
      }
      if (!bias_.empty()) {
        wanted += static_cast<double>(bias_[row]) * sign_sums_[s];
        mean_square += squared(bias_[row]) * strip_sizes_[s];
      }
      // Written so that NaN, the poison of unwritten elements, fails.
      if (!(std::abs(projected[s] - wanted) <= tolerance_ * std::sqrt(mean_square) + 1e-30))
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
