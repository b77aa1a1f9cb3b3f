#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <rbgp/kernel.hpp>
#include <support/random_config.hpp>
#include <tuner/bench_inputs.hpp>
#include <tuner/epilogue_data.hpp>
#include <tuner/product_check.hpp>

namespace rbgp {
namespace {

struct Sample {
  Rbgp4Pattern pattern;
  Problem problem;
  std::vector<float> values, input, output;

  ProductCheck::Result check(std::uint64_t seed = 1) const {
    return ProductCheck(problem, input.data(), seed).check(pattern, values.data(), output.data());
  }
};

// The product as a kernel computes it: in f32, one term after the other, which rounds worst.
Sample sample_of(const char* text, std::int64_t n, std::int64_t cut = 0, std::uint64_t seed = 1) {
  const Rbgp4Config config = Rbgp4Config::parse(text);
  Sample sample{Rbgp4Pattern::sample(config, seed),
                {.m = config.rows() - cut, .k = config.cols() - cut, .n = n},
                {},
                {},
                {}};
  const Problem& problem = sample.problem;
  sample.values = random_floats(problem.m * config.nnz_per_row(), derive_seed(seed, 1));
  sample.input = random_floats(problem.k * n, derive_seed(seed, 2));
  sample.output.assign(static_cast<std::size_t>(problem.m * n), 0.0F);
  for (std::int64_t u = 0; u < problem.m; ++u)
    for (std::int64_t j = 0; j < config.nnz_per_row(); ++j) {
      const std::int64_t v = sample.pattern.column(u, j);
      if (v >= problem.k) continue;
      const float w = sample.values[static_cast<std::size_t>(u * config.nnz_per_row() + j)];
      for (std::int64_t c = 0; c < n; ++c)
        sample.output[static_cast<std::size_t>(u * n + c)] +=
            w * sample.input[static_cast<std::size_t>(v * n + c)];
    }
  return sample;
}

constexpr const char* kLayer = "go=8x16@50,gr=4x1,gi=8x16@50,gb=1x1";

TEST(ProductCheck, AcceptsTheRightProduct) {
  for (const char* text :
       {"go=1x1,gr=1x1,gi=1x1,gb=1x1", "go=3x5,gr=2x3,gi=6x9@66.66666667,gb=1x2", kLayer})
    for (const std::int64_t n : {1, 2, 3, 16, 17, 100}) {
      const ProductCheck::Result result = sample_of(text, n).check();
      EXPECT_EQ(result.failure, "") << text << " n=" << n;
      EXPECT_LT(result.relative_error, 1e-6) << text << " n=" << n;
    }
  EXPECT_EQ(sample_of(kLayer, 33, 5).check().failure, "");  // padded
}

// Few columns are the hard case: a row of O may be small by chance, and its rounding error is not.
// A thousand rows of long sums must pass all the same.
TEST(ProductCheck, RoundingOfLongRowsIsNoError) {
  for (const std::int64_t n : {1, 2, 3})
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      const Sample sample = sample_of("go=32x64@50,gr=4x1,gi=8x32@50,gb=1x1", n, 0, seed);
      EXPECT_EQ(sample.check(seed).failure, "") << "n=" << n << " seed=" << seed;
    }
}

// Every element counts: whichever one is wrong, the check says so and names its row.
TEST(ProductCheck, FindsOneWrongElement) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const std::int64_t n : {1, 7, 200}) {
    const Sample right = sample_of(kLayer, n);
    RandomWords random(5);
    for (int trial = 0; trial < 50; ++trial) {
      const std::size_t at = random.below(right.output.size());
      const auto row = static_cast<std::int64_t>(at) / n;
      for (const float wrong : {right.output[at] + 1.0F, 0.0F, nan,
                                std::numeric_limits<float>::infinity(), -right.output[at]}) {
        // What is right to begin with, to the check's tolerance, is not wrong.
        if (std::abs(wrong - right.output[at]) < 0.01F) continue;
        Sample sample = right;
        sample.output[at] = wrong;
        const std::string failure = sample.check(static_cast<std::uint64_t>(trial)).failure;
        EXPECT_NE(failure, "") << "element " << at << " is " << wrong << ", n=" << n;
        EXPECT_EQ(failure.find('\n'), std::string::npos);
        EXPECT_NE(failure.find(fmt::format("row {} ", row)), std::string::npos) << failure;
      }
    }
  }
}

TEST(ProductCheck, FindsSwappedRowsAndColumns) {
  const std::int64_t n = 40;
  Sample sample = sample_of(kLayer, n);
  std::swap_ranges(sample.output.begin(), sample.output.begin() + n, sample.output.begin() + n);
  EXPECT_NE(sample.check().failure, "");
  sample = sample_of(kLayer, n);
  // Columns 2 and 3 of every row: where their signs are alike the projection does not see it, the
  // sampled columns have to.
  for (auto row = sample.output.begin(); row != sample.output.end(); row += n)
    std::swap(row[0], row[n - 1]);
  for (std::uint64_t seed = 1; seed <= 10; ++seed) EXPECT_NE(sample.check(seed).failure, "");
}

TEST(ProductCheck, FindsWhatWasNotWritten) {
  Sample sample = sample_of(kLayer, 30);
  std::fill(sample.output.begin(), sample.output.end(), 0.0F);
  EXPECT_NE(sample.check().failure, "");
  std::fill(sample.output.begin(), sample.output.end(), std::numeric_limits<float>::quiet_NaN());
  EXPECT_NE(sample.check().failure, "");
}

// A pattern with the same sizes and other edges: what a kernel with a stale adjacency computes.
TEST(ProductCheck, FindsAnotherPattern) {
  Sample sample = sample_of(kLayer, 30);
  sample.pattern = Rbgp4Pattern::sample(sample.pattern.config(), 99);
  EXPECT_NE(sample.check().failure, "");
}

// Both layouts and all epilogues: the right product passes, one wrong element does not.
TEST(ProductCheck, KnowsLayoutsAndEpilogues) {
  const Rbgp4Config config = Rbgp4Config::parse(kLayer);
  RandomWords random(7);
  for (const Layout layout : {Layout::kn, Layout::nk})
    for (const char* epilogue :
         {"none", "bias", "scale,residual", "relu", "gelu", "bias,relu", "scale,residual,bias,gelu",
          "row_order", "scale,residual,bias,row_order,column_order,gelu"}) {
      SCOPED_TRACE(fmt::format("{} {}", to_string(layout), epilogue));
      const Problem problem{.m = config.rows(),
                            .k = config.cols(),
                            .n = 33,
                            .layout = layout,
                            .epilogue = Epilogue::parse(epilogue)};
      const Rbgp4Pattern pattern = Rbgp4Pattern::sample(config, 1);
      const std::vector<float> values = random_floats(problem.m * config.nnz_per_row(), 1);
      std::vector<float> input = random_floats(problem.k * problem.n, 2);
      const EpilogueData data(problem, 3);
      const ProductCheck check(problem, input.data(), 4, data.arguments());
      const auto product = [&](const EpilogueData& numbers) {
        std::vector<double> output(static_cast<std::size_t>(problem.m * problem.n));
        reference_product(pattern, problem, values.data(), input.data(), output.data(),
                          numbers.arguments());
        return std::vector<float>(output.begin(), output.end());
      };
      std::vector<float> output = product(data);
      for (float& element : input) element = -element;
      const std::vector<float> mirrored = product(data.negated());
      const auto failure = [&] {
        return check
            .check(pattern, values.data(), output.data(),
                   check.is_mirrored() ? mirrored.data() : nullptr)
            .failure;
      };
      EXPECT_EQ(failure(), "");
      for (int trial = 0; trial < 20; ++trial) {
        float& element = output[random.below(output.size())];
        const float right = element;
        element = trial % 2 == 0 ? right + 1 : std::numeric_limits<float>::quiet_NaN();
        EXPECT_NE(failure(), "");
        element = right;
      }
    }
}

// Of every dtype and long rows of O: what its storage rounds is no error, and one element of an ordinary size
// that is not there is, wherever it stands.
TEST(ProductCheck, KnowsWhatADtypeRounds) {
  const Rbgp4Config config = Rbgp4Config::parse("go=4x16@50,gr=4x1,gi=4x16@50,gb=1x1");
  RandomWords random(3);
  for (const Dtype dtype : kAllDtypes)
    for (const char* epilogue : {"none", "residual,bias,row_order,column_order,gelu"})
      for (const std::int64_t n : {1, 33, 3000}) {
        SCOPED_TRACE(fmt::format("{} {} n={}", to_string(dtype), epilogue, n));
        const Problem problem{.m = config.rows(),
                              .k = config.cols(),
                              .n = n,
                              .dtype = dtype,
                              .epilogue = Epilogue::parse(epilogue)};
        const Rbgp4Pattern pattern = Rbgp4Pattern::sample(config, 1);
        const std::vector<float> values =
            random_operands(dtype, problem.m * config.nnz_per_row(), 1);
        std::vector<float> input = random_operands(dtype, problem.k * n, 2);
        const EpilogueData data(problem, 3);
        const ProductCheck check(problem, input.data(), 4, data.arguments());
        const auto product = [&](const EpilogueData& numbers) {
          std::vector<double> exact(static_cast<std::size_t>(problem.m * n));
          reference_product(pattern, problem, values.data(), input.data(), exact.data(),
                            numbers.arguments());
          const std::vector<float> floats(exact.begin(), exact.end());
          return from_storage(dtype, to_storage(dtype, floats));
        };
        std::vector<float> output = product(data);
        for (float& element : input) element = -element;
        const std::vector<float> mirrored = product(data.negated());
        const auto result = [&] {
          return check.check(pattern, values.data(), output.data(),
                             check.is_mirrored() ? mirrored.data() : nullptr);
        };
        EXPECT_EQ(result().failure, "");
        EXPECT_LT(result().relative_error, product_tolerance(dtype, pattern.nnz_per_row()));
        for (int trial = 0; trial < 20; ++trial) {
          float& element = output[random.below(output.size())];
          const float right = element;
          element = right + 4;
          EXPECT_NE(result().failure, "");
          element = right;
        }
      }
}

}  // namespace
}  // namespace rbgp
