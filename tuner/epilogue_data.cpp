#include <tuner/epilogue_data.hpp>

#include <tuner/bench_inputs.hpp>

namespace rbgp {
namespace {

// Neither 0 nor 1, nor what rounds away.
constexpr float kAlpha = -0.75F;
constexpr float kBeta = 1.5F;

}  // namespace

EpilogueData::EpilogueData(const Problem& problem, std::uint64_t seed) : dtype_(problem.dtype) {
  if (problem.epilogue.scale) alpha_ = kAlpha;
  if (problem.epilogue.residual) {
    beta_ = kBeta;
    residual_ = random_operands(problem.dtype, problem.m * problem.n, derive_seed(seed, 1));
  }
  if (problem.epilogue.bias) bias_ = random_floats(problem.m, derive_seed(seed, 2));
}

EpilogueArguments EpilogueData::arguments() const {
  return {.alpha = alpha_,
          .beta = beta_,
          .bias = bias_.empty() ? nullptr : bias_.data(),
          .residual = residual_.empty() ? nullptr : residual_.data()};
}

EpilogueData EpilogueData::negated() const {
  EpilogueData other = *this;
  for (float& value : other.bias_) value = -value;
  for (float& value : other.residual_) value = -value;
  return other;
}

DeviceEpilogue::DeviceEpilogue(const EpilogueData& data, const Device& device)
    : bias_(upload(device, Dtype::f32, data.bias())),
      residual_(upload(device, data.dtype(), data.residual())),
      arguments_(data.arguments()) {
  if (arguments_.bias != nullptr) arguments_.bias = static_cast<const float*>(bias_.data());
  if (arguments_.residual != nullptr) arguments_.residual = residual_.data();
}

}  // namespace rbgp
