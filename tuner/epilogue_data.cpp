#include <tuner/epilogue_data.hpp>

#include <numeric>

#include <generator/random_words.hpp>
#include <tuner/bench_inputs.hpp>

namespace rbgp {
namespace {

// Neither 0 nor 1, nor what rounds away.
constexpr float kAlpha = -0.75F;
constexpr float kBeta = 1.5F;

std::vector<std::int32_t> random_order(std::int64_t size, std::uint64_t seed) {
  std::vector<std::int32_t> order(static_cast<std::size_t>(size));
  std::iota(order.begin(), order.end(), 0);
  RandomWords(seed).shuffle(order);
  return order;
}

template <typename Number>
const Number* pointer(const std::vector<Number>& numbers) {
  return numbers.empty() ? nullptr : numbers.data();
}

DeviceBuffer upload_order(const Device& device, const std::vector<std::int32_t>& order) {
  if (order.empty()) return {};
  DeviceBuffer buffer(device, order.size() * sizeof(order.front()));
  buffer.upload(order.data(), buffer.bytes());
  return buffer;
}

template <typename Number>
void move_to(const DeviceBuffer& buffer, const Number*& pointer) {
  if (pointer != nullptr) pointer = static_cast<const Number*>(buffer.data());
}

}  // namespace

EpilogueData::EpilogueData(const Problem& problem, std::uint64_t seed) : dtype_(problem.dtype) {
  if (problem.epilogue.scale) alpha_ = kAlpha;
  if (problem.epilogue.residual) {
    beta_ = kBeta;
    residual_ = random_operands(problem.dtype, problem.m * problem.n, derive_seed(seed, 1));
  }
  if (problem.epilogue.bias) bias_ = random_floats(problem.m, derive_seed(seed, 2));
  if (problem.epilogue.row_order) row_order_ = random_order(problem.m, derive_seed(seed, 3));
  if (problem.epilogue.column_order) column_order_ = random_order(problem.k, derive_seed(seed, 4));
}

EpilogueArguments EpilogueData::arguments() const {
  return {.alpha = alpha_,
          .beta = beta_,
          .bias = pointer(bias_),
          .residual = pointer(residual_),
          .row_order = pointer(row_order_),
          .column_order = pointer(column_order_)};
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
      row_order_(upload_order(device, data.row_order())),
      column_order_(upload_order(device, data.column_order())),
      arguments_(data.arguments()) {
  move_to(bias_, arguments_.bias);
  move_to(residual_, arguments_.residual);
  move_to(row_order_, arguments_.row_order);
  move_to(column_order_, arguments_.column_order);
}

}  // namespace rbgp
