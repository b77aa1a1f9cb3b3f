#include <rbgp/explain.hpp>

#include <filesystem>

#include <nlohmann/json.hpp>

#include <rbgp/error.hpp>
#include <runtime/disk_cache.hpp>
#include <tuner/ceilings.hpp>
#include <tuner/line_file.hpp>
#include <tuner/worker.hpp>

namespace rbgp {
namespace {

constexpr double kLimitSeconds = 60;

// In a process of its own: this one compiles, loads and launches nothing.
Ceilings measured_by_worker(const Device& device, Dtype dtype) {
  Worker worker({.program = worker_path(), .opening = {}});
  const Answer answer = worker.ask(
      {{"do", "ceilings"}, {"device", device.text()}, {"dtype", to_string(dtype)}}, kLimitSeconds);
  // The worker's own words, where it has some, without the code that journals have before them.
  require(answer.kind == FailureKind::none, answer.code.value_or(ErrorCode::internal), "{}",
          answer.code ? answer.json.at("failure").get<std::string>() : answer.failure);
  const auto ceilings =
      parse_ceilings(answer.json.at("ceilings").get<std::string>(), device.properties());
  require(ceilings.has_value(), ErrorCode::internal, "what a worker measured does not read");
  return *ceilings;
}

std::string found_text(const Device& device, const Ceilings& ceilings) {
  return fmt::format(
      "measured once what {} does at best: {:.3g} TFLOP/s in f32, {:.3g} GB/s, {:.3g} us a launch; "
      "rbgp explain --measure {} does so again",
      device.text(), 2 * ceilings.multiply_adds_per_ms / 1e9, ceilings.bytes_per_ms / 1e6,
      1e3 * ceilings.empty_ms, device.text());
}

}  // namespace

bool measure_device(const Device& device, Dtype dtype) {
  Ceilings ceilings = measure_ceilings(device);
  const KnownCeilings before = known_ceilings(device.properties());
  if (before.source == CeilingsSource::measured)
    ceilings.dense_multiply_adds_per_ms = before.ceilings.dense_multiply_adds_per_ms;
  add_dtype(ceilings, device, dtype);
  return remember_ceilings(device.properties(), ceilings);
}

std::string measure_device_once(const Device& device, Dtype dtype) {
  const DeviceProperties& properties = device.properties();
  const auto file = ceilings_file(properties);
  if (known_ceilings(properties).covers(dtype) || !file || !runtime::DiskCache::shared()) return {};
  try {
    const LineFile lock(std::filesystem::path(*file).replace_extension("lock"), "lock of ceilings",
                        LineFile::Busy::wait);
    if (reread_ceilings(properties).covers(dtype)) return {};  // by who had the lock
    const Ceilings ceilings = measured_by_worker(device, dtype);
    remember_ceilings(properties, ceilings);
    return found_text(device, ceilings);
  } catch (const Error& error) {
    return fmt::format("what {} does at best could not be measured, and is assumed: {}",
                       device.text(), error.what());
  }
}

}  // namespace rbgp
