#include <rbgp/explain.hpp>

#include <generator/kernel_family.hpp>
#include <rbgp/error.hpp>
#include <tuner/ceilings.hpp>
#include <tuner/cost_model.hpp>

namespace rbgp {
namespace {

Explanation explain(const KernelConfig& kernel, const KernelShape& shape) {
  const Problem& problem = shape.problem;
  const DeviceProperties& device = shape.device;
  const KernelFamily& family = find_family(kernel.family);
  require(family.target == device.kind && family.multiplies(problem.dtype),
          ErrorCode::invalid_argument, "kernel family {} does not multiply {} on {}", family.name,
          to_string(problem.dtype), device.arch);
  require_tunables(kernel, device);
  const auto reason = family.unsupported(shape);
  require(!reason, ErrorCode::invalid_argument, "{} does not support {} with n={}: {}",
          kernel.to_string(), shape.config.to_string(), problem.n, reason.value_or(""));
  const KnownCeilings known = known_ceilings(device);
  const Prediction prediction =
      predict_time(shape, device_rates(device, problem.dtype, known.ceilings));
  const KernelGeometry geometry = family.geometry(shape);
  Explanation explanation{
      .predicted_ms = prediction.predicted_ms,
      .binding = std::string(to_string(prediction.binding)),
      .tiles = prediction.tiles,
      .resident_blocks = prediction.resident,
      .waves = prediction.waves,
      .threads = device.kind == DeviceKind::cuda ? geometry.block[0] : 0,
      .shared_bytes = geometry.shared_bytes,
      .rates = std::string(to_string(known.source)),
  };
  for (std::size_t i = 0; i < kCeilings; ++i)
    explanation.ceilings.push_back(
        {std::string(to_string(static_cast<Ceiling>(i))), prediction.times_ms[i]});
  return explanation;
}

}  // namespace

Explanation explain(const Rbgp4Config& config, const Problem& problem, const KernelConfig& kernel,
                    const DeviceProperties& device) {
  return explain(kernel, {config, problem, kernel, device});
}

Explanation explain(const KernelSpec& spec, const DeviceProperties& device) {
  return explain(spec.kernel, shape_of(spec, device));
}

}  // namespace rbgp
