#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include <bench/product_reference.hpp>
#include <generator/random_words.hpp>
#include <support/refusal.hpp>
#include <tuner/bench_inputs.hpp>

namespace rbgp::bench {
namespace {

struct Sample {
  Problem problem;
  CsrMatrix weights;
  std::vector<float> input;
  std::vector<float> output;  // of layout kn

  double error(Layout layout = Layout::kn) const {
    return ProductReference(problem, input, 1).relative_error(weights, output, layout);
  }
};

Sample sample_of(std::int64_t n) {
  Sample sample{
      {.m = 12, .k = 40, .n = n}, random_csr(12, 40, 10, 1), random_floats(40 * n, 2), {}};
  for (std::size_t u = 0; u < 12; ++u)
    for (std::int64_t c = 0; c < n; ++c) {
      float sum = 0;
      for (std::size_t j = u * 10; j < u * 10 + 10; ++j)
        sum += sample.weights.values[j] *
               sample.input[static_cast<std::size_t>(sample.weights.columns[j] * n + c)];
      sample.output.push_back(sum);
    }
  return sample;
}

TEST(ProductReference, AcceptsTheRightProduct) {
  for (const std::int64_t n : {1, 2, 16, 17, 100}) {
    Sample sample = sample_of(n);
    EXPECT_LT(sample.error(), 1e-6) << "n=" << n;
    std::vector<float> transposed;
    for (std::int64_t c = 0; c < n; ++c)
      for (std::int64_t u = 0; u < 12; ++u)
        transposed.push_back(sample.output[static_cast<std::size_t>(u * n + c)]);
    sample.output = transposed;
    EXPECT_LT(sample.error(Layout::nk), 1e-6) << "n=" << n;
    EXPECT_TRUE(n == 1 || sample.error(Layout::kn) > 0.1) << "n=" << n;
  }
}

TEST(ProductReference, MeasuresTheError) {
  Sample sample = sample_of(8);
  for (float& each : sample.output) each *= 1.01F;
  EXPECT_NEAR(sample.error(), 0.01, 1e-5);
}

TEST(ProductReference, SeesEveryUnwrittenElement) {
  for (const float poison :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    const Sample right = sample_of(100);
    for (std::size_t at = 0; at < right.output.size(); at += 7) {
      Sample sample = right;
      sample.output[at] = poison;
      EXPECT_EQ(sample.error(), std::numeric_limits<double>::infinity()) << "element " << at;
    }
  }
}

TEST(ProductReference, RefusesAnotherMatrix) {
  Sample sample = sample_of(3);
  sample.weights = random_csr(11, 40, 10, 1);
  test::refusal(ErrorCode::internal, [&] { sample.error(); });
}

}  // namespace
}  // namespace rbgp::bench
