#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <rbgp/kernel.hpp>
#include <support/naive_product.hpp>
#include <support/random_config.hpp>
#include <tuner/bench_inputs.hpp>
#include <tuner/epilogue_data.hpp>

namespace rbgp {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::int64_t one_to(RandomWords& random, std::int64_t limit) {
  return 1 + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(limit)));
}

struct Sample {
  Rbgp4Pattern pattern;
  Problem problem;
  std::vector<float> values, input;
  EpilogueData epilogue = {};
};

// A problem of the pattern's size or smaller in either direction.
Sample random_sample(std::uint64_t seed) {
  RandomWords random(seed);
  const Rbgp4Config config = test::random_config(random, {.max_rows = 80, .max_cols = 80});
  Problem problem{.m = config.rows(), .k = config.cols(), .n = one_to(random, 12)};
  if (random.bit()) problem.m = one_to(random, problem.m);
  if (random.bit()) problem.k = one_to(random, problem.k);
  problem.layout = random.bit() ? Layout::nk : Layout::kn;
  return {Rbgp4Pattern::sample(config, seed), problem,
          random_floats(problem.m * config.nnz_per_row(), random.word()),
          random_floats(problem.k * problem.n, random.word())};
}

std::vector<double> reference(const Sample& sample) {
  std::vector<double> output(static_cast<std::size_t>(sample.problem.m * sample.problem.n), kNan);
  reference_product(sample.pattern, sample.problem, sample.values.data(), sample.input.data(),
                    output.data(), sample.epilogue.arguments());
  return output;
}

// Rows and columns in each other's place.
template <typename Element>
std::vector<Element> transposed(const std::vector<Element>& matrix, std::int64_t rows,
                                std::int64_t cols) {
  std::vector<Element> result(matrix.size());
  for (std::int64_t row = 0; row < rows; ++row)
    for (std::int64_t col = 0; col < cols; ++col)
      result[static_cast<std::size_t>(col * rows + row)] =
          matrix[static_cast<std::size_t>(row * cols + col)];
  return result;
}

std::vector<double> naive(const Sample& sample) {
  const Problem& problem = sample.problem;
  const bool nk = problem.layout == Layout::nk;
  const std::vector<double> output = test::naive_product(
      test::naive_dense(sample.pattern, problem.m, problem.k, sample.values), problem.m, problem.k,
      problem.n, nk ? transposed(sample.input, problem.n, problem.k) : sample.input);
  return nk ? transposed(output, problem.m, problem.n) : output;
}

RC_GTEST_PROP(ReferenceProperty, IsTheProductWithTheDenseMatrix, (std::uint64_t seed)) {
  const Sample sample = random_sample(seed);
  const std::vector<double> got = reference(sample);
  const std::vector<double> wanted = naive(sample);
  RC_ASSERT(got.size() == wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) RC_ASSERT(std::abs(got[i] - wanted[i]) < 1e-12);
}

// The formula, element by element, with the parts taken from the text of the epilogue.
RC_GTEST_PROP(ReferenceProperty, EpilogueIsItsFormula, (std::uint64_t seed)) {
  Sample sample = random_sample(seed);
  RandomWords random(seed + 2);
  Problem& problem = sample.problem;
  problem.epilogue = {random.bit(), random.bit(), random.bit(),
                      static_cast<Activation>(random.below(3))};
  sample.epilogue = EpilogueData(problem, seed);
  const std::vector<double> got = reference(sample);
  const std::vector<double> product = naive(sample);
  const std::string formula = problem.epilogue.formula();
  const auto has = [&](const char* part) { return formula.find(part) != std::string::npos; };
  const EpilogueArguments numbers = sample.epilogue.arguments();
  for (std::int64_t u = 0; u < problem.m; ++u)
    for (std::int64_t c = 0; c < problem.n; ++c) {
      const auto at = static_cast<std::size_t>(problem.output_at(u, c));
      double wanted = product[at];
      if (has("alpha ")) wanted *= static_cast<double>(numbers.alpha);
      if (has("beta R"))
        wanted += static_cast<double>(numbers.beta) *
                  static_cast<double>(static_cast<const float*>(numbers.residual)[at]);
      if (has("bias")) wanted += static_cast<double>(numbers.bias[u]);
      if (has("relu(")) wanted = std::max(wanted, 0.0);
      if (has("gelu(")) wanted *= (1 + std::erf(wanted / std::sqrt(2.0))) / 2;
      RC_ASSERT(std::abs(got[at] - wanted) < 1e-12);
    }
}

// With orders: what there is without them, of an I whose rows were taken in order, its rows put in order.
RC_GTEST_PROP(ReferenceProperty, OrdersMoveRowsOfInputAndOutput, (std::uint64_t seed)) {
  Sample sample = random_sample(seed);
  Problem& problem = sample.problem;
  problem.epilogue = Epilogue::parse("residual,bias,row_order,column_order,relu");
  sample.epilogue = EpilogueData(problem, seed);
  // NaN and infinity, too, find their rows.
  sample.input.front() = kNan;
  sample.input.back() = kInfinity;
  const EpilogueArguments numbers = sample.epilogue.arguments();
  const std::vector<double> got = reference(sample);
  std::vector<float> dense(got.begin(), got.end());
  propagate_nonfinite(sample.pattern, problem, sample.input.data(), dense.data(), numbers);

  Problem plain = problem;
  plain.epilogue.row_order = plain.epilogue.column_order = false;
  std::vector<float> input(sample.input.size()), bias(sample.epilogue.bias().size());
  const auto* const whole_residual = static_cast<const float*>(numbers.residual);
  std::vector<float> residual(sample.epilogue.residual().size());
  for (std::int64_t c = 0; c < problem.n; ++c) {
    for (std::int64_t v = 0; v < problem.k; ++v)
      input[static_cast<std::size_t>(problem.input_at(v, c))] =
          sample.input[static_cast<std::size_t>(problem.input_at(numbers.column_order[v], c))];
    for (std::int64_t u = 0; u < problem.m; ++u)
      residual[static_cast<std::size_t>(problem.output_at(u, c))] =
          whole_residual[problem.output_at(numbers.row_order[u], c)];
  }
  for (std::int64_t u = 0; u < problem.m; ++u)
    bias[static_cast<std::size_t>(u)] = numbers.bias[numbers.row_order[u]];
  std::vector<double> wanted(got.size());
  reference_product(sample.pattern, plain, sample.values.data(), input.data(), wanted.data(),
                    {.beta = numbers.beta, .bias = bias.data(), .residual = residual.data()});
  std::vector<float> wanted_dense(wanted.begin(), wanted.end());
  propagate_nonfinite(sample.pattern, plain, input.data(), wanted_dense.data());
  const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
  for (std::int64_t u = 0; u < problem.m; ++u)
    for (std::int64_t c = 0; c < problem.n; ++c) {
      const auto from = static_cast<std::size_t>(problem.output_at(u, c));
      const auto to = static_cast<std::size_t>(problem.output_at(numbers.row_order[u], c));
      RC_ASSERT(same(got[to], wanted[from]));
      RC_ASSERT(same(dense[to], wanted_dense[from]));
    }
}

TEST(Reference, ReadsNoResidualWhereBetaIsZero) {
  Sample sample = random_sample(4);
  const std::vector<double> wanted = reference(sample);
  sample.problem.epilogue.residual = true;
  std::vector<double> got(wanted.size());
  reference_product(sample.pattern, sample.problem, sample.values.data(), sample.input.data(),
                    got.data(), {.beta = 0});
  EXPECT_EQ(got, wanted);
}

// The sparse product of an I with NaN and infinities, patched up, is what a dense library gives for
// the masked W: bit patterns of NaN aside, the same elements are NaN and infinite.
RC_GTEST_PROP(ReferenceProperty, NonfiniteInputsPropagateAsInADenseProduct, (std::uint64_t seed)) {
  Sample sample = random_sample(seed);
  RandomWords random(seed + 1);
  std::vector<char> column_is_odd(static_cast<std::size_t>(sample.problem.n), 0);
  for (std::uint64_t i = random.below(4); i > 0; --i) {
    const std::size_t at = random.below(sample.input.size());
    constexpr float kOdd[] = {kNan, kInfinity, -kInfinity};
    sample.input[at] = kOdd[random.below(3)];
    const auto per_sample = static_cast<std::size_t>(
        sample.problem.layout == Layout::nk ? sample.problem.k : sample.problem.n);
    column_is_odd[sample.problem.layout == Layout::nk ? at / per_sample : at % per_sample] = 1;
  }
  // A zero on the pattern meets an infinity like any other factor does.
  for (std::uint64_t i = random.below(4); i > 0; --i)
    sample.values[random.below(sample.values.size())] = 0;

  const std::vector<double> product = reference(sample);
  std::vector<float> got(product.begin(), product.end());
  const std::int64_t affected =
      propagate_nonfinite(sample.pattern, sample.problem, sample.input.data(), got.data());
  RC_ASSERT(affected == std::count(column_is_odd.begin(), column_is_odd.end(), char{1}));
  const std::vector<double> wanted = naive(sample);
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (std::isnan(wanted[i]))
      RC_ASSERT(std::isnan(got[i]));
    else if (std::isinf(wanted[i]))
      RC_ASSERT(static_cast<double>(got[i]) == wanted[i]);
    else
      RC_ASSERT(std::abs(static_cast<double>(got[i]) - wanted[i]) < 1e-5);
  }
}

TEST(Reference, NonfiniteWeightsStayInTheirRow) {
  const Rbgp4Config config = Rbgp4Config::parse("go=2x2,gr=1x1,gi=3x3@33.33333333,gb=1x1");
  Sample sample{Rbgp4Pattern::sample(config, 1),
                {.m = 6, .k = 6, .n = 3},
                random_floats(24, 1),
                random_floats(18, 2)};
  sample.values[4] = kNan;  // row 1
  sample.values[8] = kInfinity;  // row 2
  const std::vector<double> output = reference(sample);
  for (std::size_t i = 0; i < output.size(); ++i) {
    EXPECT_EQ(std::isnan(output[i]), i / 3 == 1) << i;
    EXPECT_EQ(std::isinf(output[i]), i / 3 == 2) << i;
  }
}

TEST(Reference, FiniteInputsAreLeftAlone) {
  const Sample sample = random_sample(3);
  const std::vector<double> product = reference(sample);
  const std::vector<float> before(product.begin(), product.end());
  std::vector<float> after = before;
  EXPECT_EQ(propagate_nonfinite(sample.pattern, sample.problem, sample.input.data(), after.data()),
            0);
  EXPECT_EQ(after, before);
}

}  // namespace
}  // namespace rbgp
