// Random simple biregular graphs by double-edge swaps.
#include <generator/construction.hpp>

#include <algorithm>

namespace rbgp {
namespace {

constexpr std::size_t kSwapsPerEdge = 20;  // enough to forget the circulant start
// Rows no longer than this are looked through; a byte an entry of the matrix answers for longer ones.
constexpr std::size_t kScannedDegree = 16;
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;

__extension__ using Wide = unsigned __int128;
std::uint64_t high_product(std::uint64_t a, std::uint64_t b) {
  return static_cast<std::uint64_t>(static_cast<Wide>(a) * b >> 64);
}

// Draws below one bound, the same as RandomWords::below, without its divisions: they are most of the
// time that swaps take.
class BelowBound {
 public:
  explicit BelowBound(std::uint64_t bound)
      : bound_(bound), quotient_(UINT64_MAX / bound), limit_(bound * quotient_) {}

  std::uint64_t draw(RandomWords& random) const {
    std::uint64_t value = random.word();
    while (value >= limit_) value = random.word();
    // The estimate of value / bound is never too large, and too small by two at most. No branch: every
    // other one would be guessed wrong.
    std::uint64_t rest = value - high_product(value, quotient_) * bound_;
    for (int i = 0; i < 2; ++i)
      rest -= bound_ & (std::uint64_t{0} - static_cast<std::uint64_t>(rest >= bound_));
    return rest;
  }

 private:
  std::uint64_t bound_;
  std::uint64_t quotient_;
  std::uint64_t limit_;
};

// The edges of a graph under swaps, with a quick answer to "is u joined to v".
class SwappedEdges {
 public:
  explicit SwappedEdges(const BaseGraphConfig& config)
      : degree_(static_cast<std::size_t>(config.left_degree)),
        row_factor_(UINT64_MAX / degree_ + 1),
        right_(static_cast<std::size_t>(config.right)),
        adjacency_(static_cast<std::size_t>(config.edges())) {
    const std::uint64_t bytes = static_cast<std::uint64_t>(config.left) * right_;
    if (degree_ > kScannedDegree && bytes <= kMostBytes) joined_.resize(bytes, 0);
    for (std::size_t edge = 0; edge < adjacency_.size(); ++edge) {
      adjacency_[edge] = static_cast<std::int32_t>(edge % right_);
      if (!joined_.empty()) joined_[entry(row_of(edge), adjacency_[edge])] = 1;
    }
  }

  // `count` times: draws two edges and exchanges their right ends unless that makes an edge twice.
  void swap_random(std::size_t count, const BelowBound& edge, RandomWords& random) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t a = edge.draw(random);
      const std::size_t b = edge.draw(random);
      if (joined_.empty())
        swap_by_scan(a, b);
      else
        swap_by_table(a, b);
    }
  }

  Adjacency take() { return std::move(adjacency_); }

 private:
  // edge / degree as a multiplication: exact while edge * degree is below 2^64.
  std::size_t row_of(std::size_t edge) const {
    return degree_ == 1 ? edge : high_product(edge, row_factor_);
  }

  std::size_t entry(std::size_t row, std::int32_t v) const {
    return row * right_ + static_cast<std::size_t>(v);
  }

  bool row_has(std::size_t row, std::int32_t v) const {
    const auto begin = adjacency_.begin() + static_cast<std::ptrdiff_t>(row * degree_);
    const auto end = begin + static_cast<std::ptrdiff_t>(degree_);
    return std::find(begin, end, v) != end;
  }

  void swap_by_scan(std::size_t a, std::size_t b) {
    const std::int32_t to_a = adjacency_[b];
    const std::int32_t to_b = adjacency_[a];
    // Both are looked up: a guess whether the second is needed would be wrong too often.
    const bool has_a = row_has(row_of(a), to_a);
    const bool has_b = row_has(row_of(b), to_b);
    if (static_cast<int>(has_a) | static_cast<int>(has_b)) return;
    adjacency_[a] = to_a;
    adjacency_[b] = to_b;
  }

  // Without a branch on the outcome, which nothing could predict: what stays is written back. Where the
  // edges share a row or an end, the pair is refused, and the entries that fall together get one value.
  void swap_by_table(std::size_t a, std::size_t b) {
    const std::int32_t end_a = adjacency_[a];
    const std::int32_t end_b = adjacency_[b];
    std::uint8_t* const row_a = joined_.data() + row_of(a) * right_;
    std::uint8_t* const row_b = joined_.data() + row_of(b) * right_;
    const std::uint8_t a_has = row_a[end_b];
    const std::uint8_t b_has = row_b[end_a];
    const auto refused = static_cast<std::uint8_t>(a_has | b_has);
    const std::int32_t exchange = (end_a ^ end_b) & (static_cast<std::int32_t>(refused) - 1);
    adjacency_[a] = end_a ^ exchange;
    adjacency_[b] = end_b ^ exchange;
    const auto accepted = static_cast<std::uint8_t>(1 - refused);
    row_a[end_a] = refused;
    row_b[end_b] = refused;
    row_a[end_b] = static_cast<std::uint8_t>(a_has | accepted);
    row_b[end_a] = static_cast<std::uint8_t>(b_has | accepted);
  }

  std::size_t degree_;
  std::uint64_t row_factor_;  // 2^64 over a degree above 1, rounded up
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
  edges.swap_random(kSwapsPerEdge * count, edge, random);
  Adjacency adjacency = edges.take();
  sort_rows(adjacency, swapped.left_degree);
  if (complement) adjacency = complement_of(adjacency, swapped);
  return Draw{std::move(adjacency), std::nullopt};
}

}  // namespace rbgp
