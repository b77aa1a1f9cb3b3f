// The default strategy: the model orders the space, and successive halving shares out measurements among
// regions of it.
//
// A region is a point that the model likes with what lies around it. A bracket begins with kRegions of them,
// no two of which are close, and measures one point each. Once all are known, the better third goes on, and
// each that does is measured at kFactor times as many points around the best that it has, those first of which
// the model expects most; and so on until one region is left. The next bracket takes the model's next regions
// and the best point so far: when the one before has ended, or earlier where all points of its rung are still
// being measured and more are asked for. What grows from rung to rung is the number of points, not the length
// of a measurement: compiling and checking a candidate takes longer than timing it does.
#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <list>
#include <map>
#include <set>

#include <tuner/model_order.hpp>
#include <tuner/strategy.hpp>

namespace rbgp {
namespace {

constexpr std::size_t kRegions = 9;
constexpr std::size_t kFactor = 3;
constexpr std::size_t kApart = 2;  // axes on which regions of a bracket differ at least
constexpr int kMoves = 200;  // looked at for neighbours of a point
constexpr int kMaxDraws = 2'000'000;  // for points that are neither in the order nor neighbours

class Halving : public Strategy {
 public:
  explicit Halving(const StrategySetting& setting)
      : space_(setting.space),
        random_(setting.seed),
        guide_(setting.space, random_, setting.best) {}

  std::optional<Point> next() override {
    for (auto bracket = brackets_.begin(); bracket != brackets_.end();) {
      if (bracket->is_known()) begin_rung(*bracket);
      if (!bracket->queue.empty()) return propose(*bracket);
      bracket = bracket->is_known() ? brackets_.erase(bracket) : std::next(bracket);
    }
    brackets_.emplace_back();
    begin(brackets_.back());
    if (!brackets_.back().queue.empty()) return propose(brackets_.back());
    brackets_.pop_back();
    return leftover();
  }

  void report(const Point& point, double ms) override {
    if (ms < best_ms_) {
      best_ms_ = ms;
      best_ = point;
    }
    Region* const region = answered(point);
    if (region == nullptr || ms >= region->ms) return;
    region->ms = ms;
    region->best = point;
  }

  void skip(const Point& point) override { answered(point); }

  std::int64_t pruned() const override { return guide_.pruned(); }

 private:
  struct Region {
    Point best;
    double ms = std::numeric_limits<double>::infinity();
  };

  // Regions, and the points of this rung.
  struct Bracket {
    std::vector<Region> regions;
    std::size_t points = 1;  // of a region in this rung
    std::deque<std::pair<Point, std::size_t>> queue;  // to be proposed, with their regions
    std::map<Point, std::size_t> proposed;  // not yet reported

    bool is_known() const { return queue.empty() && proposed.empty(); }
  };

  bool is_fresh(const Point& point) const { return !seen_.contains(point); }

  void enqueue(Bracket& bracket, const Point& point, std::size_t region) {
    seen_.insert(point);
    bracket.queue.emplace_back(point, region);
  }

  Point propose(Bracket& bracket) {
    auto [point, region] = std::move(bracket.queue.front());
    bracket.queue.pop_front();
    bracket.proposed[point] = region;
    return point;
  }

  // The region that the point was proposed for, once; null where it was for none.
  Region* answered(const Point& point) {
    for (Bracket& bracket : brackets_)
      if (const auto found = bracket.proposed.find(point); found != bracket.proposed.end()) {
        Region& region = bracket.regions[found->second];
        bracket.proposed.erase(found);
        return &region;
      }
    return nullptr;
  }

  void begin(Bracket& bracket) {
    std::vector<Region>& regions = bracket.regions;
    if (!best_.empty()) regions.push_back({best_, best_ms_});
    const std::vector<ExpectedPoint>& order = guide_.order();
    for (std::size_t i = 0; i < order.size() && regions.size() < kRegions; ++i) {
      const Point& point = order[i].point;
      const auto is_near = [&](const Region& other) {
        return distance(point, other.best) < kApart;
      };
      if (!is_fresh(point) || guide_.rules_out(order[i]) ||
          std::any_of(regions.begin(), regions.end(), is_near))
        continue;
      enqueue(bracket, point, regions.size());
      regions.push_back({point});
    }
  }

  // The better third of the regions, with more points each; nothing where one had its turn.
  void begin_rung(Bracket& bracket) {
    std::vector<Region>& regions = bracket.regions;
    if (regions.size() <= 1 && bracket.points > 1) return;
    std::stable_sort(regions.begin(), regions.end(),
                     [](const Region& a, const Region& b) { return a.ms < b.ms; });
    regions.resize((regions.size() + kFactor - 1) / kFactor);
    bracket.points *= kFactor;
    for (std::size_t i = 0; i < regions.size(); ++i)
      for (const Point& point : neighbours(regions[i].best, bracket.points))
        enqueue(bracket, point, i);
  }

  // Up to `count`, those first of which the model expects most.
  std::vector<Point> neighbours(const Point& centre, std::size_t count) {
    std::map<Point, double> near;
    for (int move = 0; move < kMoves; ++move) {
      Point point = moved_point(space_, centre, random_);
      if (!is_fresh(point) || near.contains(point)) continue;
      if (const auto cost = guide_.cost(point)) near.emplace(std::move(point), *cost);
    }
    std::vector<std::pair<double, Point>> ranked;
    for (const auto& [point, cost] : near) ranked.emplace_back(cost, point);
    std::sort(ranked.begin(), ranked.end());
    if (ranked.size() > count) ranked.resize(count);
    std::vector<Point> chosen;
    for (auto& [cost, point] : ranked) chosen.push_back(std::move(point));
    return chosen;
  }

  std::optional<Point> leftover() {
    for (const auto& order = guide_.order(); next_in_order_ < order.size(); ++next_in_order_) {
      const ExpectedPoint& expected = order[next_in_order_];
      if (!guide_.rules_out(expected) && seen_.insert(expected.point).second) return expected.point;
    }
    for (int draw = 0; draw < kMaxDraws && !is_walked(space_); ++draw) {
      Point point = space_.random_point(random_);
      if (is_fresh(point) && guide_.allows(point)) {
        seen_.insert(point);
        return point;
      }
    }
    return std::nullopt;
  }

  const SearchSpace& space_;
  RandomWords random_;
  ModelGuide guide_;
  std::size_t next_in_order_ = 0;
  std::set<Point> seen_;
  std::list<Bracket> brackets_;
  Point best_;
  double best_ms_ = std::numeric_limits<double>::infinity();
};

}  // namespace

std::unique_ptr<Strategy> make_halving(const StrategySetting& setting) {
  return std::make_unique<Halving>(setting);
}

}  // namespace rbgp
