#include <algorithm>
#include <cmath>

#include <Eigen/Dense>

#include <generator/connectivity.hpp>
#include <rbgp/error.hpp>
#include <rbgp/pattern.hpp>

namespace rbgp {

BaseGraph::BaseGraph(const BaseGraphConfig& config, std::vector<std::int32_t> adjacency)
    : config_(config), adjacency_(std::move(adjacency)) {
  require(config.left >= 1 && config.right >= 1 && config.left_degree >= 1,
          ErrorCode::invalid_argument, "base graph {}x{}: sides and left degree {} are at least 1",
          config.left, config.right, config.left_degree);
  require(static_cast<std::int64_t>(adjacency_.size()) == config.edges(),
          ErrorCode::invalid_argument, "base graph {}x{}: {} adjacency entries, expected {}",
          config.left, config.right, adjacency_.size(), config.edges());
  std::vector<std::int64_t> right_degree(static_cast<std::size_t>(config.right), 0);
  for (std::int64_t u = 0; u < config.left; ++u) {
    std::int64_t previous = -1;
    for (const std::int32_t v : neighbours(u)) {
      require(v > previous && v < config.right, ErrorCode::invalid_argument,
              "base graph {}x{}: neighbours of vertex {} must ascend within 0..{}", config.left,
              config.right, u, config.right - 1);
      ++right_degree[static_cast<std::size_t>(v)];
      previous = v;
    }
  }
  for (std::size_t v = 0; v < right_degree.size(); ++v) {
    require(right_degree[v] == config.right_degree(), ErrorCode::invalid_argument,
            "base graph {}x{}: right vertex {} has degree {}, expected {}", config.left,
            config.right, v, right_degree[v], config.right_degree());
  }
}

bool BaseGraph::has_edge(std::int64_t u, std::int64_t v) const {
  const auto row = neighbours(u);
  return std::binary_search(row.begin(), row.end(), static_cast<std::int32_t>(v));
}

Spectrum BaseGraph::spectrum() const {
  const auto dl = static_cast<double>(config_.left_degree);
  const auto dr = static_cast<double>(config_.right_degree());
  Spectrum spectrum;
  spectrum.sigma1 = std::sqrt(dl * dr);
  spectrum.bound = std::sqrt(dl - 1) + std::sqrt(dr - 1);
  if (config_.is_complete()) {
    spectrum.connected = true;
    spectrum.ramanujan = true;
    return spectrum;
  }
  // sigma2^2 is the second eigenvalue of the Gram matrix of the smaller side. The symmetric solver
  // is the one without traps on this family (a divide-and-conquer SVD is wrong on unions of cycles).
  Eigen::MatrixXd biadjacency = Eigen::MatrixXd::Zero(config_.left, config_.right);
  for (std::int64_t u = 0; u < config_.left; ++u)
    for (const std::int32_t v : neighbours(u)) biadjacency(u, v) = 1;
  const Eigen::MatrixXd gram = config_.left <= config_.right
                                   ? Eigen::MatrixXd(biadjacency * biadjacency.transpose())
                                   : Eigen::MatrixXd(biadjacency.transpose() * biadjacency);
  const Eigen::VectorXd eigenvalues =
      Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(gram, Eigen::EigenvaluesOnly).eigenvalues();
  const Eigen::Index size = eigenvalues.size();
  spectrum.sigma2 = size > 1 ? std::sqrt(std::max(0.0, eigenvalues[size - 2])) : 0;
  // The eigenvalues carry rounding of a few ulps of sigma1^2.
  const double slack = 1e-12 * spectrum.sigma1 * static_cast<double>(size);
  spectrum.connected = is_connected(*this);
  spectrum.ramanujan = spectrum.sigma2 <= spectrum.bound + slack;
  return spectrum;
}

}  // namespace rbgp
