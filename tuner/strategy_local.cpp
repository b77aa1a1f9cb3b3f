// The default strategy: a sample of the space ordered by the prior and spread over its patterns, then
// moves along one or two axes from the best points so far.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <tuner/cost_model.hpp>
#include <tuner/strategy.hpp>

namespace rbgp {
namespace {

constexpr int kSample = 20000;  // candidates that the prior orders
constexpr int kMaxDraws = 2'000'000;  // draws to find them
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

  // The best of each split between Go and Gi in turn, so that no split is written off unmeasured.
  void choose_starts() {
    std::map<double, std::vector<std::pair<double, Point>>> by_split;
    int found = 0;
    for (int draw = 0; draw < kMaxDraws && found < kSample; ++draw) {
      Point point = space_.random_point(random_);
      const auto candidate = space_.candidate(point);
      if (!candidate) continue;
      ++found;
      by_split[candidate->config.go.density()].emplace_back(
          predicted_ms(*candidate, space_.problem(), space_.device()), std::move(point));
    }
    for (auto& [split, ranked] : by_split) std::sort(ranked.begin(), ranked.end());
    std::vector<Point> starts;
    for (std::size_t rank = 0; starts.size() < kStarts && rank < kSample; ++rank)
      for (auto& [split, ranked] : by_split)
        if (rank < ranked.size() && seen_.insert(ranked[rank].second).second)
          starts.push_back(ranked[rank].second);
    starts_.assign(starts.rbegin(), starts.rend());
  }

  // A neighbour of an elite point, the best ones most often: one or two axes take other values. A
  // move that keeps the matrix divisible often has to change two sizes at once.
  Point moved() {
    auto from = elite_.begin();
    std::advance(from, std::min(random_.below(elite_.size()), random_.below(elite_.size())));
    Point point = from->second;
    const std::uint64_t changes = 1 + random_.below(3);
    for (std::uint64_t change = 0; change < changes; ++change) {
      const std::size_t axis = random_.below(point.size());
      point[axis] = random_.below(space_.axes()[axis].values.size());
    }
    return point;
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
