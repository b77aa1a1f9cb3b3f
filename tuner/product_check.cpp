#include <tuner/product_check.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include <generator/parallel_parts.hpp>
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

ProductCheck::Projection ProductCheck::project(const float* matrix, const float* subtracted,
                                               std::int64_t rows) const {
  const auto size = static_cast<std::size_t>(rows * strips_);
  Projection projection{std::vector<double>(size), std::vector<double>(size)};
  parallel_parts(rows, threads_worth(rows * problem_.n), [&](std::int64_t begin, std::int64_t end) {
    if (problem_.layout == Layout::kn)
      project_rows({matrix, subtracted}, begin, end, projection);
    else
      project_columns({matrix, subtracted}, rows, begin, end, projection);
  });
  return projection;
}

// In partial sums beside each other, so that they are taken in vectors.
void ProductCheck::project_rows(const Difference& matrix, std::int64_t begin, std::int64_t end,
                                Projection& projection) const {
  constexpr std::int64_t kLanes = 16;
  for (std::int64_t row = begin; row < end; ++row)
    for (std::int64_t strip = 0; strip < strips_; ++strip) {
      std::array<double, kLanes> sums{};
      std::array<double, kLanes> squares{};
      const auto add = [&](std::int64_t n, std::int64_t lane) {
        const double value = matrix[row * problem_.n + n];
        const auto at = static_cast<std::size_t>(lane);
        sums[at] += value * signs_[static_cast<std::size_t>(n)];
        squares[at] += squared(value);
      };
      const std::int64_t strip_end = std::min((strip + 1) * strip_cols_, problem_.n);
      std::int64_t n = strip * strip_cols_;
      for (; n + kLanes <= strip_end; n += kLanes)
        for (std::int64_t lane = 0; lane < kLanes; ++lane) add(n + lane, lane);
      for (; n < strip_end; ++n) add(n, 0);
      const auto to = static_cast<std::size_t>(row * strips_ + strip);
      projection.sums[to] = std::accumulate(sums.begin(), sums.end(), 0.0);
      projection.squares[to] = std::accumulate(squares.begin(), squares.end(), 0.0);
    }
}

// Column by column, as they lie.
void ProductCheck::project_columns(const Difference& matrix, std::int64_t rows, std::int64_t begin,
                                   std::int64_t end, Projection& projection) const {
  for (std::int64_t n = 0; n < problem_.n; ++n) {
    const double sign = signs_[static_cast<std::size_t>(n)];
    for (std::int64_t row = begin; row < end; ++row) {
      const double value = matrix[n * rows + row];
      const auto to = static_cast<std::size_t>(row * strips_ + n / strip_cols_);
      projection.sums[to] += value * sign;
      projection.squares[to] += squared(value);
    }
  }
}

std::vector<float> ProductCheck::sample(const float* matrix, std::int64_t rows) const {
  std::vector<float> sampled;
  for (std::int64_t row = 0; row < rows; ++row)
    for (const std::int64_t n : columns_)
      sampled.push_back(
          matrix[problem_.layout == Layout::kn ? row * problem_.n + n : n * rows + row]);
  return sampled;
}

// The first row of the pattern whose projection is wrong; m where all are right.
std::int64_t ProductCheck::first_wrong(const Rbgp4Pattern& pattern, const float* values,
                                       const Projection& found) const {
  const std::int64_t nnz = pattern.nnz_per_row();
  const std::int64_t run = pattern.config().gb.right;
  const auto strips = static_cast<std::size_t>(strips_);
  std::atomic<std::int64_t> first = problem_.m;
  const auto is_right = [&](std::int64_t u, std::vector<double>& expected,
                            std::vector<double>& mean_squares) {
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
        return false;
    }
    return true;
  };
  parallel_parts(problem_.m, threads_worth(problem_.m * nnz * strips_),
                 [&](std::int64_t begin, std::int64_t end) {
                   std::vector<double> expected(strips), mean_squares(strips);
                   for (std::int64_t u = begin; u < end; ++u) {
                     if (is_right(u, expected, mean_squares)) continue;
                     for (std::int64_t known = first; u < known;)
                       if (first.compare_exchange_weak(known, u)) break;
                     return;
                   }
                 });
  return first;
}

ProductCheck::Result ProductCheck::check(const Rbgp4Pattern& pattern, const float* values,
                                         const float* output, const float* mirrored) const {
  require(is_mirrored() == (mirrored != nullptr), ErrorCode::internal,
          "a product is checked with its mirror image exactly where there is an activation");
  Result result;
  const std::int64_t wrong = first_wrong(pattern, values, project(output, mirrored, problem_.m));
  if (wrong < problem_.m) {
    result.failure = fmt::format("wrong result: row {} of O has a wrong or unwritten element",
                                 moved(row_order_, wrong));
    return result;
  }

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
