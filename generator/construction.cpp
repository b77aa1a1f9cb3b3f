// The table of constructions, the choice between them, and the loop that
// samples until accepted.
#include <generator/construction.hpp>

#include <algorithm>
#include <numeric>

#include <fmt/ranges.h>

#include <generator/connectivity.hpp>
#include <rbgp/error.hpp>

namespace rbgp {
namespace {

constexpr int kMostDraws = 2000;

// (2, 2) comes before lifts: a random lift there is a union of cycles.
constexpr ConstructionRow kConstructions[] = {
    {Construction::complete, "density 1", false, reaches_complete, sample_complete},
    {Construction::hamiltonian, "degrees (2, 2)", true, reaches_hamiltonian, sample_hamiltonian},
    {Construction::two_lift,
     "density 2^-L with both sides divisible by 2^L and degrees of 2 or more", true,
     reaches_two_lift, sample_two_lift},
    {Construction::edge_swap, "integer degrees of 2 or more", true, reaches_edge_swap,
     sample_edge_swap},
    {Construction::k_lift, "density 1/k with both sides divisible by k and degrees of 2 or more",
     true, reaches_k_lift, sample_k_lift},
    {Construction::xor_lift,
     "density 2^-L with both sides divisible by 2^L and degrees of about "
     "2^(L/2) or more",
     false, reaches_xor_lift, sample_xor_lift},
    {Construction::array_code,
     "density 1/p, p prime, with both sides divisible by p and degrees of "
     "about sqrt(p) or more",
     false, reaches_array_code, sample_array_code},
};

std::string degrees_text(const BaseGraphConfig& config) {
  return fmt::format("{}x{} with degrees ({}, {})", config.left, config.right, config.left_degree,
                     config.right_degree());
}

std::string sparsity_text(const BaseGraphConfig& config) {
  return fmt::format("{:.8g} %", 100 * config.sparsity());
}

// The nearest sparsities on either side that a construction reaches. Degrees
// are integers exactly when the density is a multiple of 1/gcd(|U|, |V|).
template <typename Reaches>
std::string nearest_sparsities(const BaseGraphConfig& config, const Reaches& reaches) {
  const std::int64_t parts = std::gcd(config.left, config.right);
  const std::int64_t step = config.right / parts;
  const auto reached = [&](std::int64_t part) {
    return reaches(BaseGraphConfig{config.left, config.right, part * step});
  };
  std::int64_t sparser = config.left_degree / step;
  std::int64_t denser = sparser + 1;
  while (sparser >= 1 && !reached(sparser)) --sparser;
  while (denser <= parts && !reached(denser)) ++denser;
  std::vector<std::string> found;
  for (const std::int64_t part : {denser, sparser})
    if (part >= 1 && part <= parts)
      found.push_back(sparsity_text({config.left, config.right, part * step}));
  return found.empty() ? "none" : fmt::format("{}", fmt::join(found, " and "));
}

bool any_reaches(const BaseGraphConfig& config) {
  return std::any_of(std::begin(kConstructions), std::end(kConstructions),
                     [&](const ConstructionRow& row) { return row.reaches(config); });
}

std::string others_text(const BaseGraphConfig& config) {
  std::vector<std::string_view> names;
  for (const ConstructionRow& row : kConstructions)
    if (row.reaches(config)) names.push_back(to_string(row.construction));
  if (names.empty()) return "for others: " + nearest_sparsities(config, any_reaches);
  return fmt::format("{} by {}", sparsity_text(config), fmt::join(names, ", "));
}

void check_sizes(const BaseGraphConfig& config) {
  require(config.left >= 1 && config.right >= 1 && config.left <= BaseGraph::kMaxSide &&
              config.right <= BaseGraph::kMaxSide,
          ErrorCode::invalid_argument, "base graph {}x{}: a side has 1 to {} vertices", config.left,
          config.right, BaseGraph::kMaxSide);
  const bool whole = config.left_degree >= 1 && config.left_degree <= config.right &&
                     config.edges() % config.right == 0;
  if (!whole) {
    BaseGraphConfig near = config;
    near.left_degree = std::clamp<std::int64_t>(config.left_degree, 1, config.right);
    fail(ErrorCode::invalid_argument,
         "base graph {}x{}: left degree {} gives no integer right degree from "
         "1 to {}; the nearest "
         "sparsities that do and are connected: {}",
         config.left, config.right, config.left_degree, config.left,
         nearest_sparsities(near, any_reaches));
  }
  require(config.edges() <= BaseGraph::kMaxEdges, ErrorCode::invalid_argument,
          "base graph {}: {} edges are more than {}", degrees_text(config), config.edges(),
          BaseGraph::kMaxEdges);
}

const ConstructionRow& row_of(Construction construction) {
  const auto row = std::find_if(
      std::begin(kConstructions), std::end(kConstructions),
      [&](const ConstructionRow& candidate) { return candidate.construction == construction; });
  require(row != std::end(kConstructions), ErrorCode::invalid_argument,
          "construction {} is not sampled", to_string(construction));
  return *row;
}

const ConstructionRow& choose(const BaseGraphConfig& config, Construction construction,
                              bool allow_disconnected) {
  // A union of stars: only swaps make one.
  if (allow_disconnected && !is_connectable(config) &&
      (construction == Construction::automatic || construction == Construction::edge_swap))
    return row_of(Construction::edge_swap);
  if (construction != Construction::automatic) {
    const ConstructionRow& row = row_of(construction);
    if (row.reaches(config)) return row;
    fail(ErrorCode::invalid_argument,
         "construction {} does not reach {}, {}: it needs {}; nearest for {}: "
         "{}; {}",
         to_string(construction), degrees_text(config), sparsity_text(config), row.reaches_text,
         to_string(construction), nearest_sparsities(config, row.reaches), others_text(config));
  }
  for (const ConstructionRow& row : kConstructions)
    if (row.reaches(config)) return row;
  fail(ErrorCode::invalid_argument,
       "no connected base graph {}: degree 1 with more than one vertex "
       "opposite falls apart, unless "
       "that is allowed; use larger base graphs or less sparsity, nearest {}",
       degrees_text(config), nearest_sparsities(config, any_reaches));
}

} // namespace

std::span<const ConstructionRow> constructions() { return kConstructions; }

std::int64_t sampled_clones(const BaseGraphConfig& config) {
  for (const ConstructionRow& row : kConstructions)
    if (row.reaches(config))
      return row.construction == Construction::two_lift ? lift_order(config) : 1;
  return 1;
}

bool is_connectable(const BaseGraphConfig& config) {
  return config.is_complete() || std::min(config.left_degree, config.right_degree()) >= 2;
}

BaseGraph BaseGraph::sample(const BaseGraphConfig& config, std::uint64_t seed,
                            Construction construction, bool allow_disconnected) {
  check_sizes(config);
  const ConstructionRow& row = choose(config, construction, allow_disconnected);
  const bool connectable = is_connectable(config);
  RandomWords random(seed);
  // A draw may be a level of a lift, so that samplers share the budget; they
  // take what they need.
  DrawBudget budget(kMostDraws);
  while (budget.take()) {
    std::optional<Draw> draw = row.sample(config, random, budget);
    if (!draw) break;
    BaseGraph graph(config, std::move(draw->adjacency));
    graph.construction_ = row.construction;
    graph.certificate_ = draw->second
                             ? certify_known(graph, *draw->second)
                             : certify(graph, {.stop_above_bound = connectable, .prove = true});
    const Spectrum& spectrum = graph.certificate_->spectrum;
    if (!connectable || (spectrum.connected && spectrum.ramanujan)) return graph;
    if (!row.random) break;
  }
  fail(ErrorCode::invalid_argument,
       "no connected Ramanujan base graph {} found in {} draws by {}; take "
       "another seed or "
       "construction",
       degrees_text(config), row.random ? kMostDraws : 1, to_string(row.construction));
}

} // namespace rbgp
