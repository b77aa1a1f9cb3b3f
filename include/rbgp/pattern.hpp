// The RBGP4 sparsity pattern: base graphs, their product, and the values stored on it.
//
// W = Go (x) Gr (x) Gi (x) Gb (paper section 5): Go and Gi are sparse biregular bipartite graphs, Gr
// and Gb are complete. Row and column indices of W are four mixed-radix digits,
//   u = ((uo*|Gr.U| + ur)*|Gi.U| + ui)*|Gb.U| + ub     (v likewise),
// and W[u][v] may be non-zero exactly when (uo,vo) is an edge of Go and (ui,vi) an edge of Gi.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <rbgp/graph.hpp>

namespace rbgp {

// An RBGP4 configuration. Text form: "go=32x128@50,gr=4x1,gi=32x32@50,gb=1x1", left x right
// vertices, `@` sparsity in percent, no `@` means complete.
struct Rbgp4Config {
  BaseGraphConfig go, gr, gi, gb;

  // Errors: invalid_argument, one line naming the field and what is allowed; a sparsity that gives
  // no integer degrees names the nearest valid ones, or is rounded with `nearest` (see
  // BaseGraphConfig::parse).
  static Rbgp4Config parse(std::string_view text, bool nearest = false);
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

// How Go and Gi are sampled; a complete one always is `complete`.
struct PatternSampling {
  Construction go = Construction::automatic;
  Construction gi = Construction::automatic;
  bool allow_disconnected = false;  // degree 1 may be asked for: see BaseGraph::sample
};

// The pattern of W. Immutable and cheap to copy; thread-safe.
class Rbgp4Pattern {
 public:
  // The 1 x 1 pattern with its one element.
  Rbgp4Pattern();

  // Samples Go and Gi; the seed of each is derived from `seed`. Errors: as BaseGraph::sample.
  static Rbgp4Pattern sample(const Rbgp4Config& config, std::uint64_t seed,
                             const PatternSampling& sampling = {});

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

  // Of W's biadjacency matrix, from its factors' spectra alone; its bound is that of W's own degrees.
  Spectrum spectrum() const;
  // sigma2/sigma1 of W: the larger of Go's and Gi's, since Gr and Gb are complete.
  double spectral_ratio() const { return spectrum().ratio(); }
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
//
// The work is spread over `threads` threads of the caller's process, 0 meaning one a processor; small
// matrices are done by the calling thread alone. Results are the same at any number of threads. Functions
// are thread-safe for distinct outputs. Errors: invalid_argument where rows x cols does not lie on the
// pattern.

struct Projection {
  std::int64_t off_pattern = 0;  // elements off the pattern that are not zero
  std::int64_t first_row = -1;  // where the first of them is
  std::int64_t first_col = -1;
  double dropped_norm_share = 0;  // their share of the squared Frobenius norm
};

// Gathers the values of a dense rows x cols matrix; what lies off the pattern is dropped and counted.
Projection values_from_dense(const Rbgp4Pattern& pattern, std::int64_t rows, std::int64_t cols,
                             const float* dense, float* values, int threads = 0);

// Scatters values into a dense rows x cols matrix, zero off the pattern.
void dense_from_values(const Rbgp4Pattern& pattern, std::int64_t rows, std::int64_t cols,
                       const float* values, float* dense, int threads = 0);

}  // namespace rbgp
