#include <tuner/model_guide.hpp>

#include <utility>

namespace rbgp {

ModelGuide::ModelGuide(const SearchSpace& space, RandomWords& random,
                       std::shared_ptr<ModelBest> best)
    : space_(space), order_(model_order(space, random)), best_(std::move(best)) {
  for (const ExpectedPoint& expected : order_) best_->see(expected.cost);
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
