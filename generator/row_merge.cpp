#include <generator/row_merge.hpp>

#include <algorithm>
#include <bit>
#include <numeric>
#include <utility>

#include <generator/random_words.hpp>
#include <rbgp/error.hpp>

namespace rbgp {
namespace {

// Exchanges tried: past these, ten times as many found one column less now and then.
constexpr std::int64_t kExchangesPerVertex = 4000;
constexpr std::int64_t kMaxExchanges = 500'000;
constexpr std::int64_t kFirstWorsening = 2;  // columns by which an exchange may be worse at first

// The neighbours of a vertex, or of a group, as bits.
using Bits = std::vector<std::uint64_t>;

Bits neighbour_bits(const BaseGraph& graph, std::int64_t u) {
  Bits bits(static_cast<std::size_t>((graph.config().right + 63) / 64), 0);
  for (const std::int32_t v : graph.neighbours(u))
    bits[static_cast<std::size_t>(v) / 64] |= std::uint64_t{1} << (v % 64);
  return bits;
}

std::int64_t union_size(const Bits& a, const Bits& b) {
  std::int64_t size = 0;
  for (std::size_t i = 0; i < a.size(); ++i) size += std::popcount(a[i] | b[i]);
  return size;
}

void unite(Bits& into, const Bits& with) {
  for (std::size_t i = 0; i < into.size(); ++i) into[i] |= with[i];
}

class Merger {
 public:
  Merger(const BaseGraph& graph, std::int64_t merge)
      : merge_(static_cast<std::size_t>(merge)),
        members_(static_cast<std::size_t>(graph.config().left)) {
    for (std::int64_t u = 0; u < graph.config().left; ++u)
      bits_.push_back(neighbour_bits(graph, u));
    std::iota(members_.begin(), members_.end(), 0);
  }

  // Each group starts with the first vertex that is left and takes what adds the fewest columns.
  void build() {
    for (std::size_t begin = 0; begin < members_.size(); begin += merge_) {
      Bits all = bits_[vertex(begin)];
      for (std::size_t place = begin + 1; place < begin + merge_; ++place) {
        std::size_t best = place;
        for (std::size_t i = place; i < members_.size(); ++i)
          if (union_size(all, bits_[vertex(i)]) < union_size(all, bits_[vertex(best)])) best = i;
        // Rotated and not swapped: the others stay in order.
        std::rotate(members_.begin() + static_cast<std::ptrdiff_t>(place),
                    members_.begin() + static_cast<std::ptrdiff_t>(best),
                    members_.begin() + static_cast<std::ptrdiff_t>(best) + 1);
        unite(all, bits_[vertex(place)]);
      }
    }
  }

  // Exchanges members of different groups at random, at first also where that makes unions larger, by less
  // and less (threshold accepting). The sum of their squares is what falls; what is kept is the best that
  // was seen, by the largest union and then by the sum of all.
  void improve() {
    const auto vertices = static_cast<std::int64_t>(members_.size());
    RandomWords random(0);
    std::vector<std::int64_t> sizes;
    for (std::size_t group = 0; group < members_.size() / merge_; ++group)
      sizes.push_back(size_of(group));
    const auto measure = [&] {
      return std::pair{*std::max_element(sizes.begin(), sizes.end()),
                       std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0})};
    };
    auto best = measure();
    std::vector<std::int32_t> best_members = members_;
    const std::int64_t exchanges = std::min(kExchangesPerVertex * vertices, kMaxExchanges);
    // What one more column costs, about.
    const std::int64_t column = 2 * best.first;
    for (std::int64_t left = exchanges; left > 0; --left) {
      const auto i = static_cast<std::size_t>(random.below(members_.size()));
      const auto j = static_cast<std::size_t>(random.below(members_.size()));
      const std::size_t first = i / merge_, second = j / merge_;
      if (first == second) continue;
      std::swap(members_[i], members_[j]);
      const std::int64_t a = size_of(first), b = size_of(second);
      const std::int64_t worse =
          a * a + b * b - sizes[first] * sizes[first] - sizes[second] * sizes[second];
      const std::int64_t allowed = kFirstWorsening * column * left / exchanges;
      if (worse >
          static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(allowed) + 1))) {
        std::swap(members_[i], members_[j]);
        continue;
      }
      sizes[first] = a, sizes[second] = b;
      if (worse < 0) {
        const auto now = measure();
        if (now < best) best = now, best_members = members_;
      }
    }
    members_ = std::move(best_members);
  }

  const std::vector<std::int32_t>& members() const { return members_; }

  Bits group_bits(std::size_t group) const {
    Bits all = bits_[vertex(group * merge_)];
    for (std::size_t m = 1; m < merge_; ++m) unite(all, bits_[vertex(group * merge_ + m)]);
    return all;
  }

 private:
  std::size_t vertex(std::size_t place) const { return static_cast<std::size_t>(members_[place]); }

  std::int64_t size_of(std::size_t group) const {
    std::int64_t size = 0;
    for (std::size_t word = 0; word < bits_.front().size(); ++word) {
      std::uint64_t all = 0;
      for (std::size_t m = 0; m < merge_; ++m) all |= bits_[vertex(group * merge_ + m)][word];
      size += std::popcount(all);
    }
    return size;
  }

  std::size_t merge_;
  std::vector<Bits> bits_;
  std::vector<std::int32_t> members_;
};

std::vector<std::int32_t> ascending(const Bits& bits) {
  std::vector<std::int32_t> columns;
  for (std::size_t word = 0; word < bits.size(); ++word)
    for (std::uint64_t left = bits[word]; left != 0; left &= left - 1)
      columns.push_back(static_cast<std::int32_t>(word * 64) + std::countr_zero(left));
  return columns;
}

// Up to `degree` columns, with those that no member has: what is multiplied by zero in all rows is then, as
// everywhere in a merged group, off the pattern.
void fill_up(std::vector<std::int32_t>& ascending, std::size_t degree) {
  for (std::int32_t column = 0; ascending.size() < degree; ++column) {
    const auto at = std::lower_bound(ascending.begin(), ascending.end(), column);
    if (at == ascending.end() || *at != column) ascending.insert(at, column);
  }
}

}  // namespace

std::int64_t max_union_degree(const BaseGraphConfig& config, std::int64_t merge) {
  return std::min(config.right, merge * config.left_degree);
}

RowMerge merge_rows(const BaseGraph& graph, std::int64_t merge) {
  const BaseGraphConfig& config = graph.config();
  require(merge >= 1 && config.left % merge == 0, ErrorCode::internal,
          "merge_rows: {} does not divide {} vertices", merge, config.left);
  Merger merger(graph, merge);
  if (merge > 1) {
    merger.build();
    if (merge < config.left) merger.improve();
  }
  RowMerge merged{.groups = config.left / merge, .merge = merge, .members = merger.members()};
  std::vector<std::vector<std::int32_t>> columns;
  for (std::int64_t group = 0; group < merged.groups; ++group) {
    columns.push_back(ascending(merger.group_bits(static_cast<std::size_t>(group))));
    merged.union_degree =
        std::max(merged.union_degree, static_cast<std::int64_t>(columns.back().size()));
  }
  for (std::int64_t group = 0; group < merged.groups; ++group) {
    std::vector<std::int32_t>& own = columns[static_cast<std::size_t>(group)];
    const auto degree = static_cast<std::size_t>(merged.union_degree);
    fill_up(own, degree);
    merged.columns.insert(merged.columns.end(), own.begin(), own.end());
    for (std::int64_t m = 0; m < merge; ++m) {
      const auto row =
          graph.neighbours(merged.members[static_cast<std::size_t>(group * merge + m)]);
      for (std::size_t i = 0; i < degree; ++i) {
        const auto found = std::lower_bound(row.begin(), row.end(), own[i]);
        merged.sources.push_back(found != row.end() && *found == own[i]
                                     ? static_cast<std::int32_t>(found - row.begin())
                                     : -1);
      }
    }
  }
  return merged;
}

}  // namespace rbgp
