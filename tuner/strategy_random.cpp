#include <set>

#include <tuner/strategy.hpp>

namespace rbgp {
namespace {

// Draws that find nothing new before the space counts as used up.
constexpr int kMaxDraws = 2'000'000;

class Random : public Strategy {
 public:
  Random(const SearchSpace& space, std::uint64_t seed) : space_(space), random_(seed) {}

  std::optional<Point> next() override {
    for (int draw = 0; draw < kMaxDraws; ++draw) {
      Point point = space_.random_point(random_);
      if (space_.candidate(point) && seen_.insert(point).second) return point;
    }
    return std::nullopt;
  }
  void report(const Point&, double) override {}

 private:
  const SearchSpace& space_;
  RandomWords random_;
  std::set<Point> seen_;
};

}  // namespace

std::unique_ptr<Strategy> make_random(const StrategySetting& setting) {
  return std::make_unique<Random>(setting.space, setting.seed);
}

}  // namespace rbgp
