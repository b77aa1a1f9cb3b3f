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
  Local(const SearchSpace& space, std::uint64_t seed) : space_(space), random_(seed) {
    choose_starts();
  }

  std::optional<Point> next() override {
    if (!starts_.empty()) {
      Point point = starts_.back();
      starts_.pop_back();
      return point;
    }
    for (int move = 0; move < kMaxMoves && !elite_.empty(); ++move)
      if (auto point = fresh(moved())) return point;
    for (int draw = 0; draw < kMaxDraws; ++draw)
      if (auto point = fresh(space_.random_point(random_))) return point;
    return std::nullopt;
  }

  void report(const Point& point, double ms) override {
    if (!std::isfinite(ms)) return;
    elite_.emplace(ms, point);
    if (elite_.size() > kElite) elite_.erase(std::prev(elite_.end()));
  }

 private:
  std::optional<Point> fresh(Point point) {
    if (!space_.candidate(point) || !seen_.insert(point).second) return std::nullopt;
    return point;
  }

  void choose_starts() {
    for (ExpectedPoint& expected : model_order(space_, random_)) {
      if (starts_.size() == kStarts) break;
      seen_.insert(expected.point);
      starts_.push_back(std::move(expected.point));
    }
    std::reverse(starts_.begin(), starts_.end());
  }

  // A neighbour of an elite point, the best ones most often.
  Point moved() {
    auto from = elite_.begin();
    std::advance(from, std::min(random_.below(elite_.size()), random_.below(elite_.size())));
    return moved_point(space_, from->second, random_);
  }

  const SearchSpace& space_;
  RandomWords random_;
  std::vector<Point> starts_;  // best last
  std::set<Point> seen_;
  std::multimap<double, Point> elite_;
};

}  // namespace

std::unique_ptr<Strategy> make_local(const SearchSpace& space, std::uint64_t seed) {
  return std::make_unique<Local>(space, seed);
}

}  // namespace rbgp
