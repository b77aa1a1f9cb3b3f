// Biregular bipartite graphs: the base graphs of a pattern, of use on their own.
//
// Base graphs are Ramanujan where their degrees allow it (paper section 3): the second singular value
// of the biadjacency matrix is at most sqrt(dl-1) + sqrt(dr-1), about the least a sparse graph can
// have, so that information spreads as well as sparsity permits. A graph that was sampled or loaded
// carries the certificate that says so.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rbgp {

// Sizes and degree of a biregular bipartite graph (U, V, E).
struct BaseGraphConfig {
  std::int64_t left = 1;  // |U|
  std::int64_t right = 1;  // |V|
  std::int64_t left_degree = 1;  // dl, the same for every vertex of U

  static BaseGraphConfig complete(std::int64_t left, std::int64_t right) {
    return {left, right, right};
  }

  std::int64_t right_degree() const { return left * left_degree / right; }  // dr
  std::int64_t edges() const { return left * left_degree; }  // |E|
  double density() const { return static_cast<double>(left_degree) / static_cast<double>(right); }
  double sparsity() const { return 1.0 - density(); }
  bool is_complete() const { return left_degree == right; }
  bool operator==(const BaseGraphConfig&) const = default;

  // "32x128@50": left x right vertices, `@` sparsity in percent, no `@` means complete. A sparsity that
  // gives no integer degrees, or degree 0, is refused, naming the nearest ones that can be connected; with
  // `nearest` the nearest of them is taken, the denser of two that are equally near.
  // Errors: invalid_argument, one line naming the text, what is wrong with it and what is allowed.
  static BaseGraphConfig parse(std::string_view text, bool nearest = false);
  std::string to_string() const;  // parse(to_string()) gives an equal configuration
};

// What the singular values of a biadjacency matrix say of a base graph (paper section 3).
struct Spectrum {
  double sigma1 = 0;  // largest singular value, sqrt(dl*dr)
  double sigma2 = 0;  // second largest; 0 for a complete graph, sigma1 for a disconnected one
  double bound = 0;  // sqrt(dl-1) + sqrt(dr-1): Ramanujan when sigma2 is at most this
  bool ramanujan = false;
  bool connected = false;
  double ratio() const { return sigma1 > 0 ? sigma2 / sigma1 : 0; }
};

// Of a complete graph, whose biadjacency matrix has rank one.
Spectrum complete_spectrum(const BaseGraphConfig& config);

// Of the product of graphs with these spectra, `product` being its sizes and degree. Singular values of a
// tensor product are the products of its factors' (paper section 4): the second largest swaps the one
// factor of the largest sigma2/sigma1 to its second. It is connected when all factors are.
Spectrum product_spectrum(const BaseGraphConfig& product, std::span<const Spectrum> factors);

// What the verdict on sigma2 <= bound rests on.
enum class Proof {
  none,  // no solver came to an end: sigma2 is a lower bound only
  lanczos,  // converged Lanczos iteration: within bound by all evidence, proved where it is above
  eigenvalues,  // dense eigenvalues: right to rounding
  cholesky,  // bound^2 I - B B^T is positive definite apart from the all-ones vector: a proof
  formula,  // known on paper: complete, disconnected, one cycle, algebraic lifts
};

struct Certificate {
  bool biregular = false;  // every degree was counted
  bool simple = false;  // no edge twice
  Spectrum spectrum;  // connected: by Boost.Graph, not from sigma2
  Proof proof = Proof::none;
};

// How the edges of a base graph are chosen.
enum class Construction {
  automatic,  // the first that reaches the degrees: complete, hamiltonian, two_lift, edge_swap
  complete,
  two_lift,  // repeated random 2-lifts of a complete graph (paper section 8.1): density 2^-L
  edge_swap,  // random simple biregular graph by double-edge swaps: any integer degrees
  hamiltonian,  // one random Hamiltonian cycle: both degrees 2, where a random lift falls apart
  k_lift,  // repeated random lifts, a random permutation an edge: density 1/k
  xor_lift,  // edges from products in GF(2^r), no seed: density 2^-L, sigma2 .5-.8 of a random lift's
  array_code,  // edges from products modulo a prime p, no seed: density 1/p, sigma2 = sqrt(p)
  given,  // not sampled: from a file, a plan or the caller
};

// The names used in messages, files and on the command line ("two_lift", "cholesky").
std::string_view to_string(Construction construction);
std::string_view to_string(Proof proof);
// Errors: invalid_argument, naming the constructions there are.
Construction construction_named(std::string_view name);

// A biregular bipartite graph with its adjacency, immutable.
class BaseGraph {
 public:
  static constexpr std::int64_t kMaxSide = std::int64_t{1} << 20;  // vertices on a side
  static constexpr std::int64_t kMaxEdges = std::int64_t{1} << 30;  // of a sampled or loaded graph

  // Adjacency: left x left_degree right vertices, ascending within a row.
  // Errors: invalid_argument unless it is simple and biregular with the configuration's degrees.
  BaseGraph(const BaseGraphConfig& config, std::vector<std::int32_t> adjacency);

  // Samples until the graph is connected and Ramanujan. The same arguments give the same graph on
  // every platform. Degree 1 with more than one vertex opposite can be neither: such a union of stars
  // is made, by edge_swap, only where `allow_disconnected` says so.
  // Cost: under a few ms for sides up to 128, 0.2 s for 1024, some seconds for 4096.
  // Errors: invalid_argument where no connected graph of these degrees exists, or where the
  // construction asked for does not reach them: the message names the nearest sparsities that it
  // and others reach. A sample that is refused too often ends in an error too.
  static BaseGraph sample(const BaseGraphConfig& config, std::uint64_t seed,
                          Construction construction = Construction::automatic,
                          bool allow_disconnected = false);

  // Reads a graph from a file, told apart by its content:
  //   edge list      a line an edge, "u v", counted from 0; # and % begin a comment
  //   Matrix Market  %%MatrixMarket matrix coordinate|array pattern|integer|real general
  //   NumPy          a .npy matrix of 0 and 1, of any integer, boolean or floating dtype
  // Zeros are no edges. It may be no Ramanujan graph: the certificate says.
  // Errors: io where the file cannot be read; invalid_argument, one line naming the file and the
  // place, for duplicate or out-of-range edges, unequal degrees, and a disconnected graph unless
  // `allow_disconnected`.
  static BaseGraph load(const std::string& file, bool allow_disconnected = false);

  // The same graph under other names: left vertex left_order[u] is what u is here, right vertex
  // right_order[v] what v is. It keeps its construction and its certificate, since no singular value
  // changes. Errors: invalid_argument unless both are permutations of the vertices of their side.
  BaseGraph relabelled(std::span<const std::int64_t> left_order,
                       std::span<const std::int64_t> right_order) const;

  const BaseGraphConfig& config() const { return config_; }
  std::span<const std::int32_t> neighbours(std::int64_t u) const {
    return {adjacency_.data() + u * config_.left_degree,
            static_cast<std::size_t>(config_.left_degree)};
  }
  const std::vector<std::int32_t>& adjacency() const { return adjacency_; }
  bool has_edge(std::int64_t u, std::int64_t v) const;

  // The construction that made it; never `automatic`.
  Construction construction() const { return construction_; }

  // Carried by a sampled or loaded graph; computed at each call for one made from its adjacency, for
  // a side of 1024 in some 15 ms, of 4096 in 0.3 s. sigma2 is good to 1e-8 relative.
  Spectrum spectrum() const;
  // As spectrum(), with the proof: 0.1 s and 4 s where it is not carried.
  Certificate certificate() const;

 private:
  BaseGraphConfig config_;
  std::vector<std::int32_t> adjacency_;
  Construction construction_ = Construction::given;
  std::optional<Certificate> certificate_;
};

}  // namespace rbgp
