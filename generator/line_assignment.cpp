#include <generator/line_assignment.hpp>

#include <algorithm>
#include <numeric>

#include <generator/construction.hpp>
#include <generator/parallel_parts.hpp>

namespace rbgp {
namespace {

// An exchange that keeps no more than this share of what its two lines keep may be rounding.
constexpr float kLeastGain = 1e-6F;
constexpr int kMostBatches = 1000;

BaseGraph transposed(const BaseGraph& graph) {
  const BaseGraphConfig& config = graph.config();
  const BaseGraphConfig swapped{config.right, config.left, config.right_degree()};
  Adjacency adjacency(graph.adjacency().size());
  std::vector<std::int64_t> filled(static_cast<std::size_t>(config.right), 0);
  for (std::int64_t u = 0; u < config.left; ++u)
    for (const std::int32_t v : graph.neighbours(u))
      adjacency[static_cast<std::size_t>(v * swapped.left_degree +
                                         filled[static_cast<std::size_t>(v)]++)] =
          static_cast<std::int32_t>(u);
  return {swapped, std::move(adjacency)};
}

// Classes of positions with the digits (outer, repeated, inner, block).
std::vector<std::int32_t> classes_of(std::int64_t positions, std::int64_t repeated,
                                     std::int64_t inner, std::int64_t block) {
  std::vector<std::int32_t> classes(static_cast<std::size_t>(positions));
  for (std::int64_t p = 0; p < positions; ++p) {
    const std::int64_t inner_vertex = p / block % inner;
    const std::int64_t outer_vertex = p / block / inner / repeated;
    classes[static_cast<std::size_t>(p)] =
        static_cast<std::int32_t>(outer_vertex * inner + inner_vertex);
  }
  return classes;
}

// The gains of one line, with its scratch memory.
class LineSums {
 public:
  LineSums(const PatternSide& side, const PatternSide& other)
      : side_(side),
        other_(other),
        outer_(static_cast<std::size_t>(other.outer.config().left)),
        inner_(static_cast<std::size_t>(side.inner.config().left)),
        by_class_(static_cast<std::size_t>(other.classes())),
        by_inner_(outer_ * inner_) {}

  void sum(const float* line, std::span<const std::int64_t> other_order, float* gains) {
    gather(line, other_order);
    // Sums over the inner graph, then over the outer one: each is made once and used for many classes.
    std::fill(by_inner_.begin(), by_inner_.end(), 0.0F);
    for (std::size_t ui = 0; ui < inner_; ++ui)
      for (const std::int32_t vi : side_.inner.neighbours(static_cast<std::int64_t>(ui))) {
        const float* const from = by_class_.data() + static_cast<std::size_t>(vi) * outer_;
        for (std::size_t vo = 0; vo < outer_; ++vo) by_inner_[vo * inner_ + ui] += from[vo];
      }
    std::fill_n(gains, side_.classes(), 0.0F);
    for (std::int64_t uo = 0; uo < side_.outer.config().left; ++uo) {
      float* const to = gains + uo * static_cast<std::int64_t>(inner_);
      for (const std::int32_t vo : side_.outer.neighbours(uo)) {
        const float* const from = by_inner_.data() + static_cast<std::size_t>(vo) * inner_;
        for (std::size_t ui = 0; ui < inner_; ++ui) to[ui] += from[ui];
      }
    }
  }

 private:
  // The line's squares by the other side's class: inner vertex * outer vertices + outer vertex.
  void gather(const float* line, std::span<const std::int64_t> other_order) {
    const auto other_inner = static_cast<std::size_t>(other_.inner.config().left);
    std::fill(by_class_.begin(), by_class_.end(), 0.0F);
    for (std::size_t p = 0; p < other_order.size(); ++p) {
      const auto each = static_cast<std::size_t>(other_.class_of[p]);
      by_class_[each % other_inner * outer_ + each / other_inner] += line[other_order[p]];
    }
  }

  const PatternSide& side_;
  const PatternSide& other_;
  std::size_t outer_, inner_;  // vertices: outer ones of the other side, inner ones of this
  std::vector<float> by_class_, by_inner_;
};

// Exchanges in batches of disjoint pairs, whose gains add up: each position looks for its best partner,
// then the best pairs are taken. Positions that did not move, and whose partner did not, need only look at
// those that did.
class Exchanges {
 public:
  Exchanges(const LineGains& gains, const PatternSide& side, std::vector<std::int64_t>& order)
      : gains_(gains),
        side_(side),
        order_(order),
        kept_(order.size()),
        best_(order.size()),
        moved_(order.size(), 1),
        moved_list_(order.size()) {
    std::iota(moved_list_.begin(), moved_list_.end(), std::size_t{0});
    for (const std::size_t p : moved_list_) update(p);
  }

  // Whether any pair was exchanged.
  bool run_batch(int threads) {
    const auto positions = static_cast<std::int64_t>(order_.size());
    parallel_parts(positions, threads, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t a = begin; a < end; ++a) look(static_cast<std::size_t>(a));
    });
    std::vector<std::size_t> wishes;
    for (std::size_t a = 0; a < best_.size(); ++a)
      if (best_[a].gain > kLeastGain * (kept_[a] + kept_[best_[a].partner])) wishes.push_back(a);
    std::sort(wishes.begin(), wishes.end(), [&](std::size_t a, std::size_t b) {
      return best_[a].gain != best_[b].gain ? best_[a].gain > best_[b].gain : a < b;
    });
    std::fill(moved_.begin(), moved_.end(), char{0});
    moved_list_.clear();
    for (const std::size_t a : wishes) {
      const std::size_t b = best_[a].partner;
      if (moved_[a] || moved_[b]) continue;
      std::swap(order_[a], order_[b]);
      for (const std::size_t p : {a, b}) {
        moved_[p] = 1;
        moved_list_.push_back(p);
        update(p);
      }
    }
    return !moved_list_.empty();
  }

 private:
  struct Best {
    float gain = 0;
    std::size_t partner = 0;
  };

  const float* of_line(std::size_t p) const {
    return gains_.by_line.data() + order_[p] * gains_.classes;
  }
  void update(std::size_t p) { kept_[p] = of_line(p)[side_.class_of[p]]; }

  void look(std::size_t a) {
    const float* const line = of_line(a);
    const float* const here =
        gains_.by_class.data() + static_cast<std::int64_t>(side_.class_of[a]) * gains_.lines;
    Best& best = best_[a];
    // Within a class nothing is gained: the sum comes out as exactly zero.
    const auto consider = [&](std::size_t b) {
      const float gain = (line[side_.class_of[b]] + here[order_[b]]) - (kept_[a] + kept_[b]);
      if (gain > best.gain) best = {gain, b};
    };
    if (moved_[a] || moved_[best.partner]) {
      best = {0, a};
      for (std::size_t b = 0; b < order_.size(); ++b) consider(b);
    } else {
      for (const std::size_t b : moved_list_) consider(b);
    }
  }

  const LineGains& gains_;
  const PatternSide& side_;
  std::vector<std::int64_t>& order_;
  std::vector<float> kept_;  // by the line at a position, where it stands
  std::vector<Best> best_;
  std::vector<char> moved_;  // in the last batch; at first all count as moved
  std::vector<std::size_t> moved_list_;
};

}  // namespace

PatternSide row_side(const Rbgp4Pattern& pattern, std::int64_t positions) {
  const Rbgp4Config& config = pattern.config();
  return {pattern.go(), pattern.gi(),
          classes_of(positions, config.gr.left, config.gi.left, config.gb.left)};
}

PatternSide column_side(const Rbgp4Pattern& pattern, std::int64_t positions) {
  const Rbgp4Config& config = pattern.config();
  return {transposed(pattern.go()), transposed(pattern.gi()),
          classes_of(positions, config.gr.right, config.gi.right, config.gb.right)};
}

LineGains line_gains(const PatternSide& side, const PatternSide& other,
                     std::span<const std::int64_t> other_order, const std::vector<float>& squares,
                     int threads) {
  LineGains gains{.lines = static_cast<std::int64_t>(side.class_of.size()),
                  .classes = side.classes()};
  const auto entries = static_cast<std::size_t>(gains.lines * gains.classes);
  gains.by_line.resize(entries);
  gains.by_class.resize(entries);
  const auto length = static_cast<std::int64_t>(other_order.size());
  parallel_parts(gains.lines, threads, [&](std::int64_t begin, std::int64_t end) {
    LineSums sums(side, other);
    for (std::int64_t line = begin; line < end; ++line)
      sums.sum(squares.data() + line * length, other_order,
               gains.by_line.data() + line * gains.classes);
    for (std::int64_t each = 0; each < gains.classes; ++each)
      for (std::int64_t line = begin; line < end; ++line)
        gains.by_class[static_cast<std::size_t>(each * gains.lines + line)] =
            gains.by_line[static_cast<std::size_t>(line * gains.classes + each)];
  });
  return gains;
}

double kept_in(const LineGains& gains, const PatternSide& side,
               std::span<const std::int64_t> order) {
  double kept = 0;
  for (std::size_t p = 0; p < order.size(); ++p)
    kept += static_cast<double>(
        gains.by_line[static_cast<std::size_t>(order[p] * gains.classes + side.class_of[p])]);
  return kept;
}

bool exchange_lines(const LineGains& gains, const PatternSide& side, int threads,
                    std::vector<std::int64_t>& order) {
  Exchanges exchanges(gains, side, order);
  bool any = false;
  for (int batch = 0; batch < kMostBatches && exchanges.run_batch(threads); ++batch) any = true;
  return any;
}

}  // namespace rbgp
