#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include <generator/construction.hpp>
#include <generator/kernel_family.hpp>
#include <rbgp/error.hpp>
#include <rbgp/tuner.hpp>
#include <tuner/cost_model.hpp>

namespace rbgp {
namespace {

// The kernels of a family, by the values of its tunables. Those that differ only in what nobody looked at, to
// refuse one or to predict its time, are one.
class KernelWalk {
 public:
  KernelWalk(const KernelFamily& family, const DeviceProperties& device)
      : kernel_{std::string(family.name), {}}, tunables_(family.tunables(device)) {
    for (const Tunable& tunable : tunables_)
      kernel_.tunables[tunable.name] = tunable.values.front();
    choice_.resize(tunables_.size(), 0);
    for (auto& [name, value] : kernel_.tunables) {
      const auto found = std::find_if(tunables_.begin(), tunables_.end(),
                                      [&](const Tunable& tunable) { return tunable.name == name; });
      axes_.push_back(static_cast<std::size_t>(found - tunables_.begin()));
      values_.push_back(&value);
    }
  }
  KernelWalk(const KernelWalk&) = delete;
  KernelWalk& operator=(const KernelWalk&) = delete;

  const KernelConfig& kernel() const { return kernel_; }
  // Of each tunable the number of its value, in the family's order.
  const std::vector<std::size_t>& choice() const { return choice_; }

  // To the next kernel that differs in one of these; false after the last. What was looked at last changes
  // first: the same values before it lead to the same look.
  bool advance(const TunableReads& reads) {
    for (std::size_t i = reads.places().size(); i-- > 0;) {
      const std::size_t place = reads.places()[i];
      const std::vector<std::int64_t>& values = tunables_[axes_[place]].values;
      std::size_t& choice = choice_[axes_[place]];
      choice = choice + 1 < values.size() ? choice + 1 : 0;
      *values_[place] = values[choice];
      if (choice != 0) return true;
    }
    return false;
  }

 private:
  KernelConfig kernel_;
  std::vector<Tunable> tunables_;
  std::vector<std::size_t> choice_;
  std::vector<std::size_t> axes_;  // in tunables_, by place in the kernel
  std::vector<std::int64_t*> values_;  // by place
};

struct BestKernel {
  KernelConfig kernel;
  double predicted_ms = 0;
};

BestKernel best_kernel(const Rbgp4Config& config, std::int64_t gi_clones, const Problem& problem,
                       const DeviceProperties& device) {
  require_family(device.kind, problem.dtype);
  const DeviceRates rates = assumed_rates(device, problem.dtype);
  KernelConfig best;
  double best_cost = std::numeric_limits<double>::infinity();
  std::vector<std::size_t> best_choice;
  std::string reason;
  for (const KernelFamily& family : kernel_families()) {
    if (family.target != device.kind || !family.multiplies(problem.dtype)) continue;
    KernelWalk walk(family, device);
    for (bool more = true; more;) {
      TunableReads reads;
      const KernelShape shape{config, problem, {walk.kernel(), &reads}, device, gi_clones};
      if (auto why = family.unsupported(shape)) {
        reason = std::move(*why);
      } else {
        const double cost = predict_time(shape, rates).predicted_ms;
        // Of equal ones the first in the family's order.
        if (cost < best_cost ||
            (cost == best_cost && best.family == family.name && walk.choice() < best_choice)) {
          best_cost = cost;
          best = walk.kernel();
          best_choice = walk.choice();
        }
      }
      more = walk.advance(reads);
    }
  }
  require(!best.family.empty(), ErrorCode::invalid_argument, "no kernel for {} in {} on {}: {}",
          config.to_string(), to_string(problem.dtype), device.arch, reason);
  return {best, best_cost};
}

}  // namespace

KernelConfig default_kernel(const Rbgp4Config& config, const Problem& problem,
                            const DeviceProperties& device) {
  return best_kernel(config, 0, problem, device).kernel;
}

KernelConfig default_kernel(const Rbgp4Pattern& pattern, const Problem& problem,
                            const DeviceProperties& device) {
  return best_kernel(pattern.config(), clones_of(pattern.gi()), problem, device).kernel;
}

KernelConfig default_kernel(const Rbgp4Pattern& pattern, Problem problem, const MatrixOrder& order,
                            const DeviceProperties& device) {
  const std::int64_t clones = clones_of(pattern.gi());
  problem.epilogue.row_order |= !order.rows.empty();
  const BestKernel in_order = best_kernel(pattern.config(), clones, problem, device);
  if (order.cols.empty() || problem.epilogue.column_order) return in_order.kernel;
  problem.epilogue.column_order = true;
  try {
    const BestKernel moving = best_kernel(pattern.config(), clones, problem, device);
    const DeviceRates rates = assumed_rates(device, problem.dtype);
    const double bytes = 2.0 * static_cast<double>(problem.k * problem.n) *
                         static_cast<double>(dtype_bytes(problem.dtype));
    const double put_in_order_ms = rates.launch_ms + bytes / rates.dram_bytes_per_ms;
    if (moving.predicted_ms <= in_order.predicted_ms + put_in_order_ms) return moving.kernel;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::invalid_argument) throw;  // no family takes such an order
  }
  return in_order.kernel;
}

}  // namespace rbgp
