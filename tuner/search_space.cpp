#include <tuner/search_space.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

#include <fmt/format.h>

namespace rbgp {
namespace {

// Values of the pattern's axes. Row repetition is what kernels live on; tiles beyond these sizes only
// take connectivity away.
const std::vector<std::int64_t> kGrLeft = {1, 2, 4, 8, 16, 32, 3, 5, 6, 12};
const std::vector<std::int64_t> kGiLeft = {1, 2, 4, 8, 16, 32, 64, 128, 3, 5, 6, 9, 12, 24};
const std::vector<std::int64_t> kGiRight = {1, 2, 4,  8,  16, 32, 64, 128, 256, 3, 5,
                                            6, 9, 12, 18, 24, 27, 36, 48,  72,  96};
const std::vector<std::int64_t> kGbLeft = {1, 2, 4, 8, 16};
// Tensor cores take 64 rows at once, and what follows each other of them is stored at once.
const std::vector<std::int64_t> kTensorGbLeft = {1, 2, 4, 8, 16, 32, 64};
const std::vector<std::int64_t> kGbRight = {1, 2, 4, 8, 16};

constexpr std::int64_t kMaxTileRows = 512;
constexpr std::int64_t kMaxTileCols = 1024;
constexpr std::int64_t kMaxGoVertices = 2048;  // of the smaller side: the spectrum is cubic in it
constexpr std::int64_t kWantedRepetition = 4;
constexpr std::int64_t kMaxPadding = 128;
constexpr std::int64_t kMostParts = 1 << 14;  // that a density divides rows and columns into
constexpr double kDegreeTolerance = 1e-9;

enum PatternAxis : std::size_t { kGr, kGi, kGiCols, kGbRows, kGbCols, kGoDensity, kPatternAxes };

// What is wrong with a pattern, in the order in which it is looked at.
enum PatternFault : std::size_t {
  kTilesLeaveRest,
  kManyTileRows,
  kManyTileCols,
  kMuchRepetition,
  kLittleRepetition,
  kLargeGo,
  kGoDegrees,
  kGiDegrees,
  kOtherGo,
  kOtherGi,
  kOtherGr,
  kOtherGb,
  kLittleGiShare,
  kSmallGap,
  kPatternFaults
};
constexpr std::array<std::string_view, kPatternFaults> kFaultTexts = {
    "tiles that do not divide the matrix",
    "more than 512 rows a tile",
    "more than 1024 columns a tile",
    "row repetition above 64",
    "row repetition below --min-repetition (4 where it is not given)",
    "more than 2048 vertices on Go's smaller side",
    "Go without integer degrees of at least 2",
    "Gi without integer degrees of at least 2",
    "another Go than the fixed one",
    "another Gi than the fixed one",
    "another Gr than the fixed one",
    "another Gb than the fixed one",
    "Gi's share of the sparsity below --min-gi-share",
    "no spectral gap of --min-gap",
};

struct Sizes {
  std::int64_t go_left, go_right, gr_left, gi_left, gi_right, gb_left, gb_right;
};

bool divide(std::int64_t rows, std::int64_t cols, Sizes& sizes) {
  const std::int64_t tile_rows = sizes.gr_left * sizes.gi_left * sizes.gb_left;
  const std::int64_t tile_cols = sizes.gi_right * sizes.gb_right;
  if (rows % tile_rows != 0 || cols % tile_cols != 0) return false;
  sizes.go_left = rows / tile_rows;
  sizes.go_right = cols / tile_cols;
  return true;
}

// Why these sizes are not searched; nothing where they are.
std::optional<PatternFault> size_fault(const Sizes& sizes, std::int64_t min_repetition) {
  const std::int64_t repetition = sizes.gr_left * sizes.gb_left;
  if (sizes.gr_left * sizes.gi_left * sizes.gb_left > kMaxTileRows) return kManyTileRows;
  if (sizes.gi_right * sizes.gb_right > kMaxTileCols) return kManyTileCols;
  if (repetition > SearchBounds::kMaxRepetition) return kMuchRepetition;
  if (repetition < min_repetition) return kLittleRepetition;
  if (std::min(sizes.go_left, sizes.go_right) > kMaxGoVertices) return kLargeGo;
  return std::nullopt;
}

// The largest normalised spectral gap that any graph of these degrees can have: the squares of its singular
// values sum to its edges, sigma1^2 = dl dr of them are taken, and sigma2 is at least the mean of the rest.
double largest_gap(const BaseGraphConfig& graph) {
  if (graph.is_complete()) return 1;
  const auto others = static_cast<double>(std::min(graph.left, graph.right) - 1);
  const double rest =
      static_cast<double>(graph.left) / static_cast<double>(graph.right_degree()) - 1;
  return others > 0 ? 1 - std::sqrt(std::max(0.0, rest / others)) : 0;
}

// Of W: complete graphs have no second singular value, so it is the smaller one of Go's and Gi's.
double largest_gap(const Rbgp4Config& config) {
  return std::min(largest_gap(config.go), largest_gap(config.gi));
}

// Why a user does not want this configuration; null where there is no reason. The cheap ones come first.
std::optional<PatternFault> bound_fault(const Rbgp4Config& config, const SearchBounds& bounds) {
  const auto is_other = [](const std::optional<BaseGraphConfig>& fixed,
                           const BaseGraphConfig& graph) { return fixed && *fixed != graph; };
  if (is_other(bounds.go, config.go)) return kOtherGo;
  if (is_other(bounds.gi, config.gi)) return kOtherGi;
  if (is_other(bounds.gr, config.gr)) return kOtherGr;
  if (is_other(bounds.gb, config.gb)) return kOtherGb;
  constexpr double kRounding = 1e-9;
  if (bounds.min_gi_share > 0 && std::log(config.gi.density()) >
                                     (bounds.min_gi_share - kRounding) * std::log(config.density()))
    return kLittleGiShare;
  if (bounds.min_gap > 0 && largest_gap(config) < bounds.min_gap - kRounding) return kSmallGap;
  return std::nullopt;
}

// Halvings of 1 and doublings of the whole density: the splits between Go and Gi.
std::vector<double> go_densities(double density) {
  std::vector<double> values;
  for (double d = density; d <= 1 + kDegreeTolerance; d *= 2) values.push_back(std::min(d, 1.0));
  for (double d = 1; d > density * (1 + kDegreeTolerance); d /= 2) {
    const bool known = std::any_of(values.begin(), values.end(),
                                   [&](double v) { return std::abs(v - d) < kDegreeTolerance; });
    if (!known) values.push_back(d);
  }
  std::sort(values.begin(), values.end());
  return values;
}

// What a configuration has on an axis of patterns.
double pattern_value(const Rbgp4Config& config, std::size_t axis) {
  switch (axis) {
    case kGr:
      return static_cast<double>(config.gr.left);
    case kGi:
      return static_cast<double>(config.gi.left);
    case kGiCols:
      return static_cast<double>(config.gi.right);
    case kGbRows:
      return static_cast<double>(config.gb.left);
    case kGbCols:
      return static_cast<double>(config.gb.right);
    default:
      return config.go.density();
  }
}

template <typename Visit>
void for_each_sizes(std::int64_t rows, std::int64_t cols, std::int64_t repetition, Visit&& visit) {
  for (const std::int64_t gr : kGrLeft)
    for (const std::int64_t gi : kGiLeft)
      for (const std::int64_t gb : kGbLeft) {
        if (rows % (gr * gi * gb) != 0) continue;
        for (const std::int64_t gi_cols : kGiRight)
          for (const std::int64_t gb_cols : kGbRight) {
            Sizes sizes{0, 0, gr, gi, gi_cols, gb, gb_cols};
            if (!divide(rows, cols, sizes)) continue;
            if (!size_fault(sizes, repetition) && !visit(sizes)) return;
          }
      }
}

bool reachable(std::int64_t rows, std::int64_t cols, double density, std::int64_t repetition) {
  const std::vector<double> splits = go_densities(density);
  bool found = false;
  for_each_sizes(rows, cols, repetition, [&](const Sizes& sizes) {
    for (const double go : splits)
      if (base_graph(sizes.go_left, sizes.go_right, go) &&
          base_graph(sizes.gi_left, sizes.gi_right, density / go)) {
        found = true;
        return false;
      }
    return true;
  });
  return found;
}

std::int64_t round_up(std::int64_t value, std::int64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

// The smallest b for which the density is a / b; 0 where there is none.
std::int64_t parts_of(double density) {
  for (std::int64_t parts = 1; parts <= kMostParts; ++parts) {
    const double count = density * static_cast<double>(parts);
    if (std::round(count) >= 1 &&
        std::abs(count - std::round(count)) <= kDegreeTolerance * static_cast<double>(parts))
      return parts;
  }
  return 0;
}

std::vector<double> as_doubles(const std::vector<std::int64_t>& values) {
  return {values.begin(), values.end()};
}

}  // namespace

std::int64_t least_repetition(std::int64_t rows, const SearchBounds& bounds) {
  if (bounds.min_repetition != 0) return bounds.min_repetition;
  const std::int64_t wanted = std::gcd(rows, kWantedRepetition);
  return bounds.gr && bounds.gb ? std::min(wanted, bounds.gr->left * bounds.gb->left) : wanted;
}

std::optional<BaseGraphConfig> base_graph(std::int64_t left, std::int64_t right, double density) {
  const double degree = density * static_cast<double>(right);
  const auto whole = static_cast<std::int64_t>(std::llround(degree));
  if (whole < 1 || whole > right || left * whole % right != 0) return std::nullopt;
  if (std::abs(degree - static_cast<double>(whole)) > kDegreeTolerance * static_cast<double>(right))
    return std::nullopt;
  const BaseGraphConfig config{left, right, whole};
  if (!config.is_complete() && std::min(whole, config.right_degree()) < 2) return std::nullopt;
  return config;
}

std::optional<Rbgp4Config> with_go(const Rbgp4Config& config, std::int64_t rows, std::int64_t cols,
                                   double go_density) {
  if (rows % config.tile_rows() != 0 || cols % config.tile_cols() != 0) return std::nullopt;
  const auto go = base_graph(rows / config.tile_rows(), cols / config.tile_cols(), go_density);
  if (!go) return std::nullopt;
  Rbgp4Config moved = config;
  moved.go = *go;
  return moved;
}

SearchSpace::SearchSpace(const Problem& problem, std::int64_t rows, std::int64_t cols,
                         double density, const DeviceProperties& device, const KernelFamily& family)
    : problem_(problem),
      rows_(rows),
      cols_(cols),
      density_(density),
      device_(device),
      rates_(assumed_rates(device, problem.dtype)),
      family_(&family),
      min_repetition_(least_repetition(rows)) {
  axes_.resize(kPatternAxes);
  axes_[kGr] = {"gr.left", as_doubles(kGrLeft)};
  axes_[kGi] = {"gi.left", as_doubles(kGiLeft)};
  axes_[kGiCols] = {"gi.right", as_doubles(kGiRight)};
  axes_[kGbRows] = {"gb.left", as_doubles(problem.dtype == Dtype::f32 ? kGbLeft : kTensorGbLeft)};
  axes_[kGbCols] = {"gb.right", as_doubles(kGbRight)};
  axes_[kGoDensity] = {"go.density", go_densities(density)};
  add_tunables();
}

SearchSpace::SearchSpace(const Problem& problem, const Rbgp4Config& config,
                         const DeviceProperties& device, const KernelFamily& family,
                         std::int64_t gi_clones)
    : problem_(problem),
      rows_(config.rows()),
      cols_(config.cols()),
      density_(config.density()),
      fixed_(config),
      gi_clones_(gi_clones),
      device_(device),
      rates_(assumed_rates(device, problem.dtype)),
      family_(&family),
      min_repetition_(1) {
  add_tunables();
}

SearchSpace::SearchSpace(const Problem& problem, const DeviceProperties& device,
                         const std::vector<Candidate>& listed)
    : SearchSpace(problem, listed.at(0).config, device, find_family(listed.at(0).kernel.family)) {
  axes_.clear();
  std::map<std::string, std::set<double>> values;
  for (const Candidate& candidate : listed)
    for (const auto& [name, value] : candidate.kernel.tunables)
      values[name].insert(static_cast<double>(value));
  for (const auto& [name, of_axis] : values)
    axes_.push_back({name, {of_axis.begin(), of_axis.end()}});
  for (const Candidate& candidate : listed) listed_.insert(point_of(candidate));
}

Point SearchSpace::point_of(const Candidate& candidate) const {
  const Rbgp4Config& config = candidate.config;
  Point point;
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    const std::vector<double>& values = axes_[axis].values;
    const double wanted = axis < pattern_axes_
                              ? pattern_value(config, axis)
                              : static_cast<double>(candidate.kernel.at(axes_[axis].name));
    const auto found = std::find_if(values.begin(), values.end(), [&](double value) {
      return std::abs(value - wanted) < kDegreeTolerance;
    });
    point.push_back(static_cast<std::size_t>((found != values.end() ? found : values.begin()) -
                                             values.begin()));
  }
  return point;
}

void SearchSpace::begin_with(const std::vector<Candidate>& known) {
  first_.clear();
  for (const Candidate& wanted : known) {
    if (wanted.kernel.family != family_->name) continue;
    Point point = point_of(wanted);
    const auto found = candidate(point);
    const bool is_held = found && found->key() == wanted.key();
    if (is_held && std::find(first_.begin(), first_.end(), point) == first_.end())
      first_.push_back(std::move(point));
  }
}

void SearchSpace::add_tunables() {
  pattern_axes_ = axes_.size();
  for (const Tunable& tunable : family_->tunables(device_))
    axes_.push_back({tunable.name, as_doubles(tunable.values)});
}

// Axes of fixed parts have one value, whatever a search would try.
void SearchSpace::bound(const SearchBounds& bounds) {
  bounds_ = bounds;
  if (fixed_) return;
  min_repetition_ = least_repetition(rows_, bounds);
  const auto fix = [&](PatternAxis axis, std::int64_t side) {
    axes_[axis].values = {static_cast<double>(side)};
  };
  if (bounds.gr) fix(kGr, bounds.gr->left);
  if (bounds.gi) fix(kGi, bounds.gi->left), fix(kGiCols, bounds.gi->right);
  if (bounds.gb) fix(kGbRows, bounds.gb->left), fix(kGbCols, bounds.gb->right);
  if (bounds.gi) axes_[kGoDensity].values = {std::min(1.0, density_ / bounds.gi->density())};
  if (bounds.go) axes_[kGoDensity].values = {bounds.go->density()};
}

double SearchSpace::size() const {
  double points = 1;
  for (const Axis& axis : axes_) points *= static_cast<double>(axis.values.size());
  return points;
}

std::optional<Rbgp4Config> SearchSpace::config(const Point& point, std::string* why) const {
  if (fixed_) return fixed_;
  const auto refuse = [&](PatternFault fault) {
    if (why != nullptr) *why = kFaultTexts[fault];
    return std::nullopt;
  };
  const auto side = [&](std::size_t axis) { return static_cast<std::int64_t>(value(point, axis)); };
  Sizes sizes{0, 0, side(kGr), side(kGi), side(kGiCols), side(kGbRows), side(kGbCols)};
  if (!divide(rows_, cols_, sizes)) return refuse(kTilesLeaveRest);
  if (const auto fault = size_fault(sizes, min_repetition_)) return refuse(*fault);
  const double go_density = value(point, kGoDensity);
  const auto go = base_graph(sizes.go_left, sizes.go_right, go_density);
  if (!go) return refuse(kGoDegrees);
  const auto gi = base_graph(sizes.gi_left, sizes.gi_right, density_ / go_density);
  if (!gi) return refuse(kGiDegrees);
  const Rbgp4Config config{*go, BaseGraphConfig::complete(sizes.gr_left, 1), *gi,
                           BaseGraphConfig::complete(sizes.gb_left, sizes.gb_right)};
  if (const auto fault = bound_fault(config, bounds_)) return refuse(*fault);
  return config;
}

std::optional<Candidate> SearchSpace::candidate(const Point& point, std::string* why) const {
  const auto found = config(point, why);
  if (!found) return std::nullopt;
  if (!listed_.empty() && !listed_.contains(point)) {
    if (why != nullptr) *why = "the list has it";
    return std::nullopt;
  }
  if (listed_.empty()) {
    KernelValues kernel(family_->name);
    for (std::size_t axis = pattern_axes_; axis < axes_.size(); ++axis)
      kernel.add(axes_[axis].name, static_cast<std::int64_t>(value(point, axis)));
    if (const auto reason = family_->unsupported({*found, problem_, kernel, device_, gi_clones_})) {
      if (why != nullptr) *why = *reason;
      return std::nullopt;
    }
  }
  Candidate candidate{*found, {std::string(family_->name), {}}};
  for (std::size_t axis = pattern_axes_; axis < axes_.size(); ++axis)
    candidate.kernel.tunables[axes_[axis].name] = static_cast<std::int64_t>(value(point, axis));
  return candidate;
}

Point SearchSpace::random_point(RandomWords& random) const {
  Point point(axes_.size());
  for (std::size_t axis = 0; axis < axes_.size(); ++axis)
    point[axis] = random.below(axes_[axis].values.size());
  return point;
}

bool SearchSpace::advance_pattern(Point& point) const {
  for (std::size_t axis = pattern_axes_; axis-- > 0;) {
    if (++point[axis] < axes_[axis].values.size()) return true;
    point[axis] = 0;
  }
  return false;
}

std::vector<Point> SearchSpace::patterns() const {
  std::vector<Point> left;
  Point point(axes_.size(), 0);
  do {
    if (config(point)) left.push_back(point);
  } while (advance_pattern(point));
  return left;
}

void SearchSpace::draw_kernel(Point& point, RandomWords& random) const {
  for (std::size_t axis = pattern_axes_; axis < axes_.size(); ++axis)
    point[axis] = random.below(axes_[axis].values.size());
}

bool SearchSpace::advance(Point& point) const {
  for (std::size_t axis = axes_.size(); axis-- > 0;) {
    if (++point[axis] < axes_[axis].values.size()) return true;
    point[axis] = 0;
  }
  return false;
}

std::size_t constraint_order(std::string_view constraint) {
  return static_cast<std::size_t>(std::find(kFaultTexts.begin(), kFaultTexts.end(), constraint) -
                                  kFaultTexts.begin());
}

NearestDensities nearest_densities(std::int64_t rows, std::int64_t cols, double density,
                                   const SearchBounds& bounds) {
  const std::int64_t repetition = least_repetition(rows, bounds);
  NearestDensities nearest;
  nearest.exact = reachable(rows, cols, density, repetition);
  if (nearest.exact) {
    nearest.below = nearest.above = density;
    return nearest;
  }
  // One of Go and Gi takes whatever integer degree comes nearest, beside each halving of the other.
  const auto look_beside = [&](std::int64_t left, std::int64_t right, std::int64_t halved_left,
                               std::int64_t halved_right) {
    const auto parts = static_cast<double>(std::gcd(left, right));
    for (double half = 1; half >= density / 2; half /= 2) {
      if (!base_graph(halved_left, halved_right, half)) continue;
      const double part = std::floor(density / half * parts);
      for (const double count : {part, part + 1}) {
        if (count < 1 || count > parts || !base_graph(left, right, count / parts)) continue;
        const double reached = half * count / parts;
        if (reached <= density && reached > nearest.below) nearest.below = reached;
        if (reached >= density && (nearest.above == 0 || reached < nearest.above))
          nearest.above = reached;
      }
    }
  };
  for_each_sizes(rows, cols, repetition, [&](const Sizes& sizes) {
    look_beside(sizes.gi_left, sizes.gi_right, sizes.go_left, sizes.go_right);
    look_beside(sizes.go_left, sizes.go_right, sizes.gi_left, sizes.gi_right);
    return true;
  });
  return nearest;
}

double NearestDensities::nearest_to(double density) const {
  if (below == 0) return above;
  return above > 0 && above - density <= density - below ? above : below;
}

std::optional<PaddedSizes> padded_sizes(std::int64_t rows, std::int64_t cols, double density,
                                        double tolerance, const SearchBounds& bounds) {
  const auto is_near = [&](const PaddedSizes& sizes) {
    if (tolerance == 0)
      return reachable(sizes.rows, sizes.cols, density, least_repetition(sizes.rows, bounds));
    const double found =
        nearest_densities(sizes.rows, sizes.cols, density, bounds).nearest_to(density);
    return std::abs(found - density) <= tolerance * density;
  };
  // A density of a / b, in lowest terms, divides rows and columns into b parts. Near it any sizes may do: those that
  // halve well.
  const std::int64_t parts = tolerance == 0 ? parts_of(density) : 1;
  if (parts == 0) return std::nullopt;
  const auto padded = [&](std::int64_t size) {
    std::vector<std::int64_t> all;
    if (tolerance == 0)
      for (std::int64_t to = round_up(size, parts); to < size + kMaxPadding; to += parts)
        all.push_back(to);
    else
      for (std::int64_t multiple = 1; multiple <= kMaxPadding; multiple *= 2)
        all.push_back(round_up(size, multiple));
    return all;
  };
  std::vector<PaddedSizes> candidates;
  for (const std::int64_t padded_rows : padded(rows))
    for (const std::int64_t padded_cols : padded(cols))
      candidates.push_back({padded_rows, padded_cols});
  std::stable_sort(
      candidates.begin(), candidates.end(),
      [](const PaddedSizes& a, const PaddedSizes& b) { return a.rows * a.cols < b.rows * b.cols; });
  const auto found = std::find_if(candidates.begin(), candidates.end(), is_near);
  return found == candidates.end() ? std::nullopt : std::optional(*found);
}

}  // namespace rbgp
