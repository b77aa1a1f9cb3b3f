#include <generator/row_merge.hpp>

#include <algorithm>
#include <bit>
#include <numeric>
#include <utility>

#include <rbgp/error.hpp>

namespace rbgp {
namespace {

constexpr int kMaxRounds = 8;  // of exchanges; each round that is not the last shrinks something
constexpr std::int64_t kMaxExchangeVertices = 512;  // exchanges look at every pair of vertices

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

  // Exchanges two members of different groups where that lowers the larger of the two unions, or
  // their sum without raising the larger.
  void improve() {
    bool better = true;
    for (int round = 0; round < kMaxRounds && better; ++round) {
      better = false;
      for (std::size_t i = 0; i < members_.size(); ++i)
        for (std::size_t j = (i / merge_ + 1) * merge_; j < members_.size(); ++j) {
          const auto before = sizes(i, j);
          std::swap(members_[i], members_[j]);
          if (sizes(i, j) < before)
            better = true;
          else
            std::swap(members_[i], members_[j]);
        }
    }
  }

  const std::vector<std::int32_t>& members() const { return members_; }

  Bits group_bits(std::size_t group) const {
    Bits all = bits_[vertex(group * merge_)];
    for (std::size_t m = 1; m < merge_; ++m) unite(all, bits_[vertex(group * merge_ + m)]);
    return all;
  }

 private:
  std::size_t vertex(std::size_t place) const { return static_cast<std::size_t>(members_[place]); }

  // The larger of the unions that two places lie in, and their sum.
  std::pair<std::int64_t, std::int64_t> sizes(std::size_t i, std::size_t j) const {
    const Bits first = group_bits(i / merge_);
    const Bits second = group_bits(j / merge_);
    const std::int64_t a = union_size(first, first);
    const std::int64_t b = union_size(second, second);
    return {std::max(a, b), a + b};
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
    if (config.left <= kMaxExchangeVertices) merger.improve();
  }
  RowMerge merged{.groups = config.left / merge, .merge = merge, .members = merger.members()};
  std::vector<std::vector<std::int32_t>> columns;
  for (std::int64_t group = 0; group < merged.groups; ++group) {
    columns.push_back(ascending(merger.group_bits(static_cast<std::size_t>(group))));
    merged.union_degree =
        std::max(merged.union_degree, static_cast<std::int64_t>(columns.back().size()));
  }
  for (std::int64_t group = 0; group < merged.groups; ++group) {
    const std::vector<std::int32_t>& own = columns[static_cast<std::size_t>(group)];
    const auto degree = static_cast<std::size_t>(merged.union_degree);
    for (std::size_t i = 0; i < degree; ++i)
      merged.columns.push_back(own[std::min(i, own.size() - 1)]);
    for (std::int64_t m = 0; m < merge; ++m) {
      const auto row =
          graph.neighbours(merged.members[static_cast<std::size_t>(group * merge + m)]);
      for (std::size_t i = 0; i < degree; ++i) {
        const auto found =
            i < own.size() ? std::lower_bound(row.begin(), row.end(), own[i]) : row.end();
        merged.sources.push_back(found != row.end() && *found == own[i]
                                     ? static_cast<std::int32_t>(found - row.begin())
                                     : -1);
      }
    }
  }
  return merged;
}

}  // namespace rbgp
