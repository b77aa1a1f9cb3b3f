#include <generator/spectrum_lanczos.hpp>

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>

#include <generator/random_words.hpp>

namespace rbgp {
namespace {

constexpr Eigen::Index kFirstCheck = 12;  // steps before the first look at the Ritz values
constexpr double kCheckGrowth = 1.15;  // and the steps between looks grow with their cost
constexpr Eigen::Index kMostSteps = 1000;  // a random graph of 4096 takes some 150
constexpr Eigen::Index kMostDoubles = Eigen::Index{1} << 26;  // the basis: 512 MiB
constexpr int kRestarts = 24;
constexpr double kTolerance = 1e-12;
// Below this share of the matrix a residual is rounding: the Krylov space is exhausted, and going on
// would orthogonalise noise.
constexpr double kBreakdown = 1e-11;

// The symmetric tridiagonal matrix that the iteration builds.
struct Tridiagonal {
  std::vector<double> diagonal;
  std::vector<double> beside;  // beside[i] couples i and i + 1; the last leads out of the basis

  Eigen::Index size() const { return static_cast<Eigen::Index>(diagonal.size()); }
};

struct Ritz {
  double largest = 0;
  double gap = 0;  // to the second largest
  Eigen::VectorXd vector;  // of the largest, in the basis
};

// Inverse iteration just above the largest value: all beside-entries are positive, so no step
// cancels, and the last component, which measures convergence, is right however small it is.
Eigen::VectorXd top_vector(const Tridiagonal& matrix, double shift) {
  const Eigen::Index size = matrix.size();
  Eigen::VectorXd x = Eigen::VectorXd::Ones(size);
  Eigen::VectorXd pivot(size);
  const auto at = [](const std::vector<double>& values, Eigen::Index i) {
    return values[static_cast<std::size_t>(i)];
  };
  const double least = 1e-16 * std::abs(shift);
  for (int round = 0; round < 4; ++round) {
    for (Eigen::Index i = 0; i < size; ++i) {
      pivot[i] = shift - at(matrix.diagonal, i);
      if (i == 0) continue;
      const double factor = at(matrix.beside, i - 1) / pivot[i - 1];
      pivot[i] -= factor * at(matrix.beside, i - 1);
      x[i] += factor * x[i - 1];
      pivot[i] = std::max(pivot[i], least);
    }
    for (Eigen::Index i = size - 1; i >= 0; --i) {
      if (i + 1 < size) x[i] += at(matrix.beside, i) * x[i + 1];
      x[i] /= pivot[i];
    }
    x.normalize();
  }
  return x;
}

Ritz ritz_of(const Tridiagonal& matrix) {
  const Eigen::Index size = matrix.size();
  const Eigen::Map<const Eigen::VectorXd> diagonal(matrix.diagonal.data(), size);
  const Eigen::Map<const Eigen::VectorXd> beside(matrix.beside.data(), size - 1);
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver;
  solver.computeFromTridiagonal(diagonal, beside, Eigen::EigenvaluesOnly);
  const Eigen::VectorXd& values = solver.eigenvalues();
  Ritz ritz;
  ritz.largest = values[size - 1];
  ritz.gap = size > 1 ? ritz.largest - values[size - 2] : ritz.largest;
  ritz.vector = top_vector(matrix, ritz.largest * (1 + 1e-14));
  return ritz;
}

// The error of a Ritz value is at most the residual, and about its square over the gap.
bool is_converged(const Ritz& ritz, double residual) {
  const double allowed = kTolerance * ritz.largest;
  return residual <= allowed ||
         (residual <= 1e-6 * ritz.largest && residual * residual <= allowed * ritz.gap);
}

Eigen::VectorXd random_start(Eigen::Index size) {
  RandomWords random(0x5eed);
  Eigen::VectorXd start(size);
  for (Eigen::Index i = 0; i < size; ++i) start[i] = random.unit() - 0.5;
  return start;
}

struct Pass {
  Ritz ritz;
  bool ended = false;  // converged, exhausted or above the stop
  bool converged = false;
};

// Steps from a start vector until the Ritz value converges or the basis is full.
Pass run_pass(GramMatrix& gram, Eigen::VectorXd start, Eigen::MatrixXd& basis, double stop_above) {
  Tridiagonal matrix;
  Eigen::VectorXd next(gram.size());
  Eigen::Index check = kFirstCheck;
  double scale = 0;
  Pass pass;
  basis.col(0) = start.normalized();
  for (Eigen::Index step = 0;; ++step) {
    start = basis.col(step);
    gram.apply(start, next);
    const double alpha = next.dot(start);
    next -= alpha * start;
    if (step > 0) next -= matrix.beside.back() * basis.col(step - 1);
    // A second subtraction keeps the basis orthogonal to rounding.
    const auto earlier = basis.leftCols(step + 1);
    next -= earlier * (earlier.transpose() * next).eval();
    const double beta = next.norm();
    matrix.diagonal.push_back(alpha);
    matrix.beside.push_back(beta);
    scale = std::max(scale, std::abs(alpha) + beta);
    const bool exhausted = beta <= kBreakdown * scale || step + 1 == gram.size();
    const bool full = step + 1 == basis.cols();
    if (exhausted || full || step + 1 == check) {
      check = static_cast<Eigen::Index>(kCheckGrowth * static_cast<double>(check)) + 1;
      pass.ritz = ritz_of(matrix);
      pass.converged =
          exhausted || is_converged(pass.ritz, beta * std::abs(pass.ritz.vector[step]));
      pass.ended = pass.converged || pass.ritz.largest > stop_above;
      if (pass.ended || full) return pass;
    }
    basis.col(step + 1) = next / beta;
  }
}

}  // namespace

LanczosResult largest_by_lanczos(GramMatrix& gram, double stop_above) {
  const Eigen::Index size = gram.size();
  const Eigen::Index steps =
      std::min({size, kMostSteps, std::max<Eigen::Index>(32, kMostDoubles / size)});
  // An image is orthogonal to what is deflated, and leans to the large eigenvalues.
  Eigen::VectorXd start(size);
  gram.apply(random_start(size), start);
  // Only rounding is left where the matrix is zero: a complete graph, or a single vertex.
  if (start.norm() <= 1e-12 * static_cast<double>(gram.size())) return {0, true};
  Eigen::MatrixXd basis(size, steps);
  for (int restart = 0;; ++restart) {
    const Pass pass = run_pass(gram, std::move(start), basis, stop_above);
    if (pass.ended || restart == kRestarts)
      return {std::max(0.0, pass.ritz.largest), pass.converged};
    start = basis.leftCols(pass.ritz.vector.size()) * pass.ritz.vector;
  }
}

}  // namespace rbgp
