#include <algorithm>
#include <cmath>
#include <limits>

#include <generator/parallel_parts.hpp>
#include <generator/pattern_runs.hpp>
#include <rbgp/kernel.hpp>

namespace rbgp {

namespace {

double activated(Activation activation, double x) {
  switch (activation) {
    case Activation::none:
      return x;
    case Activation::relu:
      return x < 0 ? 0.0 : x;
    case Activation::gelu:
      // Of minus infinity, 0: the limit, where the formula has 0 times infinity.
      return x == -std::numeric_limits<double>::infinity() ? 0.0
                                                           : x * std::erfc(-x / std::sqrt(2.0)) / 2;
  }
  return x;
}

// Where row u of the product is in O, and the row of I that column v meets.
std::int64_t output_row(const Problem& problem, const EpilogueArguments& epilogue, std::int64_t u) {
  return problem.epilogue.row_order ? epilogue.row_order[u] : u;
}

std::int64_t input_row(const Problem& problem, const EpilogueArguments& epilogue, std::int64_t v) {
  return problem.epilogue.column_order ? epilogue.column_order[v] : v;
}

}  // namespace

void reference_product(const Rbgp4Pattern& pattern, const Problem& problem, const float* values,
                       const float* input, double* output, const EpilogueArguments& epilogue) {
  const Epilogue& parts = problem.epilogue;
  const auto* residual = static_cast<const float*>(epilogue.residual);
  const std::int64_t nnz = pattern.nnz_per_row();
  const std::int64_t run = pattern.config().gb.right;
  const auto compute_row = [&](std::int64_t u, std::vector<double>& sums) {
    std::fill(sums.begin(), sums.end(), 0.0);
    for_each_run(pattern, u, [&](std::int64_t j, std::int64_t v) {
      for (std::int64_t i = 0; i < run && v + i < problem.k; ++i) {
        const double w = values[u * nnz + j + i];
        const std::int64_t row = input_row(problem, epilogue, v + i);
        for (std::int64_t n = 0; n < problem.n; ++n)
          sums[static_cast<std::size_t>(n)] +=
              w * static_cast<double>(input[problem.input_at(row, n)]);
      }
    });
    const std::int64_t row = output_row(problem, epilogue, u);
    for (std::int64_t n = 0; n < problem.n; ++n) {
      const std::int64_t at = problem.output_at(row, n);
      double x = sums[static_cast<std::size_t>(n)];
      if (parts.scale) x *= static_cast<double>(epilogue.alpha);
      if (parts.residual && epilogue.beta != 0)
        x += static_cast<double>(epilogue.beta) * static_cast<double>(residual[at]);
      if (parts.bias) x += static_cast<double>(epilogue.bias[row]);
      output[at] = activated(parts.activation, x);
    }
  };
  parallel_parts(problem.m, threads_worth(problem.m * nnz * problem.n),
                 [&](std::int64_t begin, std::int64_t end) {
                   std::vector<double> sums(static_cast<std::size_t>(problem.n));
                   for (std::int64_t u = begin; u < end; ++u) compute_row(u, sums);
                 });
}

std::int64_t propagate_nonfinite(const Rbgp4Pattern& pattern, const Problem& problem,
                                 const float* input, float* output,
                                 const EpilogueArguments& epilogue) {
  std::int64_t affected = 0;
  for (std::int64_t n = 0; n < problem.n; ++n) {
    std::vector<std::int64_t> nonfinite;
    for (std::int64_t v = 0; v < problem.k; ++v)
      if (!std::isfinite(input[problem.input_at(input_row(problem, epilogue, v), n)]))
        nonfinite.push_back(v);
    if (nonfinite.empty()) continue;
    ++affected;
    for (std::int64_t u = 0; u < problem.m; ++u) {
      const bool off_pattern = std::any_of(nonfinite.begin(), nonfinite.end(),
                                           [&](std::int64_t v) { return !pattern.contains(u, v); });
      if (off_pattern)
        output[problem.output_at(output_row(problem, epilogue, u), n)] =
            std::numeric_limits<float>::quiet_NaN();
    }
  }
  return affected;
}

}  // namespace rbgp
