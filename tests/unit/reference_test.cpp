#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include <rbgp/kernel.hpp>
#include <support/naive_product.hpp>
#include <support/random_config.hpp>
#include <tuner/bench_inputs.hpp>

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
};

// A problem of the pattern's size or smaller in either direction.
Sample random_sample(std::uint64_t seed) {
  RandomWords random(seed);
  const Rbgp4Config config = test::random_config(random, {.max_rows = 80, .max_cols = 80});
  Problem problem{.m = config.rows(), .k = config.cols(), .n = one_to(random, 12)};
  if (random.bit()) problem.m = one_to(random, problem.m);
  if (random.bit()) problem.k = one_to(random, problem.k);
  return {Rbgp4Pattern::sample(config, seed), problem,
          random_floats(problem.m * config.nnz_per_row(), random.word()),
          random_floats(problem.k * problem.n, random.word())};
}

std::vector<double> reference(const Sample& sample) {
  std::vector<double> output(static_cast<std::size_t>(sample.problem.m * sample.problem.n), kNan);
  reference_product(sample.pattern, sample.problem, sample.values.data(), sample.input.data(),
                    output.data());
  return output;
}

std::vector<double> naive(const Sample& sample) {
  const Problem& problem = sample.problem;
  return test::naive_product(test::naive_dense(sample.pattern, problem.m, problem.k, sample.values),
                             problem.m, problem.k, problem.n, sample.input);
}

RC_GTEST_PROP(ReferenceProperty, IsTheProductWithTheDenseMatrix, (std::uint64_t seed)) {
  const Sample sample = random_sample(seed);
  const std::vector<double> got = reference(sample);
  const std::vector<double> wanted = naive(sample);
  RC_ASSERT(got.size() == wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) RC_ASSERT(std::abs(got[i] - wanted[i]) < 1e-12);
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
    column_is_odd[at % static_cast<std::size_t>(sample.problem.n)] = 1;
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
