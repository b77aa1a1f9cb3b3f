// Checks of base graphs that share no code with the library: degrees, connectivity by union-find,
// singular values from dense eigenvalues.
#pragma once

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include <rbgp/graph.hpp>

namespace rbgp::test {

inline std::string name(const BaseGraphConfig& config) {
  return fmt::format("{}x{} degree {}", config.left, config.right, config.left_degree);
}

// The same on every platform; a hash of a graph is as good as the graph in a test of stability.
inline std::uint64_t hash_of(const BaseGraph& graph) {
  std::uint64_t hash = 1469598103934665603U;  // FNV-1a, a word a step
  for (const std::int32_t v : graph.adjacency())
    hash = (hash ^ static_cast<std::uint64_t>(v)) * 1099511628211U;
  return hash;
}

// Whether rows ascend, without an edge twice, and every vertex has its degree.
inline bool is_simple_and_biregular(const BaseGraph& graph) {
  const BaseGraphConfig& config = graph.config();
  const auto& adjacency = graph.adjacency();
  if (static_cast<std::int64_t>(adjacency.size()) != config.left * config.left_degree) return false;
  std::vector<std::int64_t> right_degree(static_cast<std::size_t>(config.right), 0);
  for (std::size_t edge = 0; edge < adjacency.size(); ++edge) {
    const std::int32_t v = adjacency[edge];
    if (v < 0 || v >= config.right) return false;
    const bool row_begins = edge % static_cast<std::size_t>(config.left_degree) == 0;
    if (!row_begins && adjacency[edge - 1] >= v) return false;
    ++right_degree[static_cast<std::size_t>(v)];
  }
  return std::all_of(right_degree.begin(), right_degree.end(), [&](std::int64_t degree) {
    return degree * config.right == config.left * config.left_degree;
  });
}

inline std::int64_t count_components(const BaseGraph& graph) {
  const BaseGraphConfig& config = graph.config();
  std::vector<std::int64_t> parent(static_cast<std::size_t>(config.left + config.right));
  std::iota(parent.begin(), parent.end(), std::int64_t{0});
  const auto root = [&](std::int64_t x) {
    while (parent[static_cast<std::size_t>(x)] != x)
      x = parent[static_cast<std::size_t>(x)] =
          parent[static_cast<std::size_t>(parent[static_cast<std::size_t>(x)])];
    return x;
  };
  std::int64_t components = config.left + config.right;
  for (std::size_t edge = 0; edge < graph.adjacency().size(); ++edge) {
    const auto u = root(static_cast<std::int64_t>(edge) / config.left_degree);
    const auto v = root(config.left + graph.adjacency()[edge]);
    components -= u != v;
    parent[static_cast<std::size_t>(u)] = v;
  }
  return components;
}

inline Eigen::MatrixXd biadjacency_of(const BaseGraph& graph) {
  const BaseGraphConfig& config = graph.config();
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(config.left, config.right);
  for (std::int64_t u = 0; u < config.left; ++u)
    for (const std::int32_t v : graph.neighbours(u)) matrix(u, v) = 1;
  return matrix;
}

// B B^T of the smaller side, an entry at a time.
inline Eigen::MatrixXd gram_of(const BaseGraph& graph) {
  const Eigen::MatrixXd matrix = biadjacency_of(graph);
  return matrix.rows() <= matrix.cols() ? Eigen::MatrixXd(matrix * matrix.transpose())
                                        : Eigen::MatrixXd(matrix.transpose() * matrix);
}

// sigma1 and sigma2. The symmetric solver is the one without traps on this family.
inline std::pair<double, double> two_singular_values(const BaseGraph& graph) {
  const Eigen::VectorXd values =
      Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(gram_of(graph), Eigen::EigenvaluesOnly)
          .eigenvalues();
  const Eigen::Index size = values.size();
  return {std::sqrt(values[size - 1]), size > 1 ? std::sqrt(std::max(0.0, values[size - 2])) : 0.0};
}

inline double bound_of(const BaseGraphConfig& config) {
  return std::sqrt(static_cast<double>(config.left_degree) - 1) +
         std::sqrt(static_cast<double>(config.right_degree()) - 1);
}

// Everything that holds of an accepted graph that is no union of stars.
inline void expect_good(const BaseGraph& graph) {
  const BaseGraphConfig& config = graph.config();
  EXPECT_TRUE(is_simple_and_biregular(graph));
  EXPECT_EQ(count_components(graph), 1);
  const auto [sigma1, sigma2] = two_singular_values(graph);
  const double bound = bound_of(config);
  const Certificate certificate = graph.certificate();
  const Spectrum& spectrum = certificate.spectrum;
  EXPECT_TRUE(certificate.biregular);
  EXPECT_TRUE(certificate.simple);
  EXPECT_NE(certificate.proof, Proof::none);
  EXPECT_NEAR(spectrum.sigma1, sigma1, 1e-9 * sigma1);
  EXPECT_NEAR(spectrum.bound, bound, 1e-12 + 1e-12 * bound);
  EXPECT_TRUE(spectrum.ramanujan);
  EXPECT_TRUE(spectrum.connected);
  if (config.is_complete()) {
    EXPECT_EQ(spectrum.sigma2, 0);  // the dense solver has rounding there
  } else {
    EXPECT_LE(sigma2, bound + 1e-9);
    EXPECT_NEAR(spectrum.sigma2, sigma2, 1e-8 * sigma2);
  }
}

}  // namespace rbgp::test
