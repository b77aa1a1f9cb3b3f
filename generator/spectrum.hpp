// The second singular value of base graphs, and the norm of the signed matrices of their lifts:
// measured, compared with the Ramanujan bound, and proved.
#pragma once

#include <generator/spectrum_gram.hpp>
#include <rbgp/graph.hpp>

namespace rbgp {

// Up to this side all eigenvalues are computed; beyond, Lanczos iteration finds the largest faster.
inline constexpr std::int64_t kDenseEigenvaluesSide = 128;

double ramanujan_bound(const BaseGraphConfig& config);

struct NormOptions {
  bool stop_above_bound = false;  // the value need not be right where it is above the bound
  bool prove = false;  // ask for a Cholesky proof of `within`
};

struct Norm {
  double value = 0;  // largest singular value; without the all-ones vector's where that is deflated
  bool within = false;  // at most the bound, to rounding
  Proof proof = Proof::none;
};

// With `stop_above_bound` and `prove`, a side above kDenseEigenvaluesSide is within its bound only
// where that was proved, as far as a proof can be had.
Norm norm_of(const SignedRows& matrix, double bound, const NormOptions& options);

// The whole certificate of a graph.
Certificate certify(const BaseGraph& graph, const NormOptions& options);

// As certify, of a graph whose sigma2 its construction knows.
Certificate certify_known(const BaseGraph& graph, const Norm& second);

}  // namespace rbgp
