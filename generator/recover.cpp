#include <algorithm>
#include <numeric>
#include <tuple>

#include <rbgp/error.hpp>
#include <rbgp/product.hpp>

namespace rbgp {
namespace {

std::vector<std::int64_t> divisors(std::int64_t number) {
  std::vector<std::int64_t> found;
  for (std::int64_t d = 1; d * d <= number; ++d) {
    if (number % d != 0) continue;
    found.push_back(d);
    if (d * d != number) found.push_back(number / d);
  }
  return found;
}

// The largest complete innermost factor: rows are equal within aligned groups of h exactly when h
// divides every place where a row differs from the one above it, so that the largest h is a gcd; rows
// and columns do not depend on each other.
BlockSize largest_complete(const Mask& mask) {
  BlockSize size{mask.rows(), mask.cols()};
  for (std::int64_t u = 0; u < mask.rows(); ++u) {
    bool same_as_above = u > 0;
    for (std::int64_t v = 0; v < mask.cols(); ++v) {
      const bool here = mask.at(u, v);
      if (v > 0 && here != mask.at(u, v - 1)) size.cols = std::gcd(size.cols, v);
      same_as_above = same_as_above && here == mask.at(u - 1, v);
    }
    if (u > 0 && !same_as_above) size.rows = std::gcd(size.rows, u);
  }
  return size;
}

// Every size.rows-th row and size.cols-th column.
Mask sampled(const Mask& mask, BlockSize size) {
  Mask part(mask.rows() / size.rows, mask.cols() / size.cols);
  for (std::int64_t u = 0; u < part.rows(); ++u)
    for (std::int64_t v = 0; v < part.cols(); ++v)
      part.set(u, v, mask.at(u * size.rows, v * size.cols));
  return part;
}

struct Edge {
  std::int64_t u, v;
};

std::vector<Edge> edges_of(const Mask& mask) {
  std::vector<Edge> edges;
  for (std::int64_t u = 0; u < mask.rows(); ++u)
    for (std::int64_t v = 0; v < mask.cols(); ++v)
      if (mask.at(u, v)) edges.push_back({u, v});
  return edges;
}

struct Factors {
  Mask outer, inner;
};

// How many edges two factors of a mask would have between them, the inner one of this size. The mask
// is their product exactly when that is how many it has: an edge of a mask has its two parts, but not
// every two parts need make an edge.
std::int64_t edges_of_factors(const std::vector<Edge>& edges, Factors& factors) {
  const std::int64_t rows = factors.inner.rows();
  const std::int64_t cols = factors.inner.cols();
  std::int64_t outer = 0;
  std::int64_t inner = 0;
  for (const auto [u, v] : edges) {
    if (!factors.outer.at(u / rows, v / cols)) ++outer;
    if (!factors.inner.at(u % rows, v % cols)) ++inner;
    factors.outer.set(u / rows, v / cols, true);
    factors.inner.set(u % rows, v % cols, true);
  }
  return outer * inner;
}

// The mask as outer (x) inner with an inner factor of this size; nothing where it is no such product.
std::optional<Factors> split(const Mask& mask, const std::vector<Edge>& edges, BlockSize size) {
  // The first row alone rules out nearly all sizes.
  std::vector<Edge> first_row;
  for (const Edge& edge : edges) {
    if (edge.u != edges.front().u) break;
    first_row.push_back({0, edge.v});
  }
  Factors row_factors{Mask(1, mask.cols() / size.cols), Mask(1, size.cols)};
  if (edges_of_factors(first_row, row_factors) != static_cast<std::int64_t>(first_row.size()))
    return std::nullopt;
  Factors factors{Mask(mask.rows() / size.rows, mask.cols() / size.cols),
                  Mask(size.rows, size.cols)};
  if (edges_of_factors(edges, factors) != static_cast<std::int64_t>(edges.size()))
    return std::nullopt;
  return factors;
}

Rbgp4Pattern pattern_of(const Mask& go, BlockSize gr, const Mask& gi, BlockSize gb) {
  BaseGraph outer = graph_of(go);
  BaseGraph inner = graph_of(gi);
  Rbgp4Config config{.go = outer.config(),
                     .gr = BaseGraphConfig::complete(gr.rows, gr.cols),
                     .gi = inner.config(),
                     .gb = BaseGraphConfig::complete(gb.rows, gb.cols)};
  return Rbgp4Pattern(config, std::move(outer), std::move(inner));
}

// First zero block of this size within the part of the mask that starts at the given entry.
std::optional<BlockViolation> check_complete(const Mask& mask, BlockSize part, BlockSize block,
                                             const Edge& start) {
  for (std::int64_t u = start.u; u < start.u + part.rows; u += block.rows) {
    for (std::int64_t v = start.v; v < start.v + part.cols; v += block.cols) {
      bool zero = true;
      for (std::int64_t i = 0; i < block.rows * block.cols; ++i)
        zero = zero && !mask.at(u + i / block.cols, v + i % block.cols);
      if (zero)
        return BlockViolation{
            .property = BlockProperty::complete, .block = block, .row = u, .col = v};
    }
  }
  return std::nullopt;
}

std::optional<BlockViolation> check_biregular(const Mask& mask) {
  if (mask.count() == 0) return BlockViolation{.property = BlockProperty::non_empty};
  return check_ubs(mask, {1, 1});
}

}  // namespace

Recovery recover(const Mask& mask) {
  if (const auto violation = check_biregular(mask)) return {.violation = violation};
  // Taking the largest Gb first loses nothing: whatever is complete inside another factorisation's Gi,
  // or in its Go where Gi is complete, only leaves those smaller when it moves to Gb.
  const BlockSize gb = largest_complete(mask);
  const Mask rest = sampled(mask, gb);
  const std::vector<Edge> edges = edges_of(rest);

  using Rank = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t>;
  std::optional<Rank> best;
  std::optional<Rbgp4Pattern> pattern;
  for (const std::int64_t rows : divisors(rest.rows())) {
    for (const std::int64_t cols : divisors(rest.cols())) {
      const auto factors = split(rest, edges, {rows, cols});
      if (!factors) continue;
      const BlockSize gr = largest_complete(factors->outer);
      const Mask go = sampled(factors->outer, gr);
      const Rank rank{go.count() + factors->inner.count(), -gr.rows * gr.cols, rows * cols, rows};
      if (best && *best <= rank) continue;
      best = rank;
      pattern = pattern_of(go, gr, factors->inner, gb);
    }
  }
  return {.pattern = std::move(pattern)};
}

Recovery recover(const Mask& mask, const Rbgp4Config& sizes) {
  require(mask.rows() == sizes.rows() && mask.cols() == sizes.cols(), ErrorCode::invalid_argument,
          "the mask is {} x {}, the base graphs of {} make {} x {}", mask.rows(), mask.cols(),
          sizes.to_string(), sizes.rows(), sizes.cols());
  if (mask.count() == 0) return {.violation = BlockViolation{.property = BlockProperty::non_empty}};
  const BlockSize gb{sizes.gb.left, sizes.gb.right};
  const BlockSize row_group{sizes.gi.left * gb.rows, sizes.gi.right * gb.cols};
  const BlockSize tile{sizes.tile_rows(), sizes.tile_cols()};
  if (const auto violation = check_rcubs(mask, {tile, row_group, gb, {1, 1}}))
    return {.violation = violation};

  // All non-zero blocks of a size are equal now, so that any one stands for them: the one around the
  // first entry.
  const std::vector<Edge> edges = edges_of(mask);
  const Edge entry = edges.front();
  const auto block_start = [&](BlockSize size) {
    return Edge{entry.u / size.rows * size.rows, entry.v / size.cols * size.cols};
  };
  if (auto violation = check_complete(mask, tile, row_group, block_start(tile))) {
    violation->level = 1;
    return {.violation = violation};
  }
  if (auto violation = check_complete(mask, gb, {1, 1}, block_start(gb))) {
    violation->level = 3;
    return {.violation = violation};
  }
  Mask go(sizes.go.left, sizes.go.right);
  Mask gi(sizes.gi.left, sizes.gi.right);
  const Edge first = block_start(row_group);
  for (const auto [u, v] : edges) {
    go.set(u / tile.rows, v / tile.cols, true);
    if (u / row_group.rows == first.u / row_group.rows &&
        v / row_group.cols == first.v / row_group.cols)
      gi.set((u - first.u) / gb.rows, (v - first.v) / gb.cols, true);
  }
  return {.pattern = pattern_of(go, {sizes.gr.left, sizes.gr.right}, gi, gb)};
}

}  // namespace rbgp
