// A regression on what was measured: the logarithm of the time is the model's cost, scaled, plus what each
// value of each axis adds (ridge, so that values seen seldom add little). The best expected of a pool is
// measured next.
#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include <tuner/model_order.hpp>
#include <tuner/strategy.hpp>

namespace rbgp {
namespace {

constexpr std::size_t kStarts = 8;  // of the model alone
constexpr std::size_t kRefit = 4;  // reports between fits, at least; and a tenth of all
constexpr std::size_t kMostRows = 2000;  // that a fit takes: the latest
constexpr double kRidge = 1;  // of an axis value, against the noise of a measurement
constexpr double kCostRidge = 0.1;
constexpr double kFailureLog = 1;  // what a failure counts as, over the slowest
constexpr int kMoves = 100;  // neighbours of the best that the pool gets with each fit
constexpr int kMaxDraws = 2'000'000;

// Of a model that may say anything.
double log_of(double cost) { return std::log(std::clamp(cost, 1e-30, 1e30)); }

class Surrogate : public Strategy {
 public:
  explicit Surrogate(const StrategySetting& setting)
      : space_(setting.space), random_(setting.seed), guide_(setting.space, random_, setting.best) {
    std::size_t columns = 2;  // a constant, and the model's cost
    for (const Axis& axis : space_.axes()) {
      first_column_.push_back(columns);
      columns += axis.values.size();
    }
    weights_ = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(columns));
    weights_[1] = 1;
    for (const ExpectedPoint& expected : guide_.order()) {
      pooled_.insert(expected.point);
      pool_.push_back({expected.point, log_of(expected.cost), 0});
    }
    // The model's order, with its splits in turn.
    for (std::size_t i = 0; i < pool_.size(); ++i) pool_[i].expected = static_cast<double>(i);
    std::reverse(pool_.begin(), pool_.end());
  }

  std::optional<Point> next() override {
    if (measured_.size() >= kStarts && unfitted_ >= std::max(kRefit, measured_.size() / 10))
      refit();
    while (!pool_.empty()) {
      Pooled best = std::move(pool_.back());
      pool_.pop_back();
      if (guide_.rules_out({best.point, std::exp(best.log_cost)})) continue;
      costs_[best.point] = best.log_cost;
      return std::move(best.point);
    }
    return leftover();
  }

  void report(const Point& point, double ms) override {
    const double log_ms = std::isfinite(ms) ? std::log(ms) : ms;
    if (std::isfinite(ms) && (measured_.empty() || log_ms < best_log_)) {
      best_ = point;
      best_log_ = log_ms;
    }
    measured_.push_back({point, costs_[point], log_ms});
    ++unfitted_;
  }

  std::int64_t pruned() const override { return guide_.pruned(); }

 private:
  struct Pooled {
    Point point;
    double log_cost = 0;
    double expected = 0;
  };
  struct Measured {
    Point point;
    double log_cost = 0;
    double log_ms = 0;
  };

  double expected(const Point& point, double log_cost) const {
    double sum = weights_[0] + weights_[1] * log_cost;
    for (std::size_t axis = 0; axis < point.size(); ++axis)
      sum += weights_[static_cast<Eigen::Index>(first_column_[axis] + point[axis])];
    return sum;
  }

  void refit() {
    unfitted_ = 0;
    fit();
    for (int move = 0; move < kMoves && !best_.empty(); ++move) {
      Point point = moved_point(space_, best_, random_);
      if (pooled_.contains(point)) continue;
      const auto cost = guide_.cost(point);
      if (!cost) continue;
      pooled_.insert(point);
      pool_.push_back({std::move(point), log_of(*cost), 0});
    }
    for (Pooled& pooled : pool_) pooled.expected = expected(pooled.point, pooled.log_cost);
    std::stable_sort(pool_.begin(), pool_.end(),
                     [](const Pooled& a, const Pooled& b) { return a.expected > b.expected; });
  }

  // Of the offset from the cost itself, so that without data the cost alone is what is expected.
  void fit() {
    const std::size_t first = measured_.size() > kMostRows ? measured_.size() - kMostRows : 0;
    double slowest = -std::numeric_limits<double>::infinity();
    for (const Measured& each : measured_)
      if (std::isfinite(each.log_ms)) slowest = std::max(slowest, each.log_ms);
    if (!std::isfinite(slowest)) return;
    const Eigen::Index columns = weights_.size();
    Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(columns, columns);
    Eigen::VectorXd right = Eigen::VectorXd::Zero(columns);
    for (std::size_t row = first; row < measured_.size(); ++row) {
      const Measured& each = measured_[row];
      const double log_ms = std::isfinite(each.log_ms) ? each.log_ms : slowest + kFailureLog;
      Eigen::VectorXd features = Eigen::VectorXd::Zero(columns);
      features[0] = 1;
      features[1] = each.log_cost;
      for (std::size_t axis = 0; axis < each.point.size(); ++axis)
        features[static_cast<Eigen::Index>(first_column_[axis] + each.point[axis])] = 1;
      normal.selfadjointView<Eigen::Lower>().rankUpdate(features);
      right += features * (log_ms - each.log_cost);
    }
    normal.diagonal().array() += kRidge;
    normal(0, 0) += 1e-6 - kRidge;
    normal(1, 1) += kCostRidge - kRidge;
    weights_ = normal.selfadjointView<Eigen::Lower>().ldlt().solve(right);
    weights_[1] += 1;
  }

  std::optional<Point> leftover() {
    for (int draw = 0; draw < kMaxDraws && !is_walked(space_); ++draw) {
      Point point = space_.random_point(random_);
      if (pooled_.contains(point)) continue;
      const auto cost = guide_.cost(point);
      if (!cost) continue;
      pooled_.insert(point);
      costs_[point] = log_of(*cost);
      return point;
    }
    return std::nullopt;
  }

  const SearchSpace& space_;
  RandomWords random_;
  ModelGuide guide_;
  std::vector<std::size_t> first_column_;  // of each axis
  Eigen::VectorXd weights_;
  std::vector<Pooled> pool_;  // best last
  std::set<Point> pooled_;  // ever
  std::map<Point, double> costs_;  // of what was proposed
  std::vector<Measured> measured_;
  std::size_t unfitted_ = 0;
  Point best_;
  double best_log_ = 0;
};

}  // namespace

std::unique_ptr<Strategy> make_surrogate(const StrategySetting& setting) {
  return std::make_unique<Surrogate>(setting);
}

}  // namespace rbgp
