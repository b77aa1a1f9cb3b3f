#include <tuner/sweep_target.hpp>

#include <algorithm>

#include <rbgp/error.hpp>
#include <tuner/search_space.hpp>

namespace rbgp {
namespace {

// Parts of a density: how far from it may be, rather than padding more.
constexpr double kNear[] = {0.05, 0.15, 0.5};

double percent(double density) { return 100 * (1 - density); }

std::string nearest_text(const NearestDensities& nearest) {
  if (nearest.below == 0 && nearest.above == 0) return "no sparsity is reachable at these sizes";
  std::string text = "the nearest reachable ones are ";
  if (nearest.above > 0) text += fmt::format("{:.6g} %", percent(nearest.above));
  if (nearest.above > 0 && nearest.below > 0) text += " and ";
  if (nearest.below > 0) text += fmt::format("{:.6g} %", percent(nearest.below));
  return text + "; --nearest takes the nearest";
}

// Where both a padding and another sparsity are allowed.
std::optional<PaddedSizes> near_sizes(const TuneRequest& request, double density) {
  if (!request.pad || !request.nearest) return std::nullopt;
  for (const double tolerance : kNear)
    if (const auto sizes =
            padded_sizes(request.problem.m, request.problem.k, density, tolerance, request.bounds))
      return sizes;
  return std::nullopt;
}

}  // namespace

void require_sizes(const Problem& problem) {
  require(problem.m >= 1 && problem.k >= 1 && problem.n >= 1, ErrorCode::invalid_argument,
          "sizes {} x {} x {}: m, k and n are at least 1", problem.m, problem.k, problem.n);
  require(std::max({problem.m, problem.k, problem.n}) <= kMostColumns, ErrorCode::invalid_argument,
          "sizes {} x {} x {}: m, k and n are at most {}", problem.m, problem.k, problem.n,
          kMostColumns);
}

SweepTarget resolve_target(const TuneRequest& request, std::vector<std::string>& notes) {
  const Problem& problem = request.problem;
  require_sizes(problem);
  if (request.config) {
    const Rbgp4Config& config = *request.config;
    config.validate();
    const bool exact = problem.m == config.rows() && problem.k == config.cols();
    require(exact || (request.pad && problem.m <= config.rows() && problem.k <= config.cols()),
            ErrorCode::invalid_argument, "sizes {} x {} are not those of {}, {} x {}; --pad pads",
            problem.m, problem.k, config.to_string(), config.rows(), config.cols());
    return {config.rows(), config.cols(), config.density()};
  }
  require(request.sparsity_percent >= 0 && request.sparsity_percent < 100,
          ErrorCode::invalid_argument, "sparsity {} %: allowed is 0 to below 100",
          request.sparsity_percent);
  SweepTarget target{problem.m, problem.k, 1 - request.sparsity_percent / 100};
  const SearchBounds& bounds = request.bounds;
  // Before what can be reached is looked for. With `nearest` the sparsity is yet to be found.
  if (request.nearest)
    bounds.validate_without_sparsity();
  else
    bounds.validate(request.sparsity_percent);
  NearestDensities nearest = nearest_densities(target.rows, target.cols, target.density, bounds);
  if (nearest.exact) return target;
  const auto exact_sizes = padded_sizes(target.rows, target.cols, target.density, 0, bounds);
  const bool is_exact = request.pad && exact_sizes;
  if (const auto padded = is_exact ? exact_sizes : near_sizes(request, target.density)) {
    target.rows = padded->rows;
    target.cols = padded->cols;
    nearest = nearest_densities(target.rows, target.cols, target.density, bounds);
  }
  const double found = nearest.nearest_to(target.density);
  require(is_exact || (request.nearest && found > 0), ErrorCode::invalid_argument,
          "no split of {} x {} over Go, Gr, Gi, Gb has {:.6g} % with integer degrees and rows that "
          "repeat {} times or more (--min-repetition); {}{}",
          problem.m, problem.k, request.sparsity_percent, least_repetition(target.rows, bounds),
          nearest_text(nearest),
          exact_sizes   ? fmt::format(", --pad pads the sizes to {} x {}", exact_sizes->rows,
                                      exact_sizes->cols)
          : request.pad ? ", and no padding helps"
                        : "");
  if (target.rows != problem.m || target.cols != problem.k)
    notes.push_back(fmt::format(
        "padded W from {} x {} to {} x {} with zero rows and columns; O keeps its {} rows",
        problem.m, problem.k, target.rows, target.cols, problem.m));
  if (!is_exact)
    notes.push_back(fmt::format("sparsity {:.6g} % instead of {:.6g} %, the nearest reachable",
                                percent(found), request.sparsity_percent));
  target.density = found;
  return target;
}

std::vector<Device> resolve_devices(const TuneRequest& request) {
  std::vector<Device> all = {request.device};
  const DeviceProperties& first = request.device.properties();
  for (const Device& device : request.further_devices) {
    const DeviceProperties& other = device.properties();
    require(other.name == first.name && other.arch == first.arch &&
                other.compute_units == first.compute_units &&
                other.shared_bytes == first.shared_bytes,
            ErrorCode::invalid_argument,
            "{} is {} and {} is {}: only devices of the same properties share a sweep",
            request.device.text(), first.name, device.text(), other.name);
    all.push_back(device);
  }
  return all;
}

}  // namespace rbgp
