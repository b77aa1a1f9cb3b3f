#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <generator/construction.hpp>
#include <rbgp/error.hpp>
#include <rbgp/product.hpp>

namespace rbgp {
namespace {

constexpr std::int64_t kMaxEntries = std::int64_t{1} << 32;
constexpr std::int64_t kMaxMatrixSide = std::numeric_limits<std::int32_t>::max();

BaseGraph complete_graph(const BaseGraphConfig& config) {
  return BaseGraph(config, complete_adjacency(config.left, config.right));
}

}  // namespace

Mask::Mask(std::int64_t rows, std::int64_t cols) : rows_(rows), cols_(cols) {
  require(rows >= 1 && cols >= 1 && rows <= kMaxEntries / cols, ErrorCode::invalid_argument,
          "a mask of {} x {}: allowed are sides from 1 and up to {} entries", rows, cols,
          kMaxEntries);
  entries_.resize(static_cast<std::size_t>(rows * cols));
}

Mask Mask::of_nonzeros(std::int64_t rows, std::int64_t cols, const float* dense) {
  Mask mask(rows, cols);
  for (std::size_t i = 0; i < mask.entries_.size(); ++i) mask.entries_[i] = dense[i] != 0.0F;
  return mask;
}

std::int64_t Mask::count() const {
  return std::accumulate(entries_.begin(), entries_.end(), std::int64_t{0});
}

Mask biadjacency(const BaseGraph& graph) {
  Mask mask(graph.config().left, graph.config().right);
  for (std::int64_t u = 0; u < mask.rows(); ++u)
    for (const std::int32_t v : graph.neighbours(u)) mask.set(u, v, true);
  return mask;
}

BaseGraph graph_of(const Mask& mask) {
  std::optional<BlockViolation> violation = check_ubs(mask, {1, 1});
  if (!violation && mask.count() == 0) violation = {.property = BlockProperty::non_empty};
  require(!violation, ErrorCode::invalid_argument, "no biregular graph has this mask: {}",
          violation ? violation->message() : "");
  std::vector<std::int32_t> adjacency;
  for (std::int64_t u = 0; u < mask.rows(); ++u)
    for (std::int64_t v = 0; v < mask.cols(); ++v)
      if (mask.at(u, v)) adjacency.push_back(static_cast<std::int32_t>(v));
  const auto edges = static_cast<std::int64_t>(adjacency.size());
  return BaseGraph({mask.rows(), mask.cols(), edges / mask.rows()}, std::move(adjacency));
}

GraphProduct::GraphProduct(std::vector<BaseGraph> factors) : factors_(std::move(factors)) {
  require(!factors_.empty(), ErrorCode::invalid_argument, "a product has at least one factor");
  for (const BaseGraph& factor : factors_) {
    const BaseGraphConfig& sizes = factor.config();
    require(config_.left <= kMaxMatrixSide / sizes.left &&
                config_.right <= kMaxMatrixSide / sizes.right,
            ErrorCode::invalid_argument, "the product is too large; rows and columns go up to {}",
            kMaxMatrixSide);
    config_.left *= sizes.left;
    config_.right *= sizes.right;
    config_.left_degree *= sizes.left_degree;
  }
}

GraphProduct::GraphProduct(const Rbgp4Pattern& pattern)
    : GraphProduct({pattern.go(), complete_graph(pattern.config().gr), pattern.gi(),
                    complete_graph(pattern.config().gb)}) {}

std::int64_t GraphProduct::stored_edges() const {
  std::int64_t edges = 0;
  for (const BaseGraph& factor : factors_) edges += factor.config().edges();
  return edges;
}

std::vector<BlockSize> GraphProduct::block_sizes() const {
  std::vector<BlockSize> sizes(factors_.size() - 1);
  BlockSize block;
  for (std::size_t i = sizes.size(); i > 0; --i) {
    block.rows *= factors_[i].config().left;
    block.cols *= factors_[i].config().right;
    sizes[i - 1] = block;
  }
  return sizes;
}

bool GraphProduct::contains(std::int64_t u, std::int64_t v) const {
  return std::all_of(factors_.rbegin(), factors_.rend(), [&](const BaseGraph& factor) {
    const BaseGraphConfig& sizes = factor.config();
    const bool edge = factor.has_edge(u % sizes.left, v % sizes.right);
    u /= sizes.left;
    v /= sizes.right;
    return edge;
  });
}

std::vector<std::int64_t> GraphProduct::columns(std::int64_t u) const {
  std::vector<std::int64_t> columns{0};
  std::vector<std::int64_t> longer;
  std::int64_t rows_below = config_.left;
  for (const BaseGraph& factor : factors_) {
    rows_below /= factor.config().left;
    longer.clear();
    for (const std::int64_t v : columns)
      for (const std::int32_t digit : factor.neighbours(u / rows_below))
        longer.push_back(v * factor.config().right + digit);
    u %= rows_below;
    columns.swap(longer);
  }
  return columns;
}

Mask GraphProduct::mask() const {
  Mask mask(config_.left, config_.right);
  for (std::int64_t u = 0; u < mask.rows(); ++u)
    for (const std::int64_t v : columns(u)) mask.set(u, v, true);
  return mask;
}

BaseGraph GraphProduct::graph() const {
  std::vector<std::int32_t> adjacency;
  adjacency.reserve(static_cast<std::size_t>(config_.edges()));
  for (std::int64_t u = 0; u < config_.left; ++u)
    for (const std::int64_t v : columns(u)) adjacency.push_back(static_cast<std::int32_t>(v));
  return BaseGraph(config_, std::move(adjacency));
}

Spectrum GraphProduct::spectrum() const {
  std::vector<Spectrum> spectra;
  for (const BaseGraph& factor : factors_) spectra.push_back(factor.spectrum());
  return product_spectrum(config_, spectra);
}

SpectralGaps theorem1_gaps(std::int64_t degree) {
  require(degree >= 3, ErrorCode::invalid_argument,
          "Theorem 1 for degree {}: allowed are degrees from 3", degree);
  const auto d = static_cast<double>(degree);
  return {.ideal = d * d - 2 * std::sqrt(d * d - 1), .product = d * d - 2 * d * std::sqrt(d - 1)};
}

}  // namespace rbgp
