#include <generator/spectrum_gram.hpp>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>
#include <limits>

namespace rbgp {
namespace {

// The Gram matrix is made dense at once where applying it is then cheaper: one multiplication a pair
// in order, against two additions an entry at random addresses.
constexpr std::int64_t kDensePairsPerEntry = 4;
// Dense products cost a fixed rate a multiplication, scattered ones about this many times more.
constexpr std::int64_t kScatterCost = 16;
constexpr std::int64_t kPanelColumns = 1024;  // multiplied at once: bounds the memory of wide ones

}  // namespace

double SignedRows::largest_possible() const {
  return static_cast<double>(entries()) /
         std::sqrt(static_cast<double>(left) * static_cast<double>(right));
}

GramMatrix::Side GramMatrix::side_of(const SignedRows& matrix, bool of_left) {
  Side side;
  side.vertices = of_left ? matrix.left : matrix.right;
  side.degree = matrix.entries() / side.vertices;
  side.neighbours.resize(static_cast<std::size_t>(matrix.entries()));
  side.positive.assign(static_cast<std::size_t>(side.vertices), 0);
  const std::int64_t row_degree = matrix.entries() / matrix.left;
  std::vector<std::int32_t> negatives(static_cast<std::size_t>(side.vertices), 0);
  for (std::int64_t edge = 0; edge < matrix.entries(); ++edge) {
    const auto row = edge / row_degree;
    const std::int64_t col = matrix.adjacency[static_cast<std::size_t>(edge)];
    const std::int64_t vertex = of_left ? row : col;
    const bool minus =
        matrix.negative != nullptr && (*matrix.negative)[static_cast<std::size_t>(edge)];
    const std::int64_t place = minus ? side.degree - ++negatives[static_cast<std::size_t>(vertex)]
                                     : side.positive[static_cast<std::size_t>(vertex)]++;
    side.neighbours[static_cast<std::size_t>(vertex * side.degree + place)] =
        static_cast<std::int32_t>(of_left ? col : row);
  }
  return side;
}

void GramMatrix::Side::gather(const Eigen::VectorXd& from, Eigen::VectorXd& to) const {
  const double* const source = from.data();
  const std::int32_t* neighbour = neighbours.data();
  for (std::int64_t vertex = 0; vertex < vertices; ++vertex, neighbour += degree) {
    double sum = 0;
    const std::int64_t plus = positive[static_cast<std::size_t>(vertex)];
    for (std::int64_t i = 0; i < plus; ++i) sum += source[neighbour[i]];
    for (std::int64_t i = plus; i < degree; ++i) sum -= source[neighbour[i]];
    to[vertex] = sum;
  }
}

GramMatrix::GramMatrix(const SignedRows& matrix)
    : size_(std::min(matrix.left, matrix.right)),
      deflated_(matrix.deflated()),
      inner_(side_of(matrix, matrix.left <= matrix.right)),
      outer_(side_of(matrix, matrix.left > matrix.right)),
      across_(std::max(matrix.left, matrix.right)) {
  if (size_ <= kDenseSide && kDensePairsPerEntry * matrix.entries() >= size_ * size_) dense();
}

void GramMatrix::apply(const Eigen::VectorXd& x, Eigen::VectorXd& y) {
  if (dense_.size() > 0) {
    y.noalias() = dense_.selfadjointView<Eigen::Lower>() * x;
  } else {
    outer_.gather(x, across_);
    inner_.gather(across_, y);
  }
  if (deflated_) y.array() -= y.mean();
}

const Eigen::MatrixXd& GramMatrix::dense() {
  if (dense_.size() == 0) {
    // Single precision holds integers up to 2^24 exactly, and an entry is at most a degree.
    if (outer_.degree * kScatterCost > size_)
      fill_from_rows();
    else
      fill_from_pairs();
  }
  return dense_;
}

void GramMatrix::fill_from_rows() {
  Eigen::MatrixXf gram = Eigen::MatrixXf::Zero(size_, size_);
  Eigen::MatrixXf panel(size_, std::min(kPanelColumns, outer_.vertices));
  for (std::int64_t first = 0; first < outer_.vertices; first += kPanelColumns) {
    const std::int64_t columns = std::min(kPanelColumns, outer_.vertices - first);
    panel.setZero();
    for (std::int64_t v = first; v < first + columns; ++v)
      for (std::int64_t i = 0; i < outer_.degree; ++i)
        panel(outer_.neighbours[static_cast<std::size_t>(v * outer_.degree + i)], v - first) =
            i < outer_.positive[static_cast<std::size_t>(v)] ? 1.0F : -1.0F;
    gram.selfadjointView<Eigen::Lower>().rankUpdate(panel.leftCols(columns));
  }
  dense_ = gram.cast<double>();
}

void GramMatrix::fill_from_pairs() {
  dense_ = Eigen::MatrixXd::Zero(size_, size_);
  for (std::int64_t v = 0; v < outer_.vertices; ++v) {
    const std::int32_t* const ends = outer_.neighbours.data() + v * outer_.degree;
    const std::int64_t plus = outer_.positive[static_cast<std::size_t>(v)];
    for (std::int64_t i = 0; i < outer_.degree; ++i)
      for (std::int64_t j = 0; j < outer_.degree; ++j)
        if (ends[i] >= ends[j]) dense_(ends[i], ends[j]) += (i < plus) == (j < plus) ? 1 : -1;
  }
}

double GramMatrix::largest_eigenvalue() {
  Eigen::MatrixXd gram = dense();
  if (deflated_) {
    const double share = static_cast<double>(inner_.degree) * static_cast<double>(outer_.degree) /
                         static_cast<double>(size_);
    gram.array() -= share;
  }
  // The solver reads the lower triangle only.
  const double largest =
      Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(gram, Eigen::EigenvaluesOnly)
          .eigenvalues()
          .maxCoeff();
  return std::max(0.0, largest);
}

// A floating-point Cholesky factorisation that runs to its end proves that the smallest eigenvalue is
// above -(n+1) u/(1 - 2 (n+1) u) times the trace, in whatever order its sums are taken (Rump,
// Verification of positive definiteness, BIT 46, 2006); u is half of epsilon. Asking that much more
// of the matrix, twice over since Eigen may multiply by a reciprocal, makes success a proof.
bool GramMatrix::proved_below(double bound) {
  constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
  const auto n = static_cast<double>(size_);
  const auto diagonal = static_cast<double>(inner_.degree);
  // Adding at least sigma1^2/n everywhere lifts the all-ones vector out of the way; an integer keeps
  // the entries exact.
  const double ones =
      deflated_ ? std::ceil(diagonal * static_cast<double>(outer_.degree) / n) : 0.0;
  const double limit = bound * bound * (1 - 4 * kEpsilon);
  const double trace = n * (limit - diagonal + ones);
  const double shifted = limit - (n + 4) * kEpsilon * std::abs(trace);
  if (shifted - diagonal + ones <= 0) return false;
  Eigen::MatrixXd factored = ones - dense().array();
  factored.diagonal().array() += shifted;
  return Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>>(factored).info() == Eigen::Success;
}

}  // namespace rbgp
