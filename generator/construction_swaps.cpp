// Random simple biregular graphs by double-edge swaps.
#include <generator/construction.hpp>

#include <algorithm>

namespace rbgp {
namespace {

constexpr std::size_t kSwapsPerEdge = 20;  // enough to forget the circulant start
// Rows no longer than this are looked through; a byte an entry of the matrix answers for longer ones.
constexpr std::uint32_t kScannedDegree = 16;
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;

// Draws below one bound, the same as RandomWords::below, without its divisions: they are most of the
// time that swaps take.
class BelowBound {
 public:
  explicit BelowBound(std::uint64_t bound)
      : bound_(bound), quotient_(UINT64_MAX / bound), limit_(bound * quotient_) {}

  std::uint64_t draw(RandomWords& random) const {
    std::uint64_t value = random.word();
    while (value >= limit_) value = random.word();
    // The estimate of value / bound is never too large, and too small by two at most.
    std::uint64_t rest = value - high_product(value, quotient_) * bound_;
    while (rest >= bound_) rest -= bound_;
    return rest;
  }

 private:
  __extension__ using Wide = unsigned __int128;
  static std::uint64_t high_product(std::uint64_t a, std::uint64_t b) {
    return static_cast<std::uint64_t>(static_cast<Wide>(a) * b >> 64);
  }

  std::uint64_t bound_;
  std::uint64_t quotient_;
  std::uint64_t limit_;
};

// The edges of a graph under swaps, with a quick answer to "is u joined to v".
class SwappedEdges {
 public:
  explicit SwappedEdges(const BaseGraphConfig& config)
      : degree_(static_cast<std::uint32_t>(config.left_degree)),
        right_(static_cast<std::size_t>(config.right)),
        adjacency_(static_cast<std::size_t>(config.edges())) {
    const std::uint64_t bytes = static_cast<std::uint64_t>(config.left) * right_;
    if (degree_ > kScannedDegree && bytes <= kMostBytes) joined_.resize(bytes, 0);
    for (std::size_t edge = 0; edge < adjacency_.size(); ++edge) {
      adjacency_[edge] = static_cast<std::int32_t>(edge % right_);
      if (!joined_.empty()) joined_[entry(row_of(edge), adjacency_[edge])] = 1;
    }
  }

  // Exchanges the right ends of two edges unless that makes an edge twice.
  void swap(std::size_t a, std::size_t b) {
    const std::size_t row_a = row_of(a);
    const std::size_t row_b = row_of(b);
    const std::int32_t to_a = adjacency_[b];
    const std::int32_t to_b = adjacency_[a];
    // Both are looked up: a guess whether the second is needed would be wrong too often.
    const bool has_a = row_has(row_a, to_a);
    const bool has_b = row_has(row_b, to_b);
    if (static_cast<int>(has_a) | static_cast<int>(has_b)) return;
    adjacency_[a] = to_a;
    adjacency_[b] = to_b;
    if (joined_.empty()) return;
    joined_[entry(row_a, to_b)] = joined_[entry(row_b, to_a)] = 0;
    joined_[entry(row_a, to_a)] = joined_[entry(row_b, to_b)] = 1;
  }

  Adjacency take() { return std::move(adjacency_); }

 private:
  // Edges are counted in 32 bits, which divide several times faster than 64.
  std::size_t row_of(std::size_t edge) const { return static_cast<std::uint32_t>(edge) / degree_; }

  std::size_t entry(std::size_t row, std::int32_t v) const {
    return row * right_ + static_cast<std::size_t>(v);
  }

  bool row_has(std::size_t row, std::int32_t v) const {
    if (!joined_.empty()) return joined_[entry(row, v)] != 0;
    const auto begin = adjacency_.begin() + static_cast<std::ptrdiff_t>(row * degree_);
    const auto end = begin + static_cast<std::ptrdiff_t>(degree_);
    return std::find(begin, end, v) != end;
  }

  std::uint32_t degree_;
  std::size_t right_;
  Adjacency adjacency_;
  std::vector<std::uint8_t> joined_;
};

Adjacency complement_of(const Adjacency& adjacency, const BaseGraphConfig& config) {
  Adjacency others;
  others.reserve(static_cast<std::size_t>(config.left * config.right) - adjacency.size());
  auto edge = adjacency.begin();
  for (std::int64_t u = 0; u < config.left; ++u) {
    const auto end = edge + config.left_degree;
    for (std::int32_t v = 0; v < config.right; ++v) {
      if (edge != end && *edge == v)
        ++edge;
      else
        others.push_back(v);
    }
  }
  return others;
}

}  // namespace

bool reaches_edge_swap(const BaseGraphConfig& config) {
  return std::min(config.left_degree, config.right_degree()) >= 2;
}

std::optional<Draw> sample_edge_swap(const BaseGraphConfig& config, RandomWords& random,
                                     DrawBudget&) {
  if (config.is_complete())
    return Draw{complete_adjacency(config.left, config.right), std::nullopt};
  // The complement of a random graph is as random, and of the two the sparser takes fewer swaps.
  const bool complement = 2 * config.left_degree > config.right;
  BaseGraphConfig swapped = config;
  if (complement) swapped.left_degree = config.right - config.left_degree;
  SwappedEdges edges(swapped);
  const auto count = static_cast<std::size_t>(swapped.edges());
  const BelowBound edge(count);
  for (std::size_t i = 0; i < kSwapsPerEdge * count; ++i) {
    const std::size_t a = edge.draw(random);
    const std::size_t b = edge.draw(random);
    edges.swap(a, b);
  }
  Adjacency adjacency = edges.take();
  sort_rows(adjacency, swapped.left_degree);
  if (complement) adjacency = complement_of(adjacency, swapped);
  return Draw{std::move(adjacency), std::nullopt};
}

}  // namespace rbgp
