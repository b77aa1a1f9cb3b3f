#include <generator/spectrum.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <generator/connectivity.hpp>
#include <generator/spectrum_lanczos.hpp>

namespace rbgp {
namespace {

// Eigenvalues carry rounding of a few ulps of sigma1^2; a graph on the bound is not to be refused
// for that.
double rounding_slack(const SignedRows& matrix) {
  const auto side = std::min({matrix.left, matrix.right, kDenseEigenvaluesSide});
  return 1e-12 * matrix.largest_possible() * static_cast<double>(side);
}

// So near the bound the shift of a proof counts, and a failed one says nothing.
constexpr double kTooNearToProve = 1e-7;

Norm dense_norm(GramMatrix& gram, double limit) {
  const double value = std::sqrt(gram.largest_eigenvalue());
  return {value, value <= limit, Proof::eigenvalues};
}

Norm lanczos_norm(GramMatrix& gram, double limit, bool stop_above) {
  const double infinity = std::numeric_limits<double>::infinity();
  const LanczosResult result = largest_by_lanczos(gram, stop_above ? limit * limit : infinity);
  const double value = std::sqrt(result.largest);
  // A value above the bound settles the matter, converged or not.
  if (result.converged || value > limit) return {value, value <= limit, Proof::lanczos};
  // Long chains of nearly equal eigenvalues, as of a ring: not of a graph that anybody samples.
  if (gram.size() <= GramMatrix::kDenseSide) return dense_norm(gram, limit);
  return {value, value <= limit, Proof::none};
}

Certificate with_norm(const BaseGraph& graph, bool connected, const Norm& second) {
  const BaseGraphConfig& config = graph.config();
  Certificate certificate;
  certificate.biregular = true;  // the constructor of BaseGraph counted
  certificate.simple = true;
  Spectrum& spectrum = certificate.spectrum;
  spectrum.sigma1 = std::sqrt(static_cast<double>(config.left_degree) *
                              static_cast<double>(config.right_degree()));
  spectrum.sigma2 = second.value;
  spectrum.bound = ramanujan_bound(config);
  spectrum.ramanujan = second.within;
  spectrum.connected = connected;
  certificate.proof = second.proof;
  return certificate;
}

}  // namespace

Spectrum complete_spectrum(const BaseGraphConfig& config) {
  return {.sigma1 = std::sqrt(static_cast<double>(config.left) * static_cast<double>(config.right)),
          .sigma2 = 0,
          .bound = ramanujan_bound(BaseGraphConfig::complete(config.left, config.right)),
          .ramanujan = true,
          .connected = true};
}

Spectrum product_spectrum(const BaseGraphConfig& product, std::span<const Spectrum> factors) {
  Spectrum spectrum{.sigma1 = 1, .bound = ramanujan_bound(product), .connected = true};
  double ratio = 0;
  for (const Spectrum& factor : factors) {
    spectrum.sigma1 *= factor.sigma1;
    spectrum.connected = spectrum.connected && factor.connected;
    ratio = std::max(ratio, factor.ratio());
  }
  spectrum.sigma2 = spectrum.sigma1 * ratio;
  // sigma2 of a factor is good to some 1e-8.
  constexpr double kRounding = 1e-8;
  spectrum.ramanujan = spectrum.sigma2 <= spectrum.bound + kRounding * spectrum.sigma1;
  return spectrum;
}

double ramanujan_bound(const BaseGraphConfig& config) {
  return std::sqrt(static_cast<double>(config.left_degree - 1)) +
         std::sqrt(static_cast<double>(config.right_degree() - 1));
}

Norm norm_of(const SignedRows& matrix, double bound, const NormOptions& options) {
  GramMatrix gram(matrix);
  const double limit = bound + rounding_slack(matrix);
  const bool small = gram.size() <= kDenseEigenvaluesSide;
  Norm norm = small ? dense_norm(gram, limit) : lanczos_norm(gram, limit, options.stop_above_bound);
  if (!norm.within || !options.prove || gram.size() > GramMatrix::kDenseSide) return norm;
  if (gram.proved_below(bound)) {
    norm.proof = Proof::cholesky;
  } else if (!small) {
    // Either the value is too near to the bound, or Lanczos iteration missed a larger one.
    const bool near = norm.value > bound * (1 - kTooNearToProve);
    if (options.stop_above_bound)
      norm.within = false;
    else if (!near)
      norm = dense_norm(gram, limit);
  }
  return norm;
}

Certificate certify(const BaseGraph& graph, const NormOptions& options) {
  const BaseGraphConfig& config = graph.config();
  const double bound = ramanujan_bound(config);
  const bool connected = is_connected(graph);
  if (config.is_complete()) return with_norm(graph, connected, {0, true, Proof::formula});
  // A component each has sigma1 once.
  if (!connected) {
    const double sigma1 = std::sqrt(static_cast<double>(config.left_degree) *
                                    static_cast<double>(config.right_degree()));
    const bool within = config.left_degree == 2 && config.right_degree() == 2;
    return with_norm(graph, connected, {sigma1, within, Proof::formula});
  }
  // One cycle. Its eigenvalues crowd at sigma1, which is slow to resolve.
  if (config.left_degree == 2 && config.right_degree() == 2) {
    const double sigma2 = 2 * std::cos(std::numbers::pi / static_cast<double>(config.left));
    return with_norm(graph, connected, {sigma2, true, Proof::formula});
  }
  return with_norm(graph, connected,
                   norm_of({config.left, config.right, graph.adjacency()}, bound, options));
}

Certificate certify_known(const BaseGraph& graph, const Norm& second) {
  return with_norm(graph, is_connected(graph), second);
}

}  // namespace rbgp
