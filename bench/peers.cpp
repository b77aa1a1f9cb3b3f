#include <bench/peers.hpp>

#include <charconv>
#include <cstdio>
#include <mutex>
#include <utility>

#include <bench/cusparse_contender.hpp>
#include <bench/eigen_contender.hpp>
#include <rbgp/error.hpp>

namespace rbgp::bench {
namespace {

constexpr std::uint64_t kStructureSeed = 11;

CusparseFormat format_of(Peer::Kind kind) {
  switch (kind) {
    case Peer::Kind::csr:
      return CusparseFormat::csr;
    case Peer::Kind::bsr:
      return CusparseFormat::bsr;
    case Peer::Kind::blocked_ell:
      return CusparseFormat::blocked_ell;
  }
  return CusparseFormat::csr;
}

std::string impl_of(const Peer& peer) {
  switch (peer.kind) {
    case Peer::Kind::csr:
      return "csr";
    case Peer::Kind::bsr:
      return fmt::format("bsr{}", peer.block);
    case Peer::Kind::blocked_ell:
      return fmt::format("bell{}", peer.block);
  }
  return "";
}

bool skip(const Peer& peer, double sparsity, const std::string& why) {
  std::fprintf(stderr, "%-16s random@%g: %s\n", impl_of(peer).c_str(), sparsity, why.c_str());
  return false;
}

// The matrix in the peer's own form and element by element.
struct Weights {
  std::shared_ptr<const CusparseWeights> own;
  CsrMatrix csr;
};

Weights draw(const Peer& peer, const Problem& problem, std::int64_t kept) {
  if (peer.kind == Peer::Kind::csr) {
    CsrMatrix csr = random_csr(problem.m, problem.k, kept, kStructureSeed);
    round_to(problem.dtype, csr.values);
    return {std::make_shared<const CusparseWeights>(csr), std::move(csr)};
  }
  BlockMatrix blocks = random_blocks(problem.m, problem.k, peer.block, kept, kStructureSeed);
  round_to(problem.dtype, blocks.values);
  CsrMatrix csr = to_csr(blocks);
  return {std::make_shared<const CusparseWeights>(std::move(blocks)), std::move(csr)};
}

Entry entry_of(const Peer& peer, Dtype dtype, const std::string& library, double sparsity) {
  const bool blocks = peer.kind != Peer::Kind::csr;
  return {.impl = library + ":" + impl_of(peer),
          .config = fmt::format("random@{:g}", sparsity),
          .arithmetic = peer.arithmetic(dtype),
          .structure = {.sparsity = sparsity,
                        .go_sparsity = blocks ? sparsity : 0,
                        .gi_sparsity = blocks ? 0 : sparsity,
                        .row_repetition = peer.block}};
}

bool register_eigen(ProductBench& bench, const Peer& peer, double sparsity,
                    const Weights& weights) {
  const auto csr = std::make_shared<const CsrMatrix>(weights.csr);
  return bench.register_fastest(
      entry_of(peer, bench.problem().dtype, "eigen", sparsity), weights.csr,
      {[&] { return eigen_contender(bench.problem(), bench.device(), csr); }});
}

bool register_cusparse(ProductBench& bench, const Peer& peer, double sparsity,
                       const Weights& weights, const Cusparse& library) {
  const Problem& problem = bench.problem();
  const Layout other = problem.layout == Layout::kn ? Layout::nk : Layout::kn;
  for (const Layout input : {problem.layout, other}) {
    std::vector<ProductBench::Maker> makers;
    for (const CusparseWay& way : cusparse_ways(format_of(peer.kind), problem.dtype, input))
      makers.push_back([&, way] {
        return cusparse_contender(library, problem, bench.device(), way, weights.own);
      });
    if (bench.register_fastest(entry_of(peer, bench.problem().dtype, "cusparse", sparsity),
                               weights.csr, makers))
      return true;
  }
  return false;
}

}  // namespace

Peer Peer::parse(const std::string& text) {
  if (text == "csr") return {};
  for (const auto& [prefix, kind] : {std::pair(std::string("bsr"), Kind::bsr),
                                     std::pair(std::string("bell"), Kind::blocked_ell)}) {
    if (!text.starts_with(prefix)) continue;
    std::int64_t block = 0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data() + prefix.size(), end, block);
    if (error == std::errc() && rest == end && block >= 2) return {kind, block};
  }
  fail(ErrorCode::invalid_argument,
       "peer \"{}\": use csr, bsrB or bellB with blocks of B x B, B at least 2", text);
}

Dtype Peer::arithmetic(Dtype operands) const {
  if (dtype_bytes(operands) < 4) return operands;
  return kind == Kind::blocked_ell ? Dtype::tf32 : Dtype::f32;
}

bool register_peer(ProductBench& bench, const Peer& peer, double sparsity_percent) {
  const Problem& problem = bench.problem();
  const bool cuda = bench.device().kind() == DeviceKind::cuda;
  if (!cuda && peer.kind != Peer::Kind::csr)
    return skip(peer, sparsity_percent, "no library for it on the host");
  if (!cuda && problem.dtype != Dtype::f32)
    return skip(peer, sparsity_percent, "the host's library multiplies f32 only");
  std::string reason;
  const Cusparse* library = cuda ? Cusparse::find(reason) : nullptr;
  if (cuda && library == nullptr) {
    static std::once_flag said;
    std::call_once(said, [&] { std::fprintf(stderr, "no cuSPARSE: %s\n", reason.c_str()); });
    return false;
  }
  if (problem.m % peer.block != 0 || problem.k % peer.block != 0)
    return skip(peer, sparsity_percent, "W does not divide into such blocks");
  const auto kept = kept_of(problem.k / peer.block, sparsity_percent);
  if (!kept)
    return skip(peer, sparsity_percent,
                peer.block > 1 ? "no whole number of blocks is left in a row"
                               : "no whole number of non-zeros is left in a row");
  const Weights weights = draw(peer, problem, *kept);
  return cuda ? register_cusparse(bench, peer, sparsity_percent, weights, *library)
              : register_eigen(bench, peer, sparsity_percent, weights);
}

}  // namespace rbgp::bench
