#include <tuner/ranking.hpp>

#include <tuple>

namespace rbgp {

bool ranks_before(const CandidateResult& a, const CandidateResult& b) {
  const auto order = [](const CandidateResult& result) {
    return std::tuple(!result.ok, !result.finalist, result.median_ms, -result.spectral_gap);
  };
  return order(a) < order(b);
}

}  // namespace rbgp
