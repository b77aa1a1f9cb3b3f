// The Gram matrix S S^T (or S^T S, of the smaller side) of a sparse matrix S of 1 and -1 entries with
// equal degrees: applied to vectors, made dense, and proved smaller than a bound.
#pragma once

#include <Eigen/Core>

#include <cstdint>
#include <span>
#include <vector>

namespace rbgp {

// S: `left` rows with the same number of entries each, their columns in `adjacency`.
struct SignedRows {
  std::int64_t left = 0;
  std::int64_t right = 0;
  std::span<const std::int32_t> adjacency;
  // Which entries are -1. Null: none is, S is the biadjacency matrix of a biregular graph, and its
  // all-ones singular vector is deflated throughout.
  const std::vector<bool>* negative = nullptr;

  bool deflated() const { return negative == nullptr; }
  std::int64_t entries() const { return static_cast<std::int64_t>(adjacency.size()); }
  double largest_possible() const;  // sqrt(dl*dr): no singular value is larger
};

class GramMatrix {
 public:
  // Of larger ones no dense form is made: 128 MiB, and 4 s for a proof.
  static constexpr std::int64_t kDenseSide = 4096;

  explicit GramMatrix(const SignedRows& matrix);

  Eigen::Index size() const { return size_; }

  // y = G x; x and y orthogonal to the all-ones vector where that is deflated.
  void apply(const Eigen::VectorXd& x, Eigen::VectorXd& y);

  // The lower triangle, exact (integers), not deflated. Made at the first call.
  const Eigen::MatrixXd& dense();

  // The largest eigenvalue, to rounding; cubic in size().
  double largest_eigenvalue();

  // Whether all eigenvalues are proved to be below bound^2; size() is at most kDenseSide. False
  // proves nothing.
  bool proved_below(double bound);

 private:
  // Neighbours of the vertices of one side, those of positive entries first.
  struct Side {
    std::int64_t vertices = 0;
    std::int64_t degree = 0;
    std::vector<std::int32_t> neighbours;
    std::vector<std::int32_t> positive;  // how many of a vertex's neighbours

    void gather(const Eigen::VectorXd& from, Eigen::VectorXd& to) const;
  };
  static Side side_of(const SignedRows& matrix, bool of_left);

  void fill_from_rows();
  void fill_from_pairs();

  Eigen::Index size_ = 0;
  bool deflated_ = false;
  Side inner_;  // of the smaller side
  Side outer_;
  Eigen::VectorXd across_;
  Eigen::MatrixXd dense_;
};

}  // namespace rbgp
