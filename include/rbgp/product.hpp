// Products of bipartite graphs (paper sections 3 and 4), the block structure they give a mask, and the
// way back from a mask to its factors.
//
// The product G1 (x) G2 joins (u1,u2) to (v1,v2) exactly when u1 v1 is an edge of G1 and u2 v2 one of
// G2: its biadjacency matrix is the tensor product of theirs. RBGP4 is the case of four factors with
// two of them complete; everything here but `recover` holds for any number. Nothing here keeps global
// state: const members and functions are thread-safe. docs/theory.md has the mathematics.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <rbgp/pattern.hpp>

namespace rbgp {

// A dense 0/1 matrix, row-major: for small problems, pictures and checks. Kernels never see one.
class Mask {
 public:
  // All zeros. Errors: invalid_argument for sides below 1 or more than 2^32 entries.
  Mask(std::int64_t rows, std::int64_t cols);
  // Ones where the rows x cols matrix is not zero; a NaN is not zero.
  static Mask of_nonzeros(std::int64_t rows, std::int64_t cols, const float* dense);
  // Reads a mask from any file that BaseGraph::load reads; it need not be biregular.
  // Errors: io where the file cannot be read; invalid_argument, one line naming the file and the place,
  // for what is no such file, and for duplicate or out-of-range entries.
  static Mask load(const std::string& file);

  std::int64_t rows() const { return rows_; }
  std::int64_t cols() const { return cols_; }
  bool at(std::int64_t u, std::int64_t v) const { return entries_[index(u, v)] != 0; }
  void set(std::int64_t u, std::int64_t v, bool value) { entries_[index(u, v)] = value ? 1 : 0; }
  std::int64_t count() const;  // of ones
  bool operator==(const Mask&) const = default;

 private:
  std::size_t index(std::int64_t u, std::int64_t v) const {
    return static_cast<std::size_t>(u * cols_ + v);
  }
  std::int64_t rows_, cols_;
  std::vector<std::uint8_t> entries_;
};

// The biadjacency matrix of a graph, and the graph of a biadjacency matrix.
Mask biadjacency(const BaseGraph& graph);
// Errors: invalid_argument unless every row has as many ones as every other, and every column.
BaseGraph graph_of(const Mask& mask);

// ---- Block structure (paper section 3) ----

struct BlockSize {
  std::int64_t rows = 1;  // bh
  std::int64_t cols = 1;  // bw
  bool operator==(const BlockSize&) const = default;
};

enum class BlockProperty {
  block_sparse,  // blocks tile the matrix
  cloned,  // all non-zero blocks are the same
  uniform,  // block rows have equally many non-zero blocks, and so have block columns
  complete,  // every block is non-zero (of Gr and Gb)
  non_empty,  // there is a one at all
};

// Which property fails, and where. What deviates is told from what it deviates from by majority, so
// that one wrong entry in an otherwise right mask is named itself wherever the rest outvotes it.
struct BlockViolation {
  BlockProperty property = BlockProperty::block_sparse;
  std::size_t level = 0;  // of several block sizes, outermost first
  BlockSize block;
  // First row and column of the entry (cloned, complete), the block row and the block column
  // (uniform), or the first that is left over (block_sparse). -1: no row, or no column, deviates.
  std::int64_t row = -1;
  std::int64_t col = -1;

  std::string message() const;  // one line, with the paper's name of the property
};

// Each returns nothing where the mask has the property, and the first violation where it has not.
// Errors: invalid_argument for a block size below 1.
std::optional<BlockViolation> check_bs(const Mask& mask, BlockSize block);
std::optional<BlockViolation> check_cbs(const Mask& mask, BlockSize block);
std::optional<BlockViolation> check_ubs(const Mask& mask, BlockSize block);
std::optional<BlockViolation> check_cubs(const Mask& mask, BlockSize block);
// CUBS at the first size; then a non-zero block of each size is CUBS at the next. With a last level
// of 1 x 1 this is what products of biregular graphs, and no other masks, have.
std::optional<BlockViolation> check_rcubs(const Mask& mask, const std::vector<BlockSize>& levels);

// ---- Products ----

// The product of K >= 1 graphs, the first outermost. Holds its factors and never the product.
class GraphProduct {
 public:
  // Errors: invalid_argument for no factor, or for more than 2^31 - 1 rows or columns.
  explicit GraphProduct(std::vector<BaseGraph> factors);
  explicit GraphProduct(const Rbgp4Pattern& pattern);  // Go, Gr, Gi, Gb

  const std::vector<BaseGraph>& factors() const { return factors_; }
  // Of the product: |U|, |V| and dl are the products of the factors'.
  const BaseGraphConfig& config() const { return config_; }
  std::int64_t stored_edges() const;  // the sum of the factors' |E|: what there is to store
  // B1 .. B(K-1), the blocking levels at which the mask is RCUBS: Bj is the size of factors j+1 .. K.
  std::vector<BlockSize> block_sizes() const;

  bool contains(std::int64_t u, std::int64_t v) const;
  std::vector<std::int64_t> columns(std::int64_t u) const;  // of row u, ascending
  Mask mask() const;  // the biadjacency matrix; errors: as Mask
  // The product as a graph; errors: as BaseGraph, whose sides and edges are 32-bit.
  BaseGraph graph() const;

  // From the factors alone: singular values of a tensor product are the products of its factors', so
  // that sigma2/sigma1 is the largest of the factors', and the product is connected when all are. It
  // is rarely Ramanujan for its own degrees, however good its factors.
  Spectrum spectrum() const;

 private:
  std::vector<BaseGraph> factors_;
  BaseGraphConfig config_;
};

// Theorem 1 (paper section 4) in its right form: two Ramanujan graphs of degree d on both sides
// against an ideal graph of degree d^2. The paper's own formula takes eigenvalues for singular values.
struct SpectralGaps {
  double ideal = 0;  // d^2 - 2 sqrt(d^2 - 1)
  double product = 0;  // d^2 - 2 d sqrt(d - 1): what the product has at least
  double ratio() const { return ideal / product; }  // falls to 1 as d grows, as 1 + 2/sqrt(d)
};
// Errors: invalid_argument for a degree below 3, where the product's gap may be zero.
SpectralGaps theorem1_gaps(std::int64_t degree);

// ---- Recovering structure ----

struct Recovery {
  std::optional<Rbgp4Pattern> pattern;  // its product is the mask
  std::optional<BlockViolation> violation;  // set exactly where there is no pattern
};

// Finds Go, Gr, Gi and Gb of a mask. Every biregular mask is a product (with Go the mask itself), so
// what fails is `non_empty` or `uniform` at 1 x 1. Of the many factorisations it returns the one
//   1. with the fewest edges in Go and Gi together, the index data that have to be stored,
//   2. then with the largest Gb, which the first rule never contradicts, then the largest Gr,
//   3. then with the smallest Gi (rows x columns, then rows).
// The order of rows and columns is kept: a mask whose rows were shuffled is another mask.
// Cost: the ones times the pairs of divisors that a first row does not rule out; 4096 x 4096 in
// under a second.
// Errors: invalid_argument where Go or Gi would have more than 2^20 vertices on a side.
Recovery recover(const Mask& mask);

// The same with given sizes of the base graphs (degrees are found), for masks meant to have them: the
// violation is then that of the blocking levels Gr (x) Gi (x) Gb, Gi (x) Gb, Gb and 1 x 1, in this
// order, or of Gr or Gb being complete. Errors: invalid_argument where the sizes are not the mask's.
Recovery recover(const Mask& mask, const Rbgp4Config& sizes);

}  // namespace rbgp
