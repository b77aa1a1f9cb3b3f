#include <bench/operands.hpp>

#include <algorithm>

#include <tuner/bench_inputs.hpp>

namespace rbgp::bench {
namespace {

std::vector<float> transposed(const std::vector<float>& matrix, std::int64_t rows,
                              std::int64_t cols) {
  std::vector<float> result(matrix.size());
  constexpr std::int64_t kTile = 32;  // keeps both sides within the cache
  for (std::int64_t row = 0; row < rows; row += kTile)
    for (std::int64_t col = 0; col < cols; ++col)
      for (std::int64_t r = row; r < std::min(rows, row + kTile); ++r)
        result[static_cast<std::size_t>(col * rows + r)] =
            matrix[static_cast<std::size_t>(r * cols + col)];
  return result;
}

}  // namespace

Operands::Operands(const Problem& problem, const Device& device, std::uint64_t seed)
    : problem_(problem), device_(device), seed_(seed) {}

std::vector<float> Operands::host_input() const {
  return random_operands(problem_.dtype, problem_.k * problem_.n, seed_);
}

void* Operands::input(int copy, Layout layout) {
  std::deque<DeviceBuffer>& inputs = inputs_[static_cast<std::size_t>(layout)];
  if (static_cast<int>(inputs.size()) <= copy) {
    std::vector<float> values = host_input();
    if (layout == Layout::nk) values = transposed(values, problem_.k, problem_.n);
    while (static_cast<int>(inputs.size()) <= copy)
      inputs.push_back(upload(device_, problem_.dtype, values));
  }
  return inputs[static_cast<std::size_t>(copy)].data();
}

void* Operands::output(int copy) {
  while (static_cast<int>(outputs_.size()) <= copy)
    outputs_.emplace_back(
        device_, static_cast<std::size_t>(problem_.m * problem_.n * dtype_bytes(problem_.dtype)));
  return outputs_[static_cast<std::size_t>(copy)].data();
}

std::int64_t Operands::bytes() const {
  return dtype_bytes(problem_.dtype) * (problem_.k * problem_.n + problem_.m * problem_.n);
}

void Operands::poison_output() {
  output(0);
  outputs_.front().fill(0xff);
}

std::vector<float> Operands::download_output() {
  output(0);
  return download(problem_.dtype, outputs_.front());
}

}  // namespace rbgp::bench
