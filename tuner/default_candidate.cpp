#include <tuner/default_candidate.hpp>

#include <algorithm>
#include <limits>
#include <vector>

#include <rbgp/error.hpp>
#include <tuner/model_order.hpp>

namespace rbgp {
namespace {

constexpr int kDraws = 4096;  // from each space
constexpr std::size_t kRefined = 3;  // of these

// Whatever the seed of the sweep.
std::vector<ExpectedPoint> best_drawn(const SearchSpace& space, const DeviceRates& rates) {
  RandomWords random(derive_seed(0, 0));
  const std::vector<Point> patterns = space.patterns();
  std::vector<ExpectedPoint> drawn;
  for (int draw = 0; draw < kDraws && !patterns.empty(); ++draw) {
    Point point = patterns[random.below(patterns.size())];
    space.draw_kernel(point, random);
    if (const auto candidate = space.candidate(point))
      drawn.push_back({point, expected_cost(space, *candidate, rates)});
  }
  std::stable_sort(drawn.begin(), drawn.end(),
                   [](const ExpectedPoint& a, const ExpectedPoint& b) { return a.cost < b.cost; });
  if (drawn.size() > kRefined) drawn.resize(kRefined);
  return drawn;
}

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
  for (const SearchSpace* space : spaces)
    for (const ExpectedPoint& drawn : best_drawn(*space, rates)) {
      const ExpectedPoint found = refined(*space, drawn, rates);
      if (found.cost >= best_cost) continue;
      best_cost = found.cost;
      best = space->candidate(found.point);
    }
  return best;
}

}  // namespace rbgp
