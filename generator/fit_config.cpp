#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <tuple>

#include <rbgp/error.hpp>
#include <rbgp/memory.hpp>

namespace rbgp {
namespace {

constexpr std::int64_t kMaxSide = std::int64_t{1} << 20;  // vertices on a side of a base graph

// How a side of the matrix is cut into digits of Go, Gr, Gi and Gb.
struct Side {
  std::int64_t go, gr, gi, gb;
  std::int64_t tile() const { return gr * gi * gb; }
};

std::vector<std::int64_t> divisors(std::int64_t number) {
  std::vector<std::int64_t> found;
  for (std::int64_t d = 1; d <= number / d; ++d) {
    if (number % d != 0) continue;
    found.push_back(d);
    if (d != number / d) found.push_back(number / d);
  }
  return found;
}

// All ways to cut a side whose Gr and Gb divide the wanted ones.
std::vector<Side> cuts(std::int64_t length, const Side& wanted) {
  std::vector<Side> found;
  for (const std::int64_t gr : divisors(wanted.gr))
    for (const std::int64_t gb : divisors(wanted.gb))
      if (length % (gr * gb) == 0)
        for (const std::int64_t gi : divisors(length / (gr * gb)))
          found.push_back({length / (gr * gb * gi), gr, gi, gb});
  return found;
}

// Gi shrinks first, then Gr and Gb, where a side is smaller than the wanted tile.
Side capped(Side side, std::int64_t length) {
  side.gb = std::min(side.gb, length);
  side.gr = std::min(side.gr, length / side.gb);
  side.gi = std::min(side.gi, length / (side.gr * side.gb));
  return side;
}

// At least 1. Division and product are rounded alike on every machine, a logarithm need not be.
double factor_between(double a, double b) { return std::max(a, b) / std::min(a, b); }

double distance(std::int64_t row, std::int64_t wanted_row, std::int64_t col,
                std::int64_t wanted_col) {
  return factor_between(static_cast<double>(row), static_cast<double>(wanted_row)) *
         factor_between(static_cast<double>(col), static_cast<double>(wanted_col));
}

bool falls_apart(const BaseGraphConfig& graph) {
  return !graph.is_complete() && std::min(graph.left_degree, graph.right_degree()) == 1;
}

// The number of non-zeros of a row that gives a sparsity. Columns have integer degrees, too, exactly
// when it is a multiple of cols/gcd(rows, cols).
std::int64_t row_nonzeros(std::int64_t rows, std::int64_t cols, double sparsity_percent,
                          bool nearest) {
  const std::int64_t parts = std::gcd(rows, cols);
  const double wanted = (1 - sparsity_percent / 100) * static_cast<double>(parts);
  auto part = static_cast<std::int64_t>(std::llround(wanted));
  if (nearest) part = std::max<std::int64_t>(part, 1);
  constexpr double kTyped = 1e-9;  // 66.66666667 means two thirds
  if (!nearest && (part < 1 || std::abs(wanted - static_cast<double>(part)) >
                                   kTyped * static_cast<double>(parts))) {
    const auto below = static_cast<std::int64_t>(std::floor(wanted));
    const auto percent = [&](std::int64_t count) {
      return fmt::format("{:.10g} %",
                         100 - 100 * static_cast<double>(count) / static_cast<double>(parts));
    };
    fail(ErrorCode::invalid_argument,
         "a sparsity of {:.10g} % gives a {} x {} matrix no integer degrees; nearest is {}{}",
         sparsity_percent, rows, cols, percent(below + 1),
         below >= 1 ? " or " + percent(below) : std::string());
  }
  return part * (cols / parts);
}

// A configuration and why another is better.
struct Candidate {
  std::tuple<bool, double, double, double, std::int64_t, std::int64_t, std::int64_t> rank;
  Rbgp4Config config;
};

// Tries every split of a row's non-zeros between Go and Gi of these sizes.
void consider(const Side& row, const Side& col, std::int64_t row_nnz, double tile_distance,
              double inner_distance, double outer_density, std::optional<Candidate>& best) {
  Rbgp4Config config{.go = {row.go, col.go, 1},
                     .gr = BaseGraphConfig::complete(row.gr, col.gr),
                     .gi = {row.gi, col.gi, 1},
                     .gb = BaseGraphConfig::complete(row.gb, col.gb)};
  if (row_nnz % (col.gr * col.gb) != 0) return;
  const std::int64_t degrees = row_nnz / (col.gr * col.gb);  // of Go times that of Gi
  const std::int64_t step = col.go / std::gcd(row.go, col.go);
  for (std::int64_t go_degree = step; go_degree <= std::min(col.go, degrees); go_degree += step) {
    if (degrees % go_degree != 0) continue;
    const std::int64_t gi_degree = degrees / go_degree;
    if (gi_degree > col.gi || row.gi * gi_degree % col.gi != 0) continue;
    config.go.left_degree = go_degree;
    config.gi.left_degree = gi_degree;
    const Candidate candidate{{falls_apart(config.go) || falls_apart(config.gi), tile_distance,
                               inner_distance, factor_between(config.go.density(), outer_density),
                               row.tile() * col.tile(), row.gi * col.gi, row.gi},
                              config};
    if (!best || candidate.rank < best->rank) best = candidate;
  }
}

}  // namespace

Rbgp4Config fit_config(const Rbgp4Config& wanted, std::int64_t rows, std::int64_t cols,
                       double sparsity_percent, bool nearest) {
  require(sparsity_percent >= 0 && sparsity_percent < 100, ErrorCode::invalid_argument,
          "sparsity: {} is not allowed; allowed are percentages from 0 to below 100",
          sparsity_percent);
  require(rows >= 1 && cols >= 1 && rows <= kMaxSide && cols <= kMaxSide,
          ErrorCode::invalid_argument, "a matrix of {} x {}: allowed are sides from 1 to {}", rows,
          cols, kMaxSide);
  const std::int64_t row_nnz = row_nonzeros(rows, cols, sparsity_percent, nearest);
  const Side wanted_rows{1, wanted.gr.left, wanted.gi.left, wanted.gb.left};
  const Side wanted_cols{1, wanted.gr.right, wanted.gi.right, wanted.gb.right};
  const Side row_goal = capped(wanted_rows, rows);
  const Side col_goal = capped(wanted_cols, cols);
  const std::vector<Side> row_cuts = cuts(rows, wanted_rows);
  const std::vector<Side> col_cuts = cuts(cols, wanted_cols);
  std::optional<Candidate> best;
  for (const Side& row : row_cuts) {
    for (const Side& col : col_cuts) {
      const double tile = distance(row.tile(), row_goal.tile(), col.tile(), col_goal.tile());
      const double inner = distance(row.gi, row_goal.gi, col.gi, col_goal.gi);
      // Nothing of these sizes can be better than a connected one that is nearer.
      if (best && !std::get<0>(best->rank) &&
          std::pair(tile, inner) > std::pair(std::get<1>(best->rank), std::get<2>(best->rank)))
        continue;
      consider(row, col, row_nnz, tile, inner, wanted.go.density(), best);
    }
  }
  // Go 1 x 1 and Gi of the whole matrix take any number of non-zeros that row_nonzeros lets through.
  if (!best)
    fail(ErrorCode::internal, "no configuration for {} x {} with {} a row", rows, cols, row_nnz);
  best->config.validate();
  return best->config;
}

}  // namespace rbgp
