#include <tuner/model_order.hpp>

#include <algorithm>
#include <map>
#include <set>

#include <tuner/cost_model.hpp>

namespace rbgp {
namespace {

constexpr double kSmall = 200'000;  // points of a space that is walked, not sampled
constexpr std::size_t kSample = 20'000;  // candidates that the model orders
constexpr int kMaxDraws = 200'000;  // draws to find them
constexpr std::size_t kRefined = 3;  // of each split

using BySplit = std::map<double, std::vector<ExpectedPoint>>;

bool is_cheaper(const ExpectedPoint& a, const ExpectedPoint& b) { return a.cost < b.cost; }

void walk(const SearchSpace& space, const auto& visit) {
  Point point(space.axes().size(), 0);
  do {
    visit(point);
  } while (space.advance(point));
}

void sample(const SearchSpace& space, RandomWords& random, const auto& visit) {
  std::set<Point> found;
  const std::vector<Point> patterns = space.patterns();
  for (int draw = 0; draw < kMaxDraws && found.size() < kSample && !patterns.empty(); ++draw) {
    Point point = patterns[random.below(patterns.size())];
    space.draw_kernel(point, random);
    if (!found.contains(point) && visit(point)) found.insert(std::move(point));
  }
}

// A sample has few kernels of a pattern, and seldom its best: what the model expects of the first of 9'000 of simt_tma at
// 4096^3 was up to 2.6 % slower than what these lead to, and changed with the seed.
void refine_first(const SearchSpace& space, std::vector<ExpectedPoint>& ranked) {
  std::set<Point> known;
  for (const ExpectedPoint& expected : ranked) known.insert(expected.point);
  std::vector<ExpectedPoint> found;
  for (std::size_t i = 0; i < std::min(kRefined, ranked.size()); ++i) {
    ExpectedPoint better = refined(space, ranked[i], space.rates());
    if (known.insert(better.point).second) found.push_back(std::move(better));
  }
  ranked.insert(ranked.begin(), found.begin(), found.end());
  std::stable_sort(ranked.begin(), ranked.end(), is_cheaper);
}

}  // namespace

bool is_walked(const SearchSpace& space) { return space.size() <= kSmall; }

double expected_cost(const SearchSpace& space, const Candidate& candidate,
                     const DeviceRates& rates) {
  return predict_time(space.shape_of(candidate), rates).predicted_ms;
}

double expected_cost(const SearchSpace& space, const Candidate& candidate) {
  return expected_cost(space, candidate, space.rates());
}

ExpectedPoint refined(const SearchSpace& space, ExpectedPoint best, const DeviceRates& rates) {
  for (bool better = true; better;) {
    better = false;
    for (std::size_t axis = space.pattern_axes(); axis < space.axes().size(); ++axis) {
      Point point = best.point;
      for (point[axis] = 0; point[axis] < space.axes()[axis].values.size(); ++point[axis]) {
        const auto candidate = space.candidate(point);
        if (!candidate) continue;
        const double cost = expected_cost(space, *candidate, rates);
        if (cost >= best.cost) continue;
        best = {point, cost};
        better = true;
      }
    }
  }
  return best;
}

std::vector<ExpectedPoint> model_order(const SearchSpace& space, RandomWords& random) {
  BySplit by_split;
  const std::set<Point> first(space.first().begin(), space.first().end());
  const auto add = [&](const Point& point) {
    const auto candidate = space.candidate(point);
    if (candidate)
      by_split[candidate->config.go.density()].push_back({point, expected_cost(space, *candidate)});
    return candidate.has_value();
  };
  if (is_walked(space))
    walk(space, add);
  else
    sample(space, random, add);
  std::size_t longest = 0;
  for (auto& [split, ranked] : by_split) {
    std::stable_sort(ranked.begin(), ranked.end(), is_cheaper);
    if (!is_walked(space)) refine_first(space, ranked);
    longest = std::max(longest, ranked.size());
  }
  std::vector<ExpectedPoint> order;
  for (const Point& point : space.first())
    order.push_back({point, expected_cost(space, *space.candidate(point))});
  for (std::size_t rank = 0; rank < longest; ++rank)
    for (auto& [split, ranked] : by_split)
      if (rank < ranked.size() && !first.contains(ranked[rank].point))
        order.push_back(std::move(ranked[rank]));
  return order;
}

Point moved_point(const SearchSpace& space, Point point, RandomWords& random) {
  const std::uint64_t changes = 1 + random.below(3);
  for (std::uint64_t change = 0; change < changes; ++change) {
    const std::size_t axis = random.below(point.size());
    point[axis] = random.below(space.axes()[axis].values.size());
  }
  return point;
}

std::size_t distance(const Point& a, const Point& b) {
  std::size_t count = 0;
  for (std::size_t axis = 0; axis < a.size(); ++axis) count += a[axis] != b[axis] ? 1 : 0;
  return count;
}

}  // namespace rbgp
