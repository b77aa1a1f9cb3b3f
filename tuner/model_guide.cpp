#include <tuner/model_guide.hpp>

#include <algorithm>
#include <utility>

#include <tuner/turns.hpp>

namespace rbgp {

void ModelBest::see(const SearchSpace& space, double cost) {
  see(cost);
  double& least = by_space.try_emplace(&space, cost).first->second;
  least = std::min(least, cost);
}

std::int64_t ModelBest::turns_between(const SearchSpace& space) const {
  const auto least = by_space.find(&space);
  if (least == by_space.end()) return 1;
  return turns_expected(least->second / ms);
}

ModelGuide::ModelGuide(const SearchSpace& space, RandomWords& random,
                       std::shared_ptr<ModelBest> best)
    : space_(space), order_(model_order(space, random)), best_(std::move(best)) {
  for (const ExpectedPoint& expected : order_) best_->see(space, expected.cost);
}

bool ModelGuide::rules_out(const ExpectedPoint& expected) {
  if (!best_->rules_out(expected.cost)) return false;
  ruled_out_.insert(expected.point);
  return true;
}

std::optional<double> ModelGuide::cost(const Point& point) {
  const auto candidate = space_.candidate(point);
  if (!candidate) return std::nullopt;
  const double cost = expected_cost(space_, *candidate);
  if (rules_out({point, cost})) return std::nullopt;
  return cost;
}

}  // namespace rbgp
