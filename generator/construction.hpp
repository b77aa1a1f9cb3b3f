// The table of constructions of base graphs: what each reaches, and its sampler.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <generator/random_words.hpp>
#include <generator/spectrum.hpp>
#include <rbgp/graph.hpp>

namespace rbgp {

using Adjacency = std::vector<std::int32_t>;

// How many more draws a sample may take: random lifts and swaps are accepted with probability .6 or
// better, so that running out means that there is nothing to find.
class DrawBudget {
 public:
  explicit DrawBudget(int draws) : left_(draws) {}

  bool take() { return left_-- > 0; }

 private:
  int left_;
};

struct Draw {
  Adjacency adjacency;  // rows ascending
  std::optional<Norm> second;  // sigma2, where the construction knows it or what it is at most
};

struct ConstructionRow {
  Construction construction;
  const char* reaches_text;
  bool random;  // another seed gives another graph
  bool (*reaches)(const BaseGraphConfig&);
  // Nothing where the budget ran out.
  std::optional<Draw> (*sample)(const BaseGraphConfig&, RandomWords&, DrawBudget&);
};

// In the order in which `automatic` prefers them.
std::span<const ConstructionRow> constructions();

// Whether a connected graph with these degrees exists: a vertex of degree 1 ends its component.
bool is_connectable(const BaseGraphConfig& config);

// ---- the rows ----

bool reaches_complete(const BaseGraphConfig& config);
std::optional<Draw> sample_complete(const BaseGraphConfig&, RandomWords&, DrawBudget&);

bool reaches_hamiltonian(const BaseGraphConfig& config);
std::optional<Draw> sample_hamiltonian(const BaseGraphConfig&, RandomWords&, DrawBudget&);

bool reaches_two_lift(const BaseGraphConfig& config);
std::optional<Draw> sample_two_lift(const BaseGraphConfig&, RandomWords&, DrawBudget&);

bool reaches_k_lift(const BaseGraphConfig& config);
std::optional<Draw> sample_k_lift(const BaseGraphConfig&, RandomWords&, DrawBudget&);

bool reaches_edge_swap(const BaseGraphConfig& config);
std::optional<Draw> sample_edge_swap(const BaseGraphConfig&, RandomWords&, DrawBudget&);

bool reaches_xor_lift(const BaseGraphConfig& config);
std::optional<Draw> sample_xor_lift(const BaseGraphConfig&, RandomWords&, DrawBudget&);

bool reaches_array_code(const BaseGraphConfig& config);
std::optional<Draw> sample_array_code(const BaseGraphConfig&, RandomWords&, DrawBudget&);

// ---- what they share ----

Adjacency complete_adjacency(std::int64_t left, std::int64_t right);
void sort_rows(Adjacency& adjacency, std::int64_t degree);

// k where the graph can be a k-lift of a complete graph: density 1/k, k dividing both sides. Else 0.
std::int64_t lift_order(const BaseGraphConfig& config);

// k where every row has one neighbour in each class of right vertices modulo the left degree: those are the k
// clones of a vertex of a complete graph, as lifts number them. Else, and for a complete graph, 1.
std::int64_t clones_of(const BaseGraph& graph);
// The same of what `automatic` would sample.
std::int64_t sampled_clones(const BaseGraphConfig& config);

}  // namespace rbgp
