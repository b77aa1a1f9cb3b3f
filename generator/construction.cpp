// Constructions of base graphs, one function each, and the table that chooses between them.
#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <optional>

#include <Eigen/Dense>

#include <generator/connectivity.hpp>
#include <generator/random_words.hpp>
#include <rbgp/error.hpp>
#include <rbgp/pattern.hpp>

namespace rbgp {
namespace {

constexpr int kMaxTries = 2000;  // samples before giving up; acceptance is .6 or better a sample

using Adjacency = std::vector<std::int32_t>;

std::string degrees_text(const BaseGraphConfig& config) {
  return fmt::format("{}x{} with degrees ({}, {})", config.left, config.right, config.left_degree,
                     config.right_degree());
}

Adjacency complete_adjacency(std::int64_t left, std::int64_t right) {
  Adjacency adjacency(static_cast<std::size_t>(left * right));
  for (std::size_t i = 0; i < adjacency.size(); ++i)
    adjacency[i] = static_cast<std::int32_t>(i % static_cast<std::size_t>(right));
  return adjacency;
}

void sort_rows(Adjacency& adjacency, std::int64_t degree) {
  for (auto row = adjacency.begin(); row != adjacency.end(); row += degree)
    std::sort(row, row + degree);
}

// ---- complete ----

bool reaches_complete(const BaseGraphConfig& config) { return config.is_complete(); }

std::optional<Adjacency> sample_complete(const BaseGraphConfig& config, RandomWords&) {
  return complete_adjacency(config.left, config.right);
}

// ---- random 2-lifts (paper section 8.1) ----

// Number of 2-lifts from the complete graph, or -1 where lifts do not reach the density.
int lift_levels(const BaseGraphConfig& config) {
  if (config.right % config.left_degree != 0) return -1;
  const auto shrink = static_cast<std::uint64_t>(config.right / config.left_degree);
  if (!std::has_single_bit(shrink) || config.left % static_cast<std::int64_t>(shrink) != 0)
    return -1;
  return std::countr_zero(shrink);
}

bool reaches_two_lift(const BaseGraphConfig& config) {
  return lift_levels(config) >= 1 && std::min(config.left_degree, config.right_degree()) >= 2;
}

// The singular values of a lift are those of the graph together with those of its signed
// biadjacency matrix, so a level is accepted by the norm of the signed matrix alone.
bool signed_norm_within(const Adjacency& adjacency, const std::vector<bool>& crossed,
                        std::int64_t left, std::int64_t right, double bound) {
  Eigen::MatrixXd signed_matrix = Eigen::MatrixXd::Zero(left, right);
  const std::int64_t degree = static_cast<std::int64_t>(adjacency.size()) / left;
  for (std::size_t edge = 0; edge < adjacency.size(); ++edge)
    signed_matrix(static_cast<std::int64_t>(edge) / degree, adjacency[edge]) =
        crossed[edge] ? -1 : 1;
  const Eigen::MatrixXd gram = left <= right
                                   ? Eigen::MatrixXd(signed_matrix * signed_matrix.transpose())
                                   : Eigen::MatrixXd(signed_matrix.transpose() * signed_matrix);
  const double largest =
      Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(gram, Eigen::EigenvaluesOnly)
          .eigenvalues()
          .maxCoeff();
  return std::sqrt(std::max(0.0, largest)) <= bound * (1 + 1e-12);
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

std::optional<Adjacency> sample_two_lift(const BaseGraphConfig& config, RandomWords& random) {
  const int levels = lift_levels(config);
  std::int64_t left = config.left >> levels;
  std::int64_t right = config.right >> levels;
  const double bound = std::sqrt(static_cast<double>(config.left_degree - 1)) +
                       std::sqrt(static_cast<double>(config.right_degree() - 1));
  Adjacency adjacency = complete_adjacency(left, right);
  for (int level = 0; level < levels; ++level) {
    std::vector<bool> crossed(adjacency.size());
    bool accepted = false;
    for (int attempt = 0; attempt < kMaxTries && !accepted; ++attempt) {
      for (std::size_t edge = 0; edge < crossed.size(); ++edge) crossed[edge] = random.bit();
      accepted = signed_norm_within(adjacency, crossed, left, right, bound);
    }
    if (!accepted) return std::nullopt;
    adjacency = lift(adjacency, crossed, left, right);
    left *= 2;
    right *= 2;
  }
  return adjacency;
}

// ---- one Hamiltonian cycle: degrees (2, 2) ----

bool reaches_hamiltonian(const BaseGraphConfig& config) {
  return config.left_degree == 2 && config.right_degree() == 2 && config.left >= 2;
}

std::optional<Adjacency> sample_hamiltonian(const BaseGraphConfig& config, RandomWords& random) {
  const auto sides = static_cast<std::size_t>(config.left);
  std::vector<std::size_t> order_left(sides);
  std::vector<std::int32_t> order_right(sides);
  std::iota(order_left.begin(), order_left.end(), std::size_t{0});
  std::iota(order_right.begin(), order_right.end(), 0);
  random.shuffle(order_left);
  random.shuffle(order_right);
  Adjacency adjacency(2 * sides);
  for (std::size_t i = 0; i < sides; ++i) {
    adjacency[2 * order_left[i]] = order_right[i];
    adjacency[2 * order_left[i] + 1] = order_right[(i + 1) % sides];
  }
  sort_rows(adjacency, 2);
  return adjacency;
}

// ---- random simple biregular graph by double-edge swaps ----

bool reaches_edge_swap(const BaseGraphConfig& config) {
  return std::min(config.left_degree, config.right_degree()) >= 2;
}

std::optional<Adjacency> sample_edge_swap(const BaseGraphConfig& config, RandomWords& random) {
  const auto degree = static_cast<std::size_t>(config.left_degree);
  const auto edges = static_cast<std::size_t>(config.edges());
  Adjacency adjacency(edges);
  for (std::size_t edge = 0; edge < edges; ++edge)
    adjacency[edge] = static_cast<std::int32_t>(edge % static_cast<std::size_t>(config.right));
  const auto row_has = [&](std::size_t edge, std::int32_t v) {
    const auto row = adjacency.begin() + static_cast<std::ptrdiff_t>(edge / degree * degree);
    return std::find(row, row + static_cast<std::ptrdiff_t>(degree), v) !=
           row + static_cast<std::ptrdiff_t>(degree);
  };
  const std::size_t swaps = 20 * edges;  // enough to forget the circulant start
  for (std::size_t i = 0; i < swaps; ++i) {
    const std::size_t a = random.below(edges);
    const std::size_t b = random.below(edges);
    if (row_has(a, adjacency[b]) || row_has(b, adjacency[a])) continue;
    std::swap(adjacency[a], adjacency[b]);
  }
  sort_rows(adjacency, config.left_degree);
  return adjacency;
}

struct ConstructionRow {
  Construction construction;
  const char* name;
  const char* reaches_text;
  bool (*reaches)(const BaseGraphConfig&);
  std::optional<Adjacency> (*sample)(const BaseGraphConfig&, RandomWords&);
};

// In the order in which `automatic` prefers them. (2, 2) comes before lifts: a random lift there is
// a union of cycles.
constexpr ConstructionRow kConstructions[] = {
    {Construction::complete, "complete", "density 1", reaches_complete, sample_complete},
    {Construction::hamiltonian, "hamiltonian", "degrees (2, 2)", reaches_hamiltonian,
     sample_hamiltonian},
    {Construction::two_lift, "two_lift",
     "density 2^-L with both sides divisible by 2^L and degrees of 2 or more", reaches_two_lift,
     sample_two_lift},
    {Construction::edge_swap, "edge_swap", "integer degrees of 2 or more", reaches_edge_swap,
     sample_edge_swap},
};

const ConstructionRow& choose(const BaseGraphConfig& config, Construction construction) {
  require(config.left >= 1 && config.right >= 1 && config.left_degree >= 1 &&
              config.left_degree <= config.right && config.edges() % config.right == 0,
          ErrorCode::invalid_argument,
          "base graph {}x{}: left degree {} gives no integer right degree from 1 to {}",
          config.left, config.right, config.left_degree, config.left);
  for (const ConstructionRow& row : kConstructions) {
    if (construction != Construction::automatic && construction != row.construction) continue;
    if (row.reaches(config)) return row;
    require(construction == Construction::automatic, ErrorCode::invalid_argument,
            "construction {} does not reach {}: it needs {}", row.name, degrees_text(config),
            row.reaches_text);
  }
  fail(ErrorCode::invalid_argument,
       "no connected base graph {}: degree 1 with more than one vertex opposite falls apart; use "
       "larger base graphs or less sparsity",
       degrees_text(config));
}

}  // namespace

BaseGraph BaseGraph::sample(const BaseGraphConfig& config, std::uint64_t seed,
                            Construction construction) {
  const ConstructionRow& row = choose(config, construction);
  RandomWords random(seed);
  for (int attempt = 0; attempt < kMaxTries; ++attempt) {
    std::optional<Adjacency> adjacency = row.sample(config, random);
    if (!adjacency) continue;
    BaseGraph graph(config, std::move(*adjacency));
    // Lifts are accepted level by level and a cycle cannot be better; only swaps need the test.
    if (row.construction == Construction::edge_swap && !graph.spectrum().ramanujan) continue;
    if (is_connected(graph)) return graph;
  }
  fail(ErrorCode::invalid_argument, "no Ramanujan base graph {} found in {} samples by {}",
       degrees_text(config), kMaxTries, row.name);
}

}  // namespace rbgp
