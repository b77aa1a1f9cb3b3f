// The model's view of a space, as a strategy that asks it has it: an order to begin from, what is expected of a
// candidate, and what is not worth a measurement.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include <tuner/model_order.hpp>

namespace rbgp {

// A candidate that the model expects to take longer than so many times its best is ruled out. Of all that was
// recorded (tests/unit/cost_model_rank_test.cpp), what lay within 3 % of the fastest had at most 1.4.
inline constexpr double kPruned = 4;

// The least that the model expects of any candidate, over all spaces of a sweep.
struct ModelBest {
  double ms = std::numeric_limits<double>::infinity();
  std::map<const SearchSpace*, double> by_space;  // of those that were looked at

  void see(double cost) {
    if (cost < ms) ms = cost;
  }
  void see(const SearchSpace& space, double cost);
  bool rules_out(double cost) const { return cost > kPruned * ms; }

  // As turns_expected (tuner/turns.hpp); 1 where the space was not looked at.
  std::int64_t turns_between(const SearchSpace& space) const;
};

class ModelGuide {
 public:
  // Looks for the best of its space at once; what it rules out is asked for when all spaces were seen.
  ModelGuide(const SearchSpace& space, RandomWords& random, std::shared_ptr<ModelBest> best);

  // The candidates of a small space, of a larger one a sample, best first (model_order).
  const std::vector<ExpectedPoint>& order() const { return order_; }

  bool rules_out(const ExpectedPoint& expected);
  // What is expected of a point; nothing where it is no candidate, or ruled out.
  std::optional<double> cost(const Point& point);
  bool allows(const Point& point) { return cost(point).has_value(); }

  // Candidates that were asked for and ruled out.
  std::int64_t pruned() const { return static_cast<std::int64_t>(ruled_out_.size()); }

 private:
  const SearchSpace& space_;
  std::vector<ExpectedPoint> order_;
  std::shared_ptr<ModelBest> best_;
  std::set<Point> ruled_out_;
};

}  // namespace rbgp
