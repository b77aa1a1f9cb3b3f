// Random lifts of complete graphs, level by level: 2-lifts (paper section 8.1) and k-lifts.
#include <generator/construction.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include <generator/connectivity.hpp>

namespace rbgp {
namespace {

// The weaker of two proofs that hold together.
Proof both(Proof a, Proof b) { return std::min(a, b); }

// Degrees (2, 2): the bound is sigma1 and tells nothing, so that a level is accepted by being one
// cycle still.
bool is_union_of_cycles(const BaseGraphConfig& config) {
  return config.left_degree == 2 && config.right_degree() == 2;
}

bool has_degrees_of_two(const BaseGraphConfig& config) {
  return std::min(config.left_degree, config.right_degree()) >= 2;
}

bool is_one_cycle(const Adjacency& adjacency, std::int64_t sides) {
  return is_connected(BaseGraph({sides, sides, 2}, adjacency));
}

// The clone of vertex x is x + (number of vertices): a row's neighbours stay balanced modulo it.
Adjacency lift(const Adjacency& adjacency, const std::vector<bool>& crossed, std::int64_t left,
               std::int64_t right) {
  const std::size_t edges = adjacency.size();
  const auto degree = edges / static_cast<std::size_t>(left);
  Adjacency lifted(2 * edges);
  for (std::size_t edge = 0; edge < edges; ++edge) {
    const std::int32_t v = adjacency[edge];
    const auto clone = static_cast<std::int32_t>(v + right);
    lifted[edge] = crossed[edge] ? clone : v;
    lifted[edges + edge] = crossed[edge] ? v : clone;
  }
  sort_rows(lifted, static_cast<std::int64_t>(degree));
  return lifted;
}

// Copy c of x is x + c (number of vertices); an edge's permutation joins the copies of its ends.
Adjacency random_lift(const Adjacency& adjacency, std::int64_t copies, std::int64_t left,
                      std::int64_t right, RandomWords& random) {
  const std::size_t edges = adjacency.size();
  Adjacency lifted(edges * static_cast<std::size_t>(copies));
  std::vector<std::int32_t> permutation(static_cast<std::size_t>(copies));
  for (std::size_t edge = 0; edge < edges; ++edge) {
    std::iota(permutation.begin(), permutation.end(), 0);
    random.shuffle(permutation);
    for (std::size_t copy = 0; copy < permutation.size(); ++copy)
      lifted[copy * edges + edge] =
          static_cast<std::int32_t>(adjacency[edge] + permutation[copy] * right);
  }
  sort_rows(lifted, static_cast<std::int64_t>(edges) / left);
  return lifted;
}

// Prime factors, largest first: the last level, the dearest to test, then adds the fewest new
// singular values that could be too large.
std::vector<std::int64_t> lift_factors(std::int64_t order) {
  std::vector<std::int64_t> factors;
  for (std::int64_t prime = 2; prime * prime <= order; ++prime)
    for (; order % prime == 0; order /= prime) factors.push_back(prime);
  if (order > 1) factors.push_back(order);
  std::reverse(factors.begin(), factors.end());
  return factors;
}

}  // namespace

std::int64_t lift_order(const BaseGraphConfig& config) {
  if (config.right % config.left_degree != 0) return 0;
  const std::int64_t order = config.right / config.left_degree;
  return config.left % order == 0 ? order : 0;
}

std::int64_t clones_of(const BaseGraph& graph) {
  const BaseGraphConfig& config = graph.config();
  const std::int64_t classes = config.left_degree;
  if (config.right % classes != 0) return 1;
  std::vector<std::int64_t> last_row(static_cast<std::size_t>(classes), -1);  // that met the class
  for (std::int64_t u = 0; u < config.left; ++u)
    for (const std::int32_t v : graph.neighbours(u)) {
      std::int64_t& row = last_row[static_cast<std::size_t>(v % classes)];
      if (row == u) return 1;
      row = u;
    }
  return config.right / classes;
}

bool reaches_two_lift(const BaseGraphConfig& config) {
  const std::int64_t order = lift_order(config);
  return order >= 2 && std::has_single_bit(static_cast<std::uint64_t>(order)) &&
         has_degrees_of_two(config);
}

// The singular values of a lift are those of the graph together with those of its signed
// biadjacency matrix, so a level is accepted, and proved, by the norm of the signed matrix alone.
std::optional<Draw> sample_two_lift(const BaseGraphConfig& config, RandomWords& random,
                                    DrawBudget& budget) {
  const int levels = std::countr_zero(static_cast<std::uint64_t>(lift_order(config)));
  std::int64_t left = config.left >> levels;
  std::int64_t right = config.right >> levels;
  const double bound = ramanujan_bound(config);
  const bool cycles = is_union_of_cycles(config);
  Norm second{0, true, Proof::formula};
  Adjacency adjacency = complete_adjacency(left, right);
  for (int level = 0; level < levels; ++level) {
    std::vector<bool> crossed(adjacency.size());
    Adjacency lifted;
    while (lifted.empty()) {
      if (!budget.take()) return std::nullopt;
      for (std::size_t edge = 0; edge < crossed.size(); ++edge) crossed[edge] = random.bit();
      if (cycles) {
        lifted = lift(adjacency, crossed, left, right);
        if (!is_one_cycle(lifted, 2 * left)) lifted.clear();
        continue;
      }
      const Norm norm = norm_of({left, right, adjacency, &crossed}, bound,
                                {.stop_above_bound = true, .prove = true});
      if (!norm.within) continue;
      second.value = std::max(second.value, norm.value);
      second.proof = both(second.proof, norm.proof);
      lifted = lift(adjacency, crossed, left, right);
    }
    adjacency = std::move(lifted);
    left *= 2;
    right *= 2;
  }
  return Draw{std::move(adjacency), cycles ? std::nullopt : std::optional(second)};
}

bool reaches_k_lift(const BaseGraphConfig& config) {
  return lift_order(config) >= 2 && has_degrees_of_two(config);
}

// A lift keeps the singular values of its graph, so that each level need only keep its new ones
// within the bound; the last level is tested with the whole graph.
std::optional<Draw> sample_k_lift(const BaseGraphConfig& config, RandomWords& random,
                                  DrawBudget& budget) {
  const std::vector<std::int64_t> factors = lift_factors(lift_order(config));
  std::int64_t left = config.left / lift_order(config);
  std::int64_t right = config.right / lift_order(config);
  const double bound = ramanujan_bound(config);
  Adjacency adjacency = complete_adjacency(left, right);
  for (std::size_t level = 0; level < factors.size(); ++level) {
    const std::int64_t copies = factors[level];
    const bool last = level + 1 == factors.size();
    while (true) {
      if (!budget.take()) return std::nullopt;
      Adjacency lifted = random_lift(adjacency, copies, left, right, random);
      const SignedRows rows{left * copies, right * copies, lifted};
      if (is_union_of_cycles(config)) {
        if (!is_one_cycle(lifted, rows.left)) continue;
        if (last) return Draw{std::move(lifted), std::nullopt};
      } else {
        const Norm norm = norm_of(rows, bound, {.stop_above_bound = true, .prove = last});
        if (!norm.within) continue;
        if (last) return Draw{std::move(lifted), norm};
      }
      adjacency = std::move(lifted);
      break;
    }
    left *= copies;
    right *= copies;
  }
  return std::nullopt;
}

}  // namespace rbgp
