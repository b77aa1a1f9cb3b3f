// The RBGP4 sparsity pattern: base graphs, their product, and the values stored on it.
//
// W = Go (x) Gr (x) Gi (x) Gb (paper section 5): Go and Gi are sparse biregular bipartite graphs, Gr
// and Gb are complete. Row and column indices of W are four mixed-radix digits,
//   u = ((uo*|Gr.U| + ur)*|Gi.U| + ui)*|Gb.U| + ub     (v likewise),
// and W[u][v] may be non-zero exactly when (uo,vo) is an edge of Go and (ui,vi) an edge of Gi.
#pragma once

#include <cstdint>
#include <memory>
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
};

// An RBGP4 configuration. Text form: "go=32x128@50,gr=4x1,gi=32x32@50,gb=1x1", left x right
// vertices, `@` sparsity in percent, no `@` means complete.
struct Rbgp4Config {
  BaseGraphConfig go, gr, gi, gb;

  // Errors: invalid_argument, one line naming the field and what is allowed; a sparsity that gives
  // no integer degrees names the nearest valid ones.
  static Rbgp4Config parse(std::string_view text);
  std::string to_string() const;  // parse(to_string()) gives an equal configuration
  void validate() const;  // what parse checks, for a configuration built by hand

  std::int64_t rows() const { return go.left * tile_rows(); }  // M
  std::int64_t cols() const { return go.right * tile_cols(); }  // K
  std::int64_t tile_rows() const { return gr.left * gi.left * gb.left; }  // TM = |Gt.U|
  std::int64_t tile_cols() const { return gr.right * gi.right * gb.right; }  // TK = |Gt.V|
  std::int64_t row_repetition() const { return gr.left * gb.left; }  // rows of a row group
  std::int64_t tile_row_nnz() const { return gr.right * gi.left_degree * gb.right; }  // dl of Gt
  std::int64_t nnz_per_row() const { return go.left_degree * tile_row_nnz(); }
  double density() const { return go.density() * gi.density(); }
  double sparsity() const { return 1.0 - density(); }
  bool operator==(const Rbgp4Config&) const = default;
};

// What the singular values of a biadjacency matrix say of a base graph (paper section 3).
struct Spectrum {
  double sigma1 = 0;  // largest singular value, sqrt(dl*dr)
  double sigma2 = 0;  // second largest; 0 for a complete graph
  double bound = 0;  // sqrt(dl-1) + sqrt(dr-1): Ramanujan when sigma2 is at most this
  bool ramanujan = false;
  bool connected = false;
  double ratio() const { return sigma1 > 0 ? sigma2 / sigma1 : 0; }
};

// How the edges of a base graph are chosen.
enum class Construction {
  automatic,  // complete or two_lift where they reach the density, then hamiltonian, then edge_swap
  complete,
  two_lift,  // repeated random 2-lifts of a complete graph (paper section 8.1): density 2^-L
  edge_swap,  // random simple biregular graph by double-edge swaps: any integer degrees
  hamiltonian,  // one random Hamiltonian cycle: both degrees 2, where a random lift falls apart
};

// A biregular bipartite graph with its adjacency, immutable.
class BaseGraph {
 public:
  // Adjacency: left x left_degree right vertices, ascending within a row.
  // Errors: invalid_argument unless it is simple and biregular with the configuration's degrees.
  BaseGraph(const BaseGraphConfig& config, std::vector<std::int32_t> adjacency);

  // Samples until the graph is connected and, where the degrees allow it, Ramanujan. The same
  // arguments give the same graph on every platform.
  // Errors: invalid_argument where no connected graph of these degrees exists, or where the
  // construction asked for does not reach them.
  static BaseGraph sample(const BaseGraphConfig& config, std::uint64_t seed,
                          Construction construction = Construction::automatic);

  const BaseGraphConfig& config() const { return config_; }
  std::span<const std::int32_t> neighbours(std::int64_t u) const {
    return {adjacency_.data() + u * config_.left_degree,
            static_cast<std::size_t>(config_.left_degree)};
  }
  const std::vector<std::int32_t>& adjacency() const { return adjacency_; }
  bool has_edge(std::int64_t u, std::int64_t v) const;

  // Exact to rounding (dense eigenvalues of the Gram matrix): cubic in min(|U|, |V|).
  Spectrum spectrum() const;

 private:
  BaseGraphConfig config_;
  std::vector<std::int32_t> adjacency_;
};

// The pattern of W. Immutable and cheap to copy; thread-safe.
class Rbgp4Pattern {
 public:
  // The 1 x 1 pattern with its one element.
  Rbgp4Pattern();

  // Samples Go and Gi; the seed of each is derived from `seed`. Errors: as BaseGraph::sample.
  static Rbgp4Pattern sample(const Rbgp4Config& config, std::uint64_t seed);

  // A pattern from given graphs (a plan stores its graphs, not only the seed).
  // Errors: invalid_argument where the graphs do not have the configuration's sizes.
  Rbgp4Pattern(const Rbgp4Config& config, BaseGraph go, BaseGraph gi);

  const Rbgp4Config& config() const { return config_; }
  const BaseGraph& go() const { return *go_; }
  const BaseGraph& gi() const { return *gi_; }
  std::int64_t rows() const { return config_.rows(); }
  std::int64_t cols() const { return config_.cols(); }
  std::int64_t nnz_per_row() const { return config_.nnz_per_row(); }

  // Column of the j-th value of row u, ascending in j, 0 <= j < nnz_per_row().
  std::int64_t column(std::int64_t u, std::int64_t j) const;
  // All columns of row u, ascending.
  std::vector<std::int64_t> columns(std::int64_t u) const;
  bool contains(std::int64_t u, std::int64_t v) const;

  // sigma2/sigma1 of W: the larger of Go's and Gi's, since singular values of a tensor product
  // multiply and Gr and Gb are complete.
  double spectral_ratio() const;
  // 1 - sigma2/sigma1: 0 = disconnected, 1 = complete.
  double spectral_gap() const { return 1.0 - spectral_ratio(); }

 private:
  Rbgp4Config config_;
  std::shared_ptr<const BaseGraph> go_, gi_;
};

// ---- Values: the canonical form that users hold ----
//
// Values are the non-zeros of W, rows x nnz_per_row, row-major, columns of a row ascending. A matrix
// may have fewer rows and columns than the pattern (a padded problem, see Problem): the pattern's
// further rows are absent from both forms, and the values of its further columns are zero.

struct Projection {
  std::int64_t off_pattern = 0;  // elements off the pattern that are not zero
  std::int64_t first_row = -1;  // where the first of them is
  std::int64_t first_col = -1;
  double dropped_norm_share = 0;  // their share of the squared Frobenius norm
};

// Gathers the values of a dense rows x cols matrix; what lies off the pattern is dropped and counted.
Projection values_from_dense(const Rbgp4Pattern& pattern, std::int64_t rows, std::int64_t cols,
                             const float* dense, float* values);

// Scatters values into a dense rows x cols matrix, zero off the pattern.
void dense_from_values(const Rbgp4Pattern& pattern, std::int64_t rows, std::int64_t cols,
                       const float* values, float* dense);

}  // namespace rbgp
