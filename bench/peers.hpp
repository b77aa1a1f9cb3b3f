// The sparse libraries that a product is compared with.
#pragma once

#include <string>
#include <vector>

#include <bench/product_bench.hpp>

namespace rbgp::bench {

// A storage format of a peer: "csr", "bsr16", "bell64".
struct Peer {
  enum class Kind { csr, bsr, blocked_ell } kind = Kind::csr;
  std::int64_t block = 1;

  // Errors: invalid_argument that names what is allowed.
  static Peer parse(const std::string& text);
  // What the device's library computes it with on operands of a dtype: of floats, Blocked-ELL on the units
  // for tf32, and the others in f32.
  Dtype arithmetic(Dtype operands) const;
};

// Registers the fastest way of the device's library for the peer on a random matrix: on CUDA cuSPARSE, on the
// host Eigen, which has only CSR. Ways that write O as they read I come first; only where none of them
// works I is handed over transposed, and the entry's layout says so. False, with the reason on stderr,
// where the library is missing or the sparsity leaves no whole number of blocks a row.
bool register_peer(ProductBench& bench, const Peer& peer, double sparsity_percent);

}  // namespace rbgp::bench
