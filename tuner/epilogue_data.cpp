#include <tuner/epilogue_data.hpp>

#include <numeric>
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
  const auto place = [&](auto*& pointer, const void* content, std::size_t bytes) {
    if (pointer == nullptr) return;
    const GuardedBuffer& buffer = parts_.emplace_back(device, content, bytes);
    pointer = static_cast<std::remove_reference_t<decltype(pointer)>>(
        static_cast<const void*>(buffer.data()));
  };
  const auto place_order = [&](const std::int32_t*& pointer,
                               const std::vector<std::int32_t>& order) {
    place(pointer, order.data(), order.size() * sizeof order.front());
  };
  const StoredFloats residual(data.dtype(), data.residual());
  place(arguments_.bias, data.bias().data(), data.bias().size() * sizeof(float));
  place(arguments_.residual, residual.data(), residual.bytes());
  place_order(arguments_.row_order, data.row_order());
  place_order(arguments_.column_order, data.column_order());
}

std::vector<std::uint64_t> DeviceEpilogue::checksums(const runtime::Checksum& checksum) const {
  std::vector<std::uint64_t> sums;
  for (const GuardedBuffer& part : parts_) sums.push_back(part.checksum(checksum));
  return sums;
}

}  // namespace rbgp
