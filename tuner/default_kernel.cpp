#include <limits>
#include <utility>
#include <vector>

#include <generator/kernel_family.hpp>
#include <rbgp/error.hpp>
#include <rbgp/tuner.hpp>
#include <tuner/cost_model.hpp>

namespace rbgp {

KernelConfig default_kernel(const Rbgp4Config& config, const Problem& problem,
                            const DeviceProperties& device) {
  require_family(device.kind, problem.dtype);
  Candidate best;
  double best_cost = std::numeric_limits<double>::infinity();
  const DeviceRates rates = assumed_rates(device, problem.dtype);
  std::string reason;
  for (const KernelFamily& family : kernel_families()) {
    if (family.target != device.kind || !family.multiplies(problem.dtype)) continue;
    const std::vector<Tunable> tunables = family.tunables(device);
    std::vector<std::size_t> choice(tunables.size(), 0);
    Candidate candidate{config, {std::string(family.name), {}}};
    // The candidate changes in place: there are thousands.
    std::vector<std::int64_t*> values;
    for (const Tunable& tunable : tunables)
      values.push_back(&(candidate.kernel.tunables[tunable.name] = tunable.values.front()));
    for (bool more = true; more;) {
      const KernelShape shape{config, problem, candidate.kernel, device};
      if (auto why = family.unsupported(shape)) {
        reason = std::move(*why);
      } else if (const double cost = predict_time(shape, rates).predicted_ms; cost < best_cost) {
        best_cost = cost;
        best = candidate;
      }
      more = false;
      for (std::size_t i = tunables.size(); i-- > 0 && !more;) {
        more = ++choice[i] < tunables[i].values.size();
        if (!more) choice[i] = 0;
        *values[i] = tunables[i].values[choice[i]];
      }
    }
  }
  require(!best.kernel.family.empty(), ErrorCode::invalid_argument,
          "no kernel for {} in {} on {}: {}", config.to_string(), to_string(problem.dtype),
          device.arch, reason);
  return best.kernel;
}

}  // namespace rbgp
