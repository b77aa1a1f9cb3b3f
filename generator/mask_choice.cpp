// choose_mask: alternating exchanges of rows and of columns, restarted from shuffled orders.
#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/ranges.h>

#include <generator/construction.hpp>
#include <generator/line_assignment.hpp>
#include <generator/mask_shares.hpp>
#include <generator/random_words.hpp>
#include <rbgp/error.hpp>
#include <rbgp/prune.hpp>

namespace rbgp {
namespace {

// In the order of the enumeration.
constexpr std::string_view kPermuteNames[] = {"none", "vertices", "rows", "cols", "all"};

constexpr std::int64_t kBlock = 4;  // of the block pruning that the result is compared with
constexpr std::size_t kShuffled = 8;  // a restart moves one position in so many
constexpr int kMostRounds = 100;  // of rows and columns in turn
constexpr double kLeastRound = 1e-4;  // relative gain below which a round was the last

// Squares of a matrix by rows and by columns, in units of the largest: no norm overflows.
struct Squares {
  std::int64_t rows = 0;
  std::int64_t cols = 0;
  std::vector<float> by_row, by_col;
};

Squares squares_of(const DenseView& dense) {
  float most = 0;
  for (std::int64_t i = 0; i < dense.size(); ++i)
    most = std::max(most, std::abs(dense.elements[i]));
  const float unit = most > 0 ? most : 1;
  Squares squares{.rows = dense.rows, .cols = dense.cols};
  squares.by_row.resize(static_cast<std::size_t>(dense.size()));
  squares.by_col.resize(static_cast<std::size_t>(dense.size()));
  for (std::int64_t u = 0; u < dense.rows; ++u)
    for (std::int64_t v = 0; v < dense.cols; ++v) {
      const float element = dense.row(u)[v] / unit;
      squares.by_row[static_cast<std::size_t>(u * dense.cols + v)] = element * element;
      squares.by_col[static_cast<std::size_t>(v * dense.rows + u)] = element * element;
    }
  return squares;
}

std::vector<std::int64_t> identity(std::int64_t size) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(size));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  return order;
}

// Which sides may move.
struct Movable {
  bool rows = true;
  bool cols = true;
};

// Counts settled orders.
class Settled {
 public:
  Settled(const MaskSearch& search, MaskProgress progress) : search_(search), progress_(progress) {}

  void add() {
    ++progress_.done;
    if (search_.progress) search_.progress(progress_);
  }

 private:
  const MaskSearch& search_;
  MaskProgress progress_;
};

// The search for the order of one matrix on one pattern.
class OrderSearch {
 public:
  OrderSearch(const Rbgp4Pattern& pattern, const Squares& squares, Movable movable,
              const MaskSearch& search, Settled& settled)
      : squares_(squares),
        movable_(movable),
        search_(search),
        settled_(settled),
        rows_(row_side(pattern, squares.rows)),
        cols_(column_side(pattern, squares.cols)) {}

  // From the user's own order; both sides are written, moved or not.
  MatrixOrder best(RandomWords& random) {
    MatrixOrder best{identity(squares_.rows), identity(squares_.cols)};
    double kept = settle(best);
    for (int restart = 0; restart < search_.restarts; ++restart) {
      MatrixOrder next = best;
      if (movable_.rows) shuffle_some(next.rows, random);
      if (movable_.cols) shuffle_some(next.cols, random);
      const double next_kept = settle(next);
      if (next_kept <= kept) continue;
      kept = next_kept;
      best = std::move(next);
    }
    return best;
  }

 private:
  // Places rows, then columns, until a round gains nothing; what is kept then.
  double settle(MatrixOrder& order) const {
    double kept = 0;
    for (int round = 0; round < kMostRounds; ++round) {
      const double before = kept;
      if (movable_.rows) kept = place(rows_, cols_, order.cols, squares_.by_row, order.rows);
      if (movable_.cols) kept = place(cols_, rows_, order.rows, squares_.by_col, order.cols);
      const bool one_side = movable_.rows != movable_.cols;  // settled by the first round
      if (one_side || kept - before <= kLeastRound * kept) break;
    }
    settled_.add();
    return kept;
  }

  double place(const PatternSide& side, const PatternSide& other,
               const std::vector<std::int64_t>& other_order, const std::vector<float>& squares,
               std::vector<std::int64_t>& order) const {
    const LineGains gains = line_gains(side, other, other_order, squares, search_.threads);
    exchange_lines(gains, side, search_.threads, order);
    return kept_in(gains, side, order);
  }

  static void shuffle_some(std::vector<std::int64_t>& order, RandomWords& random) {
    std::vector<std::size_t> chosen;
    for (std::size_t p = 0; p < order.size(); ++p)
      if (random.below(kShuffled) == 0) chosen.push_back(p);
    for (std::size_t i = chosen.size(); i > 1; --i)
      std::swap(order[chosen[i - 1]], order[chosen[random.below(i)]]);
  }

  const Squares& squares_;
  Movable movable_;
  const MaskSearch& search_;
  Settled& settled_;
  PatternSide rows_, cols_;
};

// What falls on each pair of vertices of one graph while the other graph keeps its edges.
Squares vertex_squares(const Rbgp4Pattern& pattern, const Squares& squares, bool outer) {
  const PatternSide rows = row_side(pattern, squares.rows);
  const PatternSide cols = column_side(pattern, squares.cols);
  const BaseGraph& wanted = outer ? pattern.go() : pattern.gi();
  const BaseGraph& fixed = outer ? pattern.gi() : pattern.go();
  const auto split = [&](std::int32_t each, const PatternSide& side) {
    const std::int64_t inner = side.inner.config().left;
    const std::pair<std::int64_t, std::int64_t> digits{each / inner, each % inner};
    return outer ? digits : std::pair{digits.second, digits.first};
  };
  Squares sums{.rows = wanted.config().left, .cols = wanted.config().right};
  std::vector<double> exact(static_cast<std::size_t>(sums.rows * sums.cols), 0);
  std::vector<char> joined(static_cast<std::size_t>(fixed.config().right));
  for (std::int64_t u = 0; u < squares.rows; ++u) {
    const auto [row, fixed_row] = split(rows.class_of[static_cast<std::size_t>(u)], rows);
    std::fill(joined.begin(), joined.end(), char{0});
    for (const std::int32_t v : fixed.neighbours(fixed_row))
      joined[static_cast<std::size_t>(v)] = 1;
    for (std::int64_t v = 0; v < squares.cols; ++v) {
      const auto [col, fixed_col] = split(cols.class_of[static_cast<std::size_t>(v)], cols);
      if (joined[static_cast<std::size_t>(fixed_col)])
        exact[static_cast<std::size_t>(row * sums.cols + col)] +=
            static_cast<double>(squares.by_row[static_cast<std::size_t>(u * squares.cols + v)]);
    }
  }
  for (const double each : exact) sums.by_row.push_back(static_cast<float>(each));
  for (std::int64_t col = 0; col < sums.cols; ++col)
    for (std::int64_t row = 0; row < sums.rows; ++row)
      sums.by_col.push_back(sums.by_row[static_cast<std::size_t>(row * sums.cols + col)]);
  return sums;
}

// A base graph as a pattern of its own: the search for its vertices is that for rows and columns.
Rbgp4Pattern alone(const BaseGraph& graph) {
  return {Rbgp4Config{.go = graph.config()}, graph, BaseGraph({}, {0})};
}

BaseGraph with_best_names(const Rbgp4Pattern& pattern, const Squares& squares, bool outer,
                          const MaskSearch& search, Settled& settled, RandomWords& random) {
  const BaseGraph& graph = outer ? pattern.go() : pattern.gi();
  if (graph.config().is_complete()) return graph;
  const Squares sums = vertex_squares(pattern, squares, outer);
  const MatrixOrder order = OrderSearch(alone(graph), sums, {}, search, settled).best(random);
  return graph.relabelled(order.rows, order.cols);
}

// Kernels may need that Gi is a lift by its numbering. Where rows and columns may move, they do what its vertices would.
bool stays_a_lift(const Rbgp4Pattern& pattern, const MaskSearch& search) {
  return search.permute == Permute::all && clones_of(pattern.gi()) > 1;
}

// Go's vertices while Gi keeps its names, then Gi's, until neither keeps more.
Rbgp4Pattern choose_vertices(const Rbgp4Pattern& pattern, const Squares& squares,
                             const DenseView& dense, const MaskSearch& search,
                             RandomWords& random) {
  Rbgp4Pattern best = pattern;
  Settled settled(search, {.moving = "vertices"});
  double kept = kept_by_pattern(best, {}, dense).share;
  for (int round = 0; round < kMostRounds; ++round) {
    Rbgp4Pattern next = best;
    for (const bool outer : {true, false}) {
      if (!outer && stays_a_lift(next, search)) continue;
      BaseGraph named = with_best_names(next, squares, outer, search, settled, random);
      next = outer ? Rbgp4Pattern(next.config(), std::move(named), next.gi())
                   : Rbgp4Pattern(next.config(), next.go(), std::move(named));
    }
    const double next_kept = kept_by_pattern(next, {}, dense).share;
    if (next_kept <= kept * (1 + kLeastRound)) break;
    kept = next_kept;
    best = std::move(next);
  }
  return best;
}

void require_finite(const DenseView& dense) {
  for (std::int64_t i = 0; i < dense.size(); ++i)
    require(std::isfinite(dense.elements[i]), ErrorCode::invalid_argument,
            "element {} of row {}, column {} is not finite; its magnitude has no rank",
            dense.elements[i], i / dense.cols, i % dense.cols);
}

// Vertices first, then what else may move; nothing that keeps less than before.
void move_lines(const DenseView& dense, const MaskSearch& search, MaskChoice& choice) {
  const Squares squares = squares_of(dense);
  RandomWords random(search.seed);
  choice.pattern = choose_vertices(choice.pattern, squares, dense, search, random);
  if (search.permute == Permute::vertices) return;
  const Movable movable{.rows = search.permute != Permute::cols,
                        .cols = search.permute != Permute::rows};
  Settled settled(search, {.moving = "rows and columns", .of = search.restarts + 1});
  MatrixOrder order = OrderSearch(choice.pattern, squares, movable, search, settled).best(random);
  if (order.rows == identity(dense.rows)) order.rows.clear();
  if (order.cols == identity(dense.cols)) order.cols.clear();
  const double kept = kept_by_pattern(choice.pattern, {}, dense).share;
  if (kept_by_pattern(choice.pattern, order, dense).share > kept) choice.order = std::move(order);
}

}  // namespace

std::string_view to_string(Permute permute) {
  return kPermuteNames[static_cast<std::size_t>(permute)];
}

Permute permute_named(std::string_view name) {
  const auto* const found = std::find(std::begin(kPermuteNames), std::end(kPermuteNames), name);
  require(found != std::end(kPermuteNames), ErrorCode::invalid_argument,
          "permute '{}': there are {}", name, fmt::join(kPermuteNames, ", "));
  return static_cast<Permute>(found - std::begin(kPermuteNames));
}

MaskChoice choose_mask(const Rbgp4Pattern& pattern, std::int64_t rows, std::int64_t cols,
                       const float* dense, const MaskSearch& search) {
  require(rows >= 1 && rows <= pattern.rows() && cols >= 1 && cols <= pattern.cols(),
          ErrorCode::invalid_argument, "a {} x {} matrix does not lie on the {} x {} pattern", rows,
          cols, pattern.rows(), pattern.cols());
  require(search.restarts >= 0, ErrorCode::invalid_argument, "restarts: {} is below 0",
          search.restarts);
  const DenseView view{rows, cols, dense};
  require_finite(view);
  MaskChoice choice{.pattern = pattern};
  if (search.permute != Permute::none) move_lines(view, search, choice);
  const Kept sampled = kept_by_pattern(pattern, {}, view);
  const Kept chosen = kept_by_pattern(choice.pattern, choice.order, view);
  const Kept blocks = kept_by_blocks(view, kBlock, chosen.elements);
  choice.shares = {
      .as_sampled = sampled.share,
      .chosen = chosen.share,
      .random = static_cast<double>(chosen.elements) / static_cast<double>(view.size()),
      .blocks = blocks.share,
      .unstructured = kept_unstructured(view, chosen.elements).share,
      .kept = chosen.elements,
      .block_kept = blocks.elements,
      .sampled_kept = sampled.elements};
  return choice;
}

}  // namespace rbgp
