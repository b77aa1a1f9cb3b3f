#include <algorithm>
#include <charconv>
#include <cmath>

#include <rbgp/error.hpp>
#include <rbgp/memory.hpp>

namespace rbgp {
namespace {

constexpr std::int64_t kMaxSide = std::int64_t{1} << 20;  // so that sums stay far from 2^63
constexpr std::int64_t kMaxBlockSide = 1024;
constexpr const char* kTable1Config = "go=1x1,gr=4x1,gi=32x32,gb=1x1";

bool falls_apart(const BaseGraphConfig& graph) {
  return !graph.is_complete() && std::min(graph.left_degree, graph.right_degree()) == 1;
}

LayerMemory layer_memory(const WeightShape& shape, const StoragePattern& pattern,
                         double sparsity_percent, bool nearest) {
  LayerMemory memory{.shape = shape};
  const double density = 1 - sparsity_percent / 100;
  switch (shape.dense ? StoragePattern::Kind::dense : pattern.kind) {
    case StoragePattern::Kind::dense:
      memory.nonzeros = shape.rows * shape.cols;
      break;
    case StoragePattern::Kind::unstructured:
      memory.nonzeros = std::llround(static_cast<double>(shape.rows * shape.cols) * density);
      memory.index_words = memory.nonzeros;
      break;
    case StoragePattern::Kind::block: {
      const std::int64_t blocks =
          ((shape.rows - 1) / pattern.block_rows + 1) * ((shape.cols - 1) / pattern.block_cols + 1);
      memory.index_words = std::llround(static_cast<double>(blocks) * density);
      memory.nonzeros = memory.index_words * pattern.block_rows * pattern.block_cols;
      break;
    }
    case StoragePattern::Kind::rbgp4: {
      const Rbgp4Config config =
          fit_config(pattern.config, shape.rows, shape.cols, sparsity_percent, nearest);
      memory.nonzeros = shape.rows * config.nnz_per_row();
      memory.index_words =
          config.go.edges() + config.gr.edges() + config.gi.edges() + config.gb.edges();
      memory.config = config;
      memory.degree_one = falls_apart(config.go) || falls_apart(config.gi);
      break;
    }
  }
  return memory;
}

// A block's side.
std::optional<std::int64_t> block_side(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (value < 1 || value > kMaxBlockSide) return std::nullopt;
  return value;
}

}  // namespace

StoragePattern StoragePattern::parse(std::string_view text) {
  if (text == "dense") return {.kind = Kind::dense};
  if (text == "unstructured") return {.kind = Kind::unstructured};
  if (text == "rbgp4") return {.kind = Kind::rbgp4, .config = Rbgp4Config::parse(kTable1Config)};
  if (text.find('=') != std::string_view::npos)
    return {.kind = Kind::rbgp4, .config = Rbgp4Config::parse(text)};
  constexpr std::string_view kBlock = "block";
  const std::size_t times = text.find('x');
  if (text.starts_with(kBlock) && times != std::string_view::npos) {
    const auto rows = block_side(text.substr(kBlock.size(), times - kBlock.size()));
    const auto cols = block_side(text.substr(times + 1));
    if (rows && cols) return {.kind = Kind::block, .block_rows = *rows, .block_cols = *cols};
  }
  fail(ErrorCode::invalid_argument,
       "pattern '{}' is not known; known are dense, unstructured, block4x4 (or another size), "
       "rbgp4, "
       "and a configuration such as {}",
       text, kTable1Config);
}

std::int64_t MemoryReport::nonzeros() const {
  std::int64_t sum = 0;
  for (const LayerMemory& layer : layers) sum += layer.nonzeros;
  return sum;
}

std::int64_t MemoryReport::index_words() const {
  std::int64_t sum = 0;
  for (const LayerMemory& layer : layers) sum += layer.index_words;
  return sum;
}

MemoryReport memory_report(std::span<const WeightShape> layers, const StoragePattern& pattern,
                           double sparsity_percent, bool nearest) {
  require(sparsity_percent >= 0 && sparsity_percent < 100, ErrorCode::invalid_argument,
          "sparsity: {} is not allowed; allowed are percentages from 0 to below 100",
          sparsity_percent);
  MemoryReport report;
  for (const WeightShape& shape : layers) {
    try {
      require(
          shape.rows >= 1 && shape.cols >= 1 && shape.rows <= kMaxSide && shape.cols <= kMaxSide,
          ErrorCode::invalid_argument, "a matrix of {} x {}: allowed are sides from 1 to {}",
          shape.rows, shape.cols, kMaxSide);
      report.layers.push_back(layer_memory(shape, pattern, sparsity_percent, nearest));
    } catch (const Error& error) {
      fail(error.code(), "layer {}: {}", shape.name, error.what());
    }
  }
  return report;
}

}  // namespace rbgp
