// Simulated annealing from what the model expects most of: moves to neighbours, to slower ones the less
// readily the longer it goes on, and anew from the model's next point when it gets no further.
#include <cmath>
#include <limits>
#include <set>

#include <tuner/model_order.hpp>
#include <tuner/strategy.hpp>

namespace rbgp {
namespace {

constexpr double kHot = 0.2;  // relative slowdown that is accepted every e-th time at first
constexpr double kCooling = 0.97;  // a report
constexpr double kCold = 0.005;  // then it begins anew
constexpr int kMaxMoves = 4000;  // moves that find nothing new before it begins anew
constexpr int kMaxDraws = 2'000'000;

class Anneal : public Strategy {
 public:
  explicit Anneal(const StrategySetting& setting)
      : space_(setting.space),
        random_(setting.seed),
        guide_(setting.space, random_, setting.best) {}

  std::optional<Point> next() override {
    if (!at_.empty() && temperature_ > kCold)
      for (int move = 0; move < kMaxMoves; ++move)
        if (auto point = fresh(moved_point(space_, at_, random_))) return point;
    at_.clear();
    at_ms_ = std::numeric_limits<double>::infinity();
    temperature_ = kHot;
    for (; next_start_ < guide_.order().size(); ++next_start_)
      if (auto point = fresh(guide_.order()[next_start_].point)) return point;
    for (int draw = 0; draw < kMaxDraws && !is_walked(space_); ++draw)
      if (auto point = fresh(space_.random_point(random_))) return point;
    return std::nullopt;
  }

  void report(const Point& point, double ms) override {
    temperature_ *= kCooling;
    if (!std::isfinite(ms)) return;
    constexpr double kWords = 0x1p53;
    const double luck = static_cast<double>(random_.below(1ULL << 53)) / kWords;
    if (at_.empty() || ms < at_ms_ || luck < std::exp((1 - ms / at_ms_) / temperature_)) {
      at_ = point;
      at_ms_ = ms;
    }
  }

  std::int64_t pruned() const override { return guide_.pruned(); }

 private:
  std::optional<Point> fresh(Point point) {
    if (seen_.contains(point) || !guide_.allows(point)) return std::nullopt;
    seen_.insert(point);
    return point;
  }

  const SearchSpace& space_;
  RandomWords random_;
  ModelGuide guide_;
  std::size_t next_start_ = 0;
  std::set<Point> seen_;
  Point at_;  // empty: a start is under way
  double at_ms_ = std::numeric_limits<double>::infinity();
  double temperature_ = kHot;
};

}  // namespace

std::unique_ptr<Strategy> make_anneal(const StrategySetting& setting) {
  return std::make_unique<Anneal>(setting);
}

}  // namespace rbgp
