#include <gtest/gtest.h>

#include <Spectra/SymEigsSolver.h>

#include <limits>
#include <numbers>
#include <optional>

#include <generator/random_words.hpp>
#include <generator/spectrum.hpp>
#include <generator/spectrum_lanczos.hpp>
#include <unit/graph_checks.hpp>

namespace rbgp {
namespace {

constexpr int kFirstWithoutTraps = 4;  // of the families
constexpr double kNever = std::numeric_limits<double>::infinity();

BaseGraph from_matrix(const Eigen::MatrixXd& matrix) {
  std::vector<std::int32_t> adjacency;
  for (Eigen::Index u = 0; u < matrix.rows(); ++u)
    for (Eigen::Index v = 0; v < matrix.cols(); ++v)
      if (matrix(u, v) != 0) adjacency.push_back(static_cast<std::int32_t>(v));
  const auto edges = static_cast<std::int64_t>(adjacency.size());
  return {{matrix.rows(), matrix.cols(), edges / matrix.rows()}, std::move(adjacency)};
}

// A band that wraps round: its singular values abs(sin(k degree pi/side) / sin(k pi/side)) crowd at
// sigma1.
Eigen::MatrixXd ring(std::int64_t side, std::int64_t degree) {
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(side, side);
  for (std::int64_t u = 0; u < side; ++u)
    for (std::int64_t j = 0; j < degree; ++j) matrix(u, (u + j) % side) = 1;
  return matrix;
}

// Any biregular graph, connected or not, Ramanujan or not.
Eigen::MatrixXd swapped(std::int64_t left, std::int64_t right, std::int64_t degree,
                        RandomWords& random) {
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(left, right);
  for (std::int64_t edge = 0; edge < left * degree; ++edge) matrix(edge / degree, edge % right) = 1;
  for (std::int64_t i = 0; i < 20 * left * degree; ++i) {
    const auto a = static_cast<Eigen::Index>(random.below(static_cast<std::uint64_t>(left)));
    const auto b = static_cast<Eigen::Index>(random.below(static_cast<std::uint64_t>(left)));
    const auto x = static_cast<Eigen::Index>(random.below(static_cast<std::uint64_t>(right)));
    const auto y = static_cast<Eigen::Index>(random.below(static_cast<std::uint64_t>(right)));
    if (matrix(a, x) == 1 && matrix(b, y) == 1 && matrix(a, y) == 0 && matrix(b, x) == 0) {
      matrix(a, x) = matrix(b, y) = 0;
      matrix(a, y) = matrix(b, x) = 1;
    }
  }
  return matrix;
}

std::int64_t between(RandomWords& random, std::int64_t least, std::int64_t most) {
  return least +
         static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(most - least + 1)));
}

Eigen::MatrixXd random_biregular(RandomWords& random, std::int64_t most_side) {
  const std::int64_t parts = between(random, 2, most_side / 2);
  const std::int64_t left = parts * between(random, 1, most_side / parts);
  const std::int64_t right = parts * between(random, 1, most_side / parts);
  const std::int64_t whole = std::gcd(left, right);
  return swapped(left, right, between(random, 1, whole) * (right / whole), random);
}

// The families: the libraries of shared/GRAPH-NOTES.md are wrong on unions of cycles, on products of
// low rank and on 4x4 matrices.
Eigen::MatrixXd family_member(int family, RandomWords& random) {
  switch (family) {
    case 0: {  // a union of cycles
      const std::int64_t side = between(random, 2, 48);
      return swapped(side, side, 2, random);
    }
    case 1: {  // low rank: every row and column many times
      const Eigen::MatrixXd small = random_biregular(random, 8);
      const Eigen::MatrixXd ones =
          Eigen::MatrixXd::Ones(between(random, 2, 5), between(random, 2, 5));
      Eigen::MatrixXd product(small.rows() * ones.rows(), small.cols() * ones.cols());
      for (Eigen::Index u = 0; u < product.rows(); ++u)
        for (Eigen::Index v = 0; v < product.cols(); ++v)
          product(u, v) = small(u / ones.rows(), v / ones.cols());
      return product;
    }
    case 2:
      return swapped(4, 4, between(random, 1, 4), random);
    case 3:
      return ring(between(random, 5, 60), between(random, 2, 4));
    default:
      return random_biregular(random, 60);
  }
}

double by_lanczos(const SignedRows& rows) {
  GramMatrix gram(rows);
  const LanczosResult result = largest_by_lanczos(gram, kNever);
  EXPECT_TRUE(result.converged);
  return std::sqrt(result.largest);
}

// Nothing where Spectra gives up. It is a second opinion only where it has no traps.
std::optional<double> by_spectra(const Eigen::MatrixXd& matrix) {
  const Eigen::Index size = matrix.rows();
  if (size < 6) return std::nullopt;
  try {
    Spectra::DenseSymMatProd<double> product(matrix);
    Spectra::SymEigsSolver<Spectra::DenseSymMatProd<double>> solver(
        product, 1, std::min<Eigen::Index>(size / 2, 24));
    solver.init();
    solver.compute(Spectra::SortRule::LargestAlge, 1000, 1e-12);
    if (solver.info() != Spectra::CompInfo::Successful) return std::nullopt;
    return std::sqrt(std::max(0.0, solver.eigenvalues()[0]));
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

// Where few are distinct, as for dense graphs, Spectra goes on past the end of its Krylov space:
// it says 4e72 of the complement of a matching.
bool has_many_eigenvalues(const BaseGraphConfig& config) {
  return std::min(config.left, config.right) >= 12 && config.density() <= 0.7 &&
         std::min(config.left_degree, config.right_degree()) >= 2;
}

Eigen::MatrixXd deflated_gram(const BaseGraph& graph) {
  Eigen::MatrixXd gram = test::gram_of(graph);
  gram.array() -= gram.row(0).sum() / static_cast<double>(gram.rows());
  return gram;
}

TEST(Spectrum, AgreesWithADenseSolverAndSpectraOn2000Graphs) {
  RandomWords random(11);
  int agreeing_with_spectra = 0;
  for (int i = 0; i < 2000; ++i) {
    const int family = i % 8;
    const BaseGraph graph = from_matrix(family_member(family, random));
    SCOPED_TRACE(fmt::format("graph {} {}", i, test::name(graph.config())));
    const auto [sigma1, sigma2] = test::two_singular_values(graph);
    // A complete graph has none but the rounding of the square root of a rounded zero.
    const double allowed = graph.config().is_complete() ? 1e-6 * sigma1 : 1e-8 * sigma2;
    const Spectrum spectrum = graph.spectrum();
    ASSERT_NEAR(spectrum.sigma1, sigma1, 1e-9 * sigma1);
    ASSERT_NEAR(spectrum.sigma2, sigma2, allowed);
    ASSERT_EQ(spectrum.connected, test::count_components(graph) == 1);
    ASSERT_EQ(spectrum.ramanujan, spectrum.sigma2 <= test::bound_of(graph.config()) + 1e-9);
    const SignedRows rows{graph.config().left, graph.config().right, graph.adjacency()};
    ASSERT_NEAR(by_lanczos(rows), sigma2, allowed);
    ASSERT_NEAR(norm_of(rows, 1, {}).value, sigma2, allowed);
    const std::optional<double> other = by_spectra(deflated_gram(graph));
    if (family >= kFirstWithoutTraps && other && has_many_eigenvalues(graph.config())) {
      ASSERT_NEAR(*other, sigma2, allowed);
      ++agreeing_with_spectra;
    }
  }
  EXPECT_GT(agreeing_with_spectra, 300);
}

TEST(Spectrum, SignedMatricesAgreeWithADenseSolver) {
  RandomWords random(12);
  for (int i = 0; i < 500; ++i) {
    const BaseGraph graph = from_matrix(i % 2 == 0 ? swapped(4, 4, between(random, 1, 4), random)
                                                   : random_biregular(random, 40));
    SCOPED_TRACE(fmt::format("matrix {} {}", i, test::name(graph.config())));
    std::vector<bool> negative(graph.adjacency().size());
    Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(graph.config().left, graph.config().right);
    for (std::size_t edge = 0; edge < negative.size(); ++edge) {
      negative[edge] = random.bit();
      matrix(static_cast<Eigen::Index>(edge) / graph.config().left_degree,
             graph.adjacency()[edge]) = negative[edge] ? -1 : 1;
    }
    const Eigen::MatrixXd gram = matrix * matrix.transpose();
    const double norm =
        std::sqrt(Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(gram).eigenvalues().maxCoeff());
    const SignedRows rows{graph.config().left, graph.config().right, graph.adjacency(), &negative};
    ASSERT_NEAR(norm_of(rows, norm + 1, {}).value, norm, 1e-8 * norm);
    ASSERT_NEAR(by_lanczos(rows), norm, 1e-8 * norm);
    GramMatrix matrix_gram(rows);
    ASSERT_TRUE(matrix_gram.proved_below(norm * (1 + 1e-6)));
    ASSERT_FALSE(matrix_gram.proved_below(norm * (1 - 1e-6)));
  }
}

// Sides above what the dense solver is used for, dense and sparse products alike.
TEST(Spectrum, LargeGraphsAreRightAndProvedOnlyAboveSigma2) {
  RandomWords random(13);
  const BaseGraphConfig configs[] = {{200, 200, 3},   {130, 260, 60}, {300, 150, 5},
                                     {256, 256, 128}, {190, 190, 2},  {400, 200, 2}};
  for (const BaseGraphConfig& config : configs) {
    SCOPED_TRACE(test::name(config));
    const BaseGraph graph =
        from_matrix(swapped(config.left, config.right, config.left_degree, random));
    const auto [sigma1, sigma2] = test::two_singular_values(graph);
    const SignedRows rows{config.left, config.right, graph.adjacency()};
    EXPECT_NEAR(norm_of(rows, 1, {}).value, sigma2, 1e-8 * sigma2);
    EXPECT_NEAR(graph.certificate().spectrum.sigma2, sigma2, 1e-8 * sigma2);
    GramMatrix gram(rows);
    EXPECT_TRUE(gram.proved_below(sigma2 * (1 + 1e-6)));
    EXPECT_FALSE(gram.proved_below(sigma2 * (1 - 1e-6)));
    EXPECT_GT(largest_by_lanczos(gram, 0.5 * sigma2 * sigma2).largest, 0.5 * sigma2 * sigma2);
  }
}

// Its eigenvalues crowd so closely at sigma1 that a basis of the graph's size may be needed.
TEST(Spectrum, RingsConverge) {
  const std::int64_t side = 600;
  const BaseGraph band = from_matrix(ring(side, 3));
  const double angle = std::numbers::pi / static_cast<double>(side);
  EXPECT_NEAR(band.spectrum().sigma2, 1 + 2 * std::cos(2 * angle), 1e-8);
  EXPECT_FALSE(band.spectrum().ramanujan);
  EXPECT_TRUE(band.spectrum().connected);
}

TEST(Spectrum, SaysHowItWasCertified) {
  EXPECT_EQ(BaseGraph({2, 2, 2}, {0, 1, 0, 1}).certificate().proof, Proof::formula);
  EXPECT_EQ(BaseGraph({2, 2, 1}, {0, 1}).certificate().proof, Proof::formula);
  EXPECT_EQ(BaseGraph({3, 3, 2}, {0, 1, 1, 2, 0, 2}).certificate().proof, Proof::formula);
  const BaseGraph band = from_matrix(ring(60, 3));
  EXPECT_EQ(band.certificate().proof, Proof::eigenvalues);  // not Ramanujan: nothing to prove
  const BaseGraph sampled = BaseGraph::sample({40, 40, 6}, 1);
  EXPECT_EQ(sampled.certificate().proof, Proof::cholesky);
  const Certificate again = BaseGraph(sampled.config(), sampled.adjacency()).certificate();
  EXPECT_EQ(again.proof, Proof::cholesky);
  EXPECT_NEAR(again.spectrum.sigma2, sampled.spectrum().sigma2, 1e-10);
}

}  // namespace
}  // namespace rbgp
