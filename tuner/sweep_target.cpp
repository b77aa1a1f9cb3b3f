#include <tuner/sweep_target.hpp>

#include <algorithm>

#include <rbgp/error.hpp>
#include <tuner/search_space.hpp>

namespace rbgp {
namespace {

double percent(double density) { return 100 * (1 - density); }

std::string nearest_text(const NearestDensities& nearest) {
  if (nearest.below == 0 && nearest.above == 0) return "no sparsity is reachable at these sizes";
  std::string text = "the nearest reachable ones are ";
  if (nearest.above > 0) text += fmt::format("{:.6g} %", percent(nearest.above));
  if (nearest.above > 0 && nearest.below > 0) text += " and ";
  if (nearest.below > 0) text += fmt::format("{:.6g} %", percent(nearest.below));
  return text;
}

}  // namespace

SweepTarget resolve_target(const TuneRequest& request, std::vector<std::string>& notes) {
  const Problem& problem = request.problem;
  require(problem.m >= 1 && problem.k >= 1 && problem.n >= 1, ErrorCode::invalid_argument,
          "sizes {} x {} x {}: m, k and n are at least 1", problem.m, problem.k, problem.n);
  require(std::max({problem.m, problem.k, problem.n}) <= kMostColumns, ErrorCode::invalid_argument,
          "sizes {} x {} x {}: m, k and n are at most {}", problem.m, problem.k, problem.n,
          kMostColumns);
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
  NearestDensities nearest = nearest_densities(target.rows, target.cols, target.density);
  if (nearest.exact) return target;
  if (request.pad) {
    if (const auto padded = padded_sizes(target.rows, target.cols, target.density)) {
      target.rows = padded->rows;
      target.cols = padded->cols;
      notes.push_back(fmt::format(
          "padded W from {} x {} to {} x {} with zero rows and columns; O keeps its {} rows",
          problem.m, problem.k, target.rows, target.cols, problem.m));
      return target;
    }
  }
  if (request.nearest && (nearest.below > 0 || nearest.above > 0)) {
    const bool take_above =
        nearest.below == 0 ||
        (nearest.above > 0 && nearest.above - target.density <= target.density - nearest.below);
    target.density = take_above ? nearest.above : nearest.below;
    notes.push_back(fmt::format("sparsity {:.6g} % instead of {:.6g} %, the nearest reachable",
                                percent(target.density), request.sparsity_percent));
    return target;
  }
  const auto padded = padded_sizes(target.rows, target.cols, target.density);
  fail(ErrorCode::invalid_argument,
       "no split of {} x {} over Go, Gr, Gi, Gb has {:.6g} % with integer degrees; {}; "
       "--nearest takes the nearest, --pad pads the sizes{}",
       problem.m, problem.k, request.sparsity_percent, nearest_text(nearest),
       padded ? fmt::format(" to {} x {}", padded->rows, padded->cols) : "");
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
