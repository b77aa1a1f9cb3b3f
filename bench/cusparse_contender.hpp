// Products by cuSPARSE, in each of its formats and by each of its algorithms.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <bench/contender.hpp>
#include <bench/cusparse.hpp>
#include <bench/sparse_matrix.hpp>

namespace rbgp::bench {

enum class CusparseFormat { csr, bsr, blocked_ell };

// One way to compute the product.
struct CusparseWay {
  CusparseFormat format = CusparseFormat::csr;
  std::string name;  // for the label: "SPMM_CSR_ALG2"
  int algorithm = 0;  // of cusparseSpMM
  bool legacy = false;  // cusparseSbsrmm in its place, which writes O transposed
  Layout input = Layout::kn;
  Layout output = Layout::kn;
};

// The ways of a format that take I in a layout, whatever layout they write O in. A library may not have all
// of them for elements of 16 bits: making the contender says so.
std::vector<CusparseWay> cusparse_ways(CusparseFormat format, Dtype dtype, Layout input);

// Rounded to the problem's dtype, as W is stored. CSR for the format csr, blocks for the others.
using CusparseWeights = std::variant<CsrMatrix, BlockMatrix>;

// Errors: unsupported where the library has no such way, launch_failed.
std::unique_ptr<Contender> cusparse_contender(const Cusparse& library, const Problem& problem,
                                              const Device& device, const CusparseWay& way,
                                              std::shared_ptr<const CusparseWeights> weights);

}  // namespace rbgp::bench
