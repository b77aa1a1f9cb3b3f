#include <tuner/sweep_target.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include <rbgp/error.hpp>
#include <tuner/search_space.hpp>

namespace rbgp {
namespace {

// Parts of a density: how far from it may be, rather than padding more.
constexpr double kNear[] = {0.05, 0.15, 0.5};

std::string percent_text(double density) { return fmt::format("{:.6g} %", 100 * (1 - density)); }

// For where both a padding and another sparsity are allowed.
std::optional<PaddedSizes> near_sizes(const TuneRequest& request, double density) {
  for (const double tolerance : kNear)
    if (const auto sizes =
            padded_sizes(request.problem.m, request.problem.k, density, tolerance, request.bounds))
      return sizes;
  return std::nullopt;
}

// How padding gets to the density, by itself or with --nearest where that is nearer than what is `found` without; else
// empty.
std::string padding_text(const TuneRequest& request, double density, double found,
                         const std::optional<PaddedSizes>& exact) {
  if (exact) return fmt::format("--pad pads the sizes to {} x {}", exact->rows, exact->cols);
  const auto sizes = near_sizes(request, density);
  if (!sizes) return {};
  const double near =
      nearest_densities(sizes->rows, sizes->cols, density, request.bounds).nearest_to(density);
  if (found > 0 && std::abs(near - density) >= std::abs(found - density)) return {};
  return fmt::format("--pad --nearest gives {} on {} x {}", percent_text(near), sizes->rows,
                     sizes->cols);
}

bool is_only_dense(const NearestDensities& nearest) {
  return nearest.above == 1 && nearest.below == 0;
}

// What is reachable instead of a sparsity that is not, and the options that take it. A dense W is nothing to advise.
std::string instead_text(const TuneRequest& request, double density,
                         const NearestDensities& nearest, const std::optional<PaddedSizes>& exact) {
  std::vector<std::string> texts;
  if (nearest.below == 0 && nearest.above == 0) {
    texts.emplace_back("no sparsity is reachable at these sizes");
  } else if (is_only_dense(nearest)) {
    texts.emplace_back("only 0 %, a dense W, is reachable at these sizes");
  } else if (nearest.below > 0 && nearest.above > 0) {
    texts.push_back(fmt::format("the nearest reachable ones are {} and {}",
                                percent_text(nearest.above), percent_text(nearest.below)));
    texts.emplace_back("--nearest takes the nearest");
  } else {
    texts.push_back(
        fmt::format("the nearest reachable one is {}", percent_text(nearest.nearest_to(density))));
    texts.emplace_back("--nearest takes it");
  }
  std::string padding = padding_text(request, density, nearest.nearest_to(density), exact);
  if (padding.empty() && request.pad) padding = "no padding helps";
  if (!padding.empty()) texts.push_back(std::move(padding));
  return fmt::format("{}", fmt::join(texts, "; "));
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
  const bool takes_near = request.pad && request.nearest;
  if (const auto padded = is_exact     ? exact_sizes
                          : takes_near ? near_sizes(request, target.density)
                                       : std::nullopt) {
    target.rows = padded->rows;
    target.cols = padded->cols;
    nearest = nearest_densities(target.rows, target.cols, target.density, bounds);
  }
  const double found = nearest.nearest_to(target.density);
  const bool has_no_share = is_only_dense(nearest) && bounds.min_gi_share > 0;
  if (!is_exact && (!request.nearest || found == 0 || has_no_share))
    fail(ErrorCode::invalid_argument,
         "no split of {} x {} over Go, Gr, Gi, Gb has {:.6g} % with integer degrees and rows that "
         "repeat {} times or more (--min-repetition); {}",
         problem.m, problem.k, request.sparsity_percent, least_repetition(target.rows, bounds),
         instead_text(request, target.density, nearest, exact_sizes));
  if (target.rows != problem.m || target.cols != problem.k)
    notes.push_back(fmt::format(
        "padded W from {} x {} to {} x {} with zero rows and columns; O keeps its {} rows",
        problem.m, problem.k, target.rows, target.cols, problem.m));
  if (!is_exact) {
    std::string note = fmt::format("sparsity {} instead of {:.6g} %, the nearest reachable",
                                   percent_text(found), request.sparsity_percent);
    if (is_only_dense(nearest)) {
      const std::string padding = padding_text(request, target.density, found, exact_sizes);
      note += fmt::format(": W is dense{}{}", padding.empty() ? "" : "; ", padding);
    }
    notes.push_back(std::move(note));
  }
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
