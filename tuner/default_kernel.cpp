#include <limits>

#include <generator/kernel_family.hpp>
#include <rbgp/error.hpp>
#include <rbgp/tuner.hpp>
#include <tuner/prior.hpp>

namespace rbgp {

KernelConfig default_kernel(const Rbgp4Config& config, const Problem& problem,
                            const DeviceProperties& device) {
  require_family(device.kind, problem.dtype);
  Candidate best;
  double best_cost = std::numeric_limits<double>::infinity();
  std::string reason;
  for (const KernelFamily& family : kernel_families()) {
    if (family.target != device.kind || !family.multiplies(problem.dtype)) continue;
    const std::vector<Tunable> tunables = family.tunables(device);
    std::vector<std::size_t> choice(tunables.size(), 0);
    for (bool more = true; more;) {
      Candidate candidate{config, {std::string(family.name), {}}};
      for (std::size_t i = 0; i < tunables.size(); ++i)
        candidate.kernel.tunables[tunables[i].name] = tunables[i].values[choice[i]];
      if (auto why = family.unsupported({config, problem, candidate.kernel, device})) {
        reason = *why;
      } else if (const double cost = prior_cost(candidate, problem, device); cost < best_cost) {
        best_cost = cost;
        best = candidate;
      }
      more = false;
      for (std::size_t i = tunables.size(); i-- > 0 && !more;) {
        more = ++choice[i] < tunables[i].values.size();
        if (!more) choice[i] = 0;
      }
    }
  }
  require(!best.kernel.family.empty(), ErrorCode::invalid_argument,
          "no kernel for {} in {} on {}: {}", config.to_string(), to_string(problem.dtype),
          device.arch, reason);
  return best.kernel;
}

}  // namespace rbgp
