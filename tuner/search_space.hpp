// The search space: named axes with their values, and named constraints that say why a point is not a
// candidate. Pattern and kernel are searched together: an axis is a size of a base graph, the
// density of Go, or a tunable of the kernel family.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <generator/kernel_family.hpp>
#include <generator/random_words.hpp>
#include <rbgp/device.hpp>
#include <rbgp/problem.hpp>
#include <rbgp/search_bounds.hpp>
#include <rbgp/tuner.hpp>
#include <tuner/device_rates.hpp>

namespace rbgp {

// One choice of value an axis, by index. The first axes are the pattern's, the others the kernel's.
using Point = std::vector<std::size_t>;

struct Axis {
  std::string name;
  std::vector<double> values;
};

class SearchSpace {
 public:
  // Of a problem on a pattern of exactly rows x cols (which padding may make larger than the problem)
  // with the given density of W, 0 < density <= 1, on kernels of one family.
  SearchSpace(const Problem& problem, std::int64_t rows, std::int64_t cols, double density,
              const DeviceProperties& device, const KernelFamily& family);

  // The kernels of one configuration; of a pattern whose Gi has so many clones (clones_of), or of one that is sampled for
  // it where that is 0.
  SearchSpace(const Problem& problem, const Rbgp4Config& config, const DeviceProperties& device,
              const KernelFamily& family, std::int64_t gi_clones = 0);

  // Exactly these candidates, all of one configuration and one family, recorded ones say; at least one. An axis
  // has the values that they have.
  SearchSpace(const Problem& problem, const DeviceProperties& device,
              const std::vector<Candidate>& listed);

  // What the model expects by: what is assumed of the device, unless this says otherwise.
  void expect(const Ceilings& ceilings) {
    rates_ = device_rates(device_, problem_.dtype, ceilings);
  }
  const DeviceRates& rates() const { return rates_; }

  // Leaves out what the bounds exclude. Once, before anything else.
  void bound(const SearchBounds& bounds);
  // Begins the model's order with these, as far as they are candidates of the space. After bound().
  void begin_with(const std::vector<Candidate>& known);
  const std::vector<Point>& first() const { return first_; }

  const Problem& problem() const { return problem_; }
  const DeviceProperties& device() const { return device_; }
  const KernelFamily& family() const { return *family_; }
  const std::vector<Axis>& axes() const { return axes_; }
  // The first of the axes that are the kernel's; 0 where the configuration is fixed.
  std::size_t pattern_axes() const { return pattern_axes_; }
  double size() const;  // points, before constraints

  // The candidate at a point, or nothing, and then `why` (unless null) names the constraint.
  std::optional<Candidate> candidate(const Point& point, std::string* why = nullptr) const;
  // Of a candidate, as families and the model look at it; refers to both.
  KernelShape shape_of(const Candidate& candidate) const {
    return {candidate.config, problem_, candidate.kernel, device_, gi_clones_};
  }
  // The pattern part alone.
  std::optional<Rbgp4Config> config(const Point& point, std::string* why = nullptr) const;

  Point random_point(RandomWords& random) const;
  // Moves to the next point in lexical order; false after the last.
  bool advance(Point& point) const;
  // The same of the pattern's axes alone.
  bool advance_pattern(Point& point) const;
  // A point for each pattern that is left.
  std::vector<Point> patterns() const;
  // Draws the kernel's axes anew.
  void draw_kernel(Point& point, RandomWords& random) const;

 private:
  double value(const Point& point, std::size_t axis) const {
    return axes_[axis].values[point[axis]];
  }

  void add_tunables();
  // By the values of the axes; it may be no candidate, and another one where the axes lack a value.
  Point point_of(const Candidate& candidate) const;

  Problem problem_;
  std::int64_t rows_, cols_;
  double density_;
  std::optional<Rbgp4Config> fixed_;  // then there are no pattern axes
  std::int64_t gi_clones_ = 0;  // 0: as it would be sampled
  DeviceProperties device_;
  DeviceRates rates_;
  const KernelFamily* family_;
  std::int64_t min_repetition_;
  SearchBounds bounds_;
  std::vector<Axis> axes_;
  std::size_t pattern_axes_ = 0;
  std::set<Point> listed_;  // empty: all that the family supports
  std::vector<Point> first_;
};

// A base graph of this density with integer degrees that can be connected.
std::optional<BaseGraphConfig> base_graph(std::int64_t left, std::int64_t right, double density);

// The configuration's tile under a Go of other sizes of W; nothing where they leave a rest, or there is no such Go.
std::optional<Rbgp4Config> with_go(const Rbgp4Config& config, std::int64_t rows, std::int64_t cols,
                                   double go_density);

// The place of a pattern's constraint in the order in which they are looked at.
std::size_t constraint_order(std::string_view constraint);

// How often rows repeat at least in the patterns that are searched: SearchBounds::min_repetition; without it 4 times,
// or as often as the number of rows allows, or a fixed Gr and Gb say.
std::int64_t least_repetition(std::int64_t rows, const SearchBounds& bounds = {});

// The reachable densities of W nearest to the wanted one, from below and from above; 0 where there is
// none. `exact` when the wanted one is reachable. Of patterns whose rows repeat as least_repetition says.
struct NearestDensities {
  bool exact = false;
  double below = 0;
  double above = 0;

  double nearest_to(double density) const;  // 0 where there is none
};
NearestDensities nearest_densities(std::int64_t rows, std::int64_t cols, double density,
                                   const SearchBounds& bounds = {});

// The sizes >= rows x cols with the fewest elements at which the density is reachable, or one that differs from it by
// no more than a part of it, with rows that repeat as least_repetition says. Nothing where no padding of less than 128
// rows and columns helps.
struct PaddedSizes {
  std::int64_t rows, cols;
};
std::optional<PaddedSizes> padded_sizes(std::int64_t rows, std::int64_t cols, double density,
                                        double tolerance = 0, const SearchBounds& bounds = {});

}  // namespace rbgp
