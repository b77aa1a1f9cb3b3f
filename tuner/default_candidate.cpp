#include <tuner/default_candidate.hpp>

#include <limits>

#include <rbgp/error.hpp>
#include <tuner/cost_model.hpp>

namespace rbgp {
namespace {

constexpr int kDraws = 4096;  // from each space

}  // namespace

std::optional<Candidate> default_candidate(const TuneRequest& request,
                                           std::span<const SearchSpace* const> spaces,
                                           const DeviceProperties& device) {
  if (request.config && request.family.empty()) {
    try {
      return Candidate{*request.config,
                       request.pattern ? default_kernel(*request.pattern, request.problem, device)
                                       : default_kernel(*request.config, request.problem, device)};
    } catch (const Error&) {
      return std::nullopt;  // then no candidate is one, and the search says so
    }
  }
  std::optional<Candidate> best;
  double best_cost = std::numeric_limits<double>::infinity();
  const DeviceRates rates = assumed_rates(device, request.problem.dtype);
  for (const SearchSpace* space : spaces) {
    RandomWords random(derive_seed(0, 0));  // whatever the seed of the sweep
    for (int draw = 0; draw < kDraws; ++draw) {
      const auto candidate = space->candidate(space->random_point(random));
      if (!candidate) continue;
      const double cost =
          predict_time({candidate->config, request.problem, candidate->kernel, device}, rates)
              .predicted_ms;
      if (cost >= best_cost) continue;
      best_cost = cost;
      best = candidate;
    }
  }
  return best;
}

}  // namespace rbgp
