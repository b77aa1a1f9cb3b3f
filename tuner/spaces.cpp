#include <tuner/spaces.hpp>

#include <generator/construction.hpp>
#include <rbgp/error.hpp>

namespace rbgp {

std::vector<std::unique_ptr<SearchSpace>> make_spaces(const TuneRequest& request,
                                                      const SweepTarget& target,
                                                      const DeviceProperties& device) {
  require(!request.bounds.any() || (!request.config && !request.pattern),
          ErrorCode::invalid_argument,
          "bounds of patterns ({}) need patterns to search, not a configuration",
          request.bounds.to_string());
  request.bounds.validate(100 * (1 - target.density));
  require_family(device.kind, request.problem.dtype);
  if (!request.family.empty())
    require(find_family(request.family).target == device.kind, ErrorCode::invalid_argument,
            "kernel family {} does not run on {}", request.family, request.device.text());
  const std::int64_t clones = request.pattern ? clones_of(request.pattern->gi()) : 0;
  std::vector<std::unique_ptr<SearchSpace>> spaces;
  for (const KernelFamily& family : kernel_families()) {
    if (family.target != device.kind || !family.multiplies(request.problem.dtype)) continue;
    if (!request.family.empty() && family.name != request.family) continue;
    spaces.push_back(request.config
                         ? std::make_unique<SearchSpace>(request.problem, *request.config, device,
                                                         family, clones)
                         : std::make_unique<SearchSpace>(request.problem, target.rows, target.cols,
                                                         target.density, device, family));
    spaces.back()->bound(request.bounds);
    spaces.back()->begin_with(request.known);
  }
  require(!spaces.empty(), ErrorCode::invalid_argument, "kernel family {} does not multiply {}",
          request.family, to_string(request.problem.dtype));
  return spaces;
}

}  // namespace rbgp
