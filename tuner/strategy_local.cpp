// A sample of the space ordered by the model and spread over its patterns, then moves along one or two axes from the best points so far.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <tuner/model_order.hpp>
#include <tuner/strategy.hpp>

namespace rbgp {
namespace {

constexpr int kMaxDraws = 2'000'000;  // for a point that is no neighbour
constexpr std::size_t kStarts = 32;  // of these, measured before the search goes local
constexpr std::size_t kElite = 5;  // points that moves start from
constexpr int kMaxMoves = 4000;  // moves that find nothing new before a random point is tried

class Local : public Strategy {
 public:
  explicit Local(const StrategySetting& setting)
      : space_(setting.space),
        random_(setting.seed),
        guide_(setting.space, random_, setting.best) {}

  std::optional<Point> next() override {
    for (const auto& order = guide_.order(); starts_ < kStarts && next_start_ < order.size();)
      if (auto point = fresh(order[next_start_++].point)) {
        ++starts_;
        return point;
      }
    for (int move = 0; move < kMaxMoves && !elite_.empty(); ++move)
      if (auto point = fresh(moved())) return point;
    for (const auto& order = guide_.order(); next_start_ < order.size();)
      if (auto point = fresh(order[next_start_++].point)) return point;
    for (int draw = 0; draw < kMaxDraws && !is_walked(space_); ++draw)
      if (auto point = fresh(space_.random_point(random_))) return point;
    return std::nullopt;
  }

  void report(const Point& point, double ms) override {
    if (!std::isfinite(ms)) return;
    elite_.emplace(ms, point);
    if (elite_.size() > kElite) elite_.erase(std::prev(elite_.end()));
  }

  std::int64_t pruned() const override { return guide_.pruned(); }

 private:
  std::optional<Point> fresh(Point point) {
    if (!guide_.allows(point) || !seen_.insert(point).second) return std::nullopt;
    return point;
  }

  // A neighbour of an elite point, the best ones most often.
  Point moved() {
    auto from = elite_.begin();
    std::advance(from, std::min(random_.below(elite_.size()), random_.below(elite_.size())));
    return moved_point(space_, from->second, random_);
  }

  const SearchSpace& space_;
  RandomWords random_;
  ModelGuide guide_;
  std::size_t starts_ = 0;  // proposed
  std::size_t next_start_ = 0;  // in the model's order
  std::set<Point> seen_;
  std::multimap<double, Point> elite_;
};

}  // namespace

std::unique_ptr<Strategy> make_local(const StrategySetting& setting) {
  return std::make_unique<Local>(setting);
}

}  // namespace rbgp
