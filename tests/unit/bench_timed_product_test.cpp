// On the host; what needs no device of its own of the benchmarks.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include <bench/eigen_contender.hpp>
#include <bench/timed_product.hpp>
#include <support/refusal.hpp>
#include <tuner/bench_inputs.hpp>

namespace rbgp::bench {
namespace {

const Problem kProblem{.m = 8, .k = 24, .n = 5};

// Does what it is told in place of a product, and remembers what it was bound to.
class Fake : public Contender {
 public:
  Fake(std::int64_t bytes, Layout layout, float written)
      : bytes_(bytes), layout_(layout), written_(written) {}
  std::int64_t weight_bytes() const override { return bytes_; }
  void add_copy(void* input, void* output) override {
    inputs.push_back(static_cast<const float*>(input));
    outputs.push_back(static_cast<float*>(output));
  }
  void launch(int copy, void*) override {
    launched.insert(copy);
    for (std::int64_t i = 0; i < kProblem.m * kProblem.n; ++i)
      outputs.at(static_cast<std::size_t>(copy))[i] = written_;
  }
  std::string label() const override { return "fake"; }
  Layout input_layout() const override { return layout_; }

  std::vector<const float*> inputs;
  std::vector<float*> outputs;
  std::set<int> launched;

 private:
  std::int64_t bytes_;
  Layout layout_;
  float written_;
};

TEST(Operands, CopiesHoldTheSameInputInBothLayouts) {
  Operands operands(kProblem, Device::host(), 3);
  const std::vector<float> input = operands.host_input();
  EXPECT_EQ(operands.bytes(), 4 * (24 * 5 + 8 * 5));
  for (const int copy : {2, 0, 1}) {
    const auto* kn = static_cast<const float*>(operands.input(copy, Layout::kn));
    const auto* nk = static_cast<const float*>(operands.input(copy, Layout::nk));
    for (std::int64_t v = 0; v < 24; ++v)
      for (std::int64_t c = 0; c < 5; ++c) {
        EXPECT_EQ(kn[v * 5 + c], input[static_cast<std::size_t>(v * 5 + c)]);
        EXPECT_EQ(nk[c * 24 + v], kn[v * 5 + c]);
      }
  }
  EXPECT_NE(operands.input(0, Layout::kn), operands.input(1, Layout::kn));
  EXPECT_NE(operands.output(0), operands.output(1));
  EXPECT_EQ(operands.output(1), operands.output(1));
}

TEST(Operands, AreStoredInTheProblemsDtype) {
  Problem problem = kProblem;
  problem.dtype = Dtype::bf16;
  Operands operands(problem, Device::host(), 3);
  const std::vector<float> input = operands.host_input();
  EXPECT_EQ(operands.bytes(), 2 * (24 * 5 + 8 * 5));
  std::vector<float> stored(input.size());
  from_storage(Dtype::bf16, operands.input(0, Layout::kn), stored.size(), stored.data());
  EXPECT_EQ(stored, input);
  operands.poison_output();
  for (const float element : operands.download_output()) EXPECT_TRUE(std::isnan(element));
}

TEST(TimedProduct, ColdTimingUsesEveryCopy) {
  const std::int64_t cache = runtime::shared_cache_bytes(Device::host());
  // Two others already exceed twice the cache; one is enough where its size is not known.
  const std::set<int> copies = cache == 0 ? std::set<int>{0} : std::set<int>{0, 1, 2};
  Operands operands(kProblem, Device::host(), 3);
  for (const Layout layout : {Layout::kn, Layout::nk}) {
    auto made = std::make_unique<Fake>(std::max<std::int64_t>(cache, 1), layout, 1.0F);
    Fake& fake = *made;
    TimedProduct product(std::move(made), operands);
    ASSERT_EQ(fake.inputs.size(), 1U);
    EXPECT_EQ(fake.inputs[0], operands.input(0, layout));
    EXPECT_GT(product.quick_ms(), 0);
    EXPECT_EQ(fake.launched, std::set<int>{0});
    EXPECT_GT(product.cold_timer().sample().median(), 0);
    EXPECT_EQ(fake.launched, copies);
    EXPECT_EQ(std::set<float*>(fake.outputs.begin(), fake.outputs.end()).size(), copies.size());
  }
}

TEST(TimedProduct, RefusesAWrongResult) {
  Operands operands(kProblem, Device::host(), 3);
  const ProductReference reference(kProblem, operands.host_input(), 1);
  TimedProduct product(std::make_unique<Fake>(1, Layout::kn, 0.5F), operands);
  const std::string message = test::refusal(
      ErrorCode::internal, [&] { product.check(reference, random_csr(8, 24, 6, 1), 1e-5); });
  EXPECT_TRUE(test::has(message, "wrong result")) << message;
}

TEST(EigenContender, ComputesTheProduct) {
  for (const Problem& problem : {Problem{.m = 1, .k = 1, .n = 1}, Problem{.m = 7, .k = 30, .n = 1},
                                 kProblem, Problem{.m = 64, .k = 128, .n = 100}}) {
    Operands operands(problem, Device::host(), 3);
    const ProductReference reference(problem, operands.host_input(), 1);
    const auto weights =
        std::make_shared<const CsrMatrix>(random_csr(problem.m, problem.k, (problem.k + 1) / 2, 1));
    TimedProduct product(eigen_contender(problem, Device::host(), weights), operands);
    product.check(reference, *weights, 1e-5);
    EXPECT_LT(product.relative_error(), 1e-6);
    EXPECT_EQ(product.contender().weight_bytes(), 8 * weights->nonzeros());
  }
}

TEST(DenseContender, ComputesTheProductOrSaysWhatIsMissing) {
  Operands operands(kProblem, Device::host(), 3);
  const ProductReference reference(kProblem, operands.host_input(), 1);
  const std::vector<float> weights = random_floats(kProblem.m * kProblem.k, 4);
  std::string reason;
  Problem halves = kProblem;
  halves.dtype = Dtype::bf16;
  EXPECT_EQ(dense_contender(halves, Device::host(), weights, reason), nullptr);
  EXPECT_TRUE(test::has(reason, "bf16")) << reason;
  reason.clear();
  auto contender = dense_contender(kProblem, Device::host(), weights, reason);
  if (!contender) {
    EXPECT_FALSE(reason.empty());
    return;  // what it says is all there is to check
  }
  TimedProduct product(std::move(contender), operands);
  product.check(reference, to_csr(kProblem.m, kProblem.k, weights), 1e-5);
  EXPECT_LT(product.relative_error(), 1e-6);
}

}  // namespace
}  // namespace rbgp::bench
