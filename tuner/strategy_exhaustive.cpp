#include <tuner/strategy.hpp>

namespace rbgp {
namespace {

class Exhaustive : public Strategy {
 public:
  explicit Exhaustive(const SearchSpace& space) : space_(space), point_(space.axes().size(), 0) {}

  std::optional<Point> next() override {
    while (!done_) {
      if (!space_.config(point_)) {  // nor is one for any other kernel
        done_ = !space_.advance_pattern(point_);
        continue;
      }
      const Point current = point_;
      done_ = !space_.advance(point_);
      if (space_.candidate(current)) return current;
    }
    return std::nullopt;
  }
  void report(const Point&, double) override {}

 private:
  const SearchSpace& space_;
  Point point_;
  bool done_ = false;
};

}  // namespace

std::unique_ptr<Strategy> make_exhaustive(const StrategySetting& setting) {
  return std::make_unique<Exhaustive>(setting.space);
}

}  // namespace rbgp
