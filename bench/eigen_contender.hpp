// Eigen's product of a sparse and a dense matrix: the host's peer for unstructured sparsity.
#pragma once

#include <memory>

#include <bench/contender.hpp>
#include <bench/sparse_matrix.hpp>

namespace rbgp::bench {

// On as many threads as our own kernels get.
std::unique_ptr<Contender> eigen_contender(const Problem& problem, const Device& device,
                                           std::shared_ptr<const CsrMatrix> weights);

}  // namespace rbgp::bench
