#include <tuner/epilogue_data.hpp>

#include <algorithm>
#include <numeric>
#include <span>
#include <type_traits>
#include <utility>

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

std::vector<std::byte> bytes_of(const std::vector<std::int32_t>& order) {
  const std::span<const std::byte> bytes = std::as_bytes(std::span(order));
  return {bytes.begin(), bytes.end()};
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
    : arguments_(data.arguments()) {
  const auto place = [&](auto*& pointer, std::vector<std::byte> content) {
    if (pointer == nullptr) return;
    GuardedBuffer buffer(device, content);
    pointer = static_cast<std::remove_reference_t<decltype(pointer)>>(
        static_cast<const void*>(buffer.data()));
    parts_.push_back({std::move(content), std::move(buffer)});
  };
  place(arguments_.bias, to_storage(Dtype::f32, data.bias()));
  place(arguments_.residual, to_storage(data.dtype(), data.residual()));
  place(arguments_.row_order, bytes_of(data.row_order()));
  place(arguments_.column_order, bytes_of(data.column_order()));
}

bool DeviceEpilogue::is_intact() const {
  return std::all_of(parts_.begin(), parts_.end(), [](const Part& part) {
    return part.buffer.is_intact() && part.buffer.content() == part.content;
  });
}

}  // namespace rbgp
