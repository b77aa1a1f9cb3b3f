#include <tuner/sweep_identity.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

#include <pipe/problem_json.hpp>
#include <runtime/disk_cache.hpp>
#include <runtime/host_compiler.hpp>
#include <runtime/nvrtc.hpp>

namespace rbgp {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kIdDigits = 16;

std::string dotted(std::string pointer) {
  std::replace(pointer.begin(), pointer.end(), '/', '.');
  return pointer.substr(1);
}

}  // namespace

std::string SweepIdentity::header_line() const {
  const Json json = {
      {"kind", "header"},
      {"version", kVersion},
      {"problem", problem_json(problem)},
      {"sparsity_percent", sparsity_percent},
      {"config", config},
      {"graphs", graphs},
      {"search",
       {{"rows", rows}, {"cols", cols}, {"density", density}, {"family", family}, {"axes", axes}}},
      {"strategy", strategy},
      {"seed", seed},
      {"timing", cold ? "cold" : "warm"},
      {"fingerprint",
       {{"kind", device.kind == DeviceKind::cuda ? "cuda" : "host"},
        {"name", device.name},
        {"arch", device.arch},
        {"compute_units", device.compute_units},
        {"vector_floats", device.vector_floats},
        {"vector_registers", device.vector_registers},
        {"shared_bytes", device.shared_bytes},
        {"driver", device.driver},
        {"compiler", compiler},
        {"generator", generator_version}}}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string SweepIdentity::difference(std::string_view line) const {
  const Json found = Json::parse(line, nullptr, false);
  if (!found.is_object() || !found.contains("kind") || found["kind"] != "header")
    return "it is no journal of rbgp tune";
  // Both as they read from a line. Version and problem come first, and are named first.
  const Json there = found.flatten();
  const Json here = Json::parse(header_line()).flatten();
  const auto text = [](const Json& fields, const std::string& field) {
    return fields.contains(field) ? fields[field].dump() : std::string("absent");
  };
  for (const auto* fields : {&here, &there})
    for (const auto& [field, value] : fields->items())
      if (text(there, field) != text(here, field))
        return fmt::format("it is the journal of another sweep: {} is {} there and {} here",
                           dotted(field), text(there, field), text(here, field));
  return {};
}

std::string SweepIdentity::candidate_id(const Rbgp4Config& of, const KernelConfig& kernel) const {
  const std::array<std::string, 7> parts = {problem.to_string(),
                                            of.to_string(),
                                            fmt::format("{}", seed),
                                            graphs,
                                            kernel.to_string(),
                                            device.arch,
                                            fmt::format("{}", generator_version)};
  return runtime::cache_key(parts).substr(0, kIdDigits);
}

std::string graphs_digest(const Rbgp4Pattern& pattern) {
  const std::array<std::string, 3> parts = {
      pattern.config().to_string(), fmt::format("{}", fmt::join(pattern.go().adjacency(), " ")),
      fmt::format("{}", fmt::join(pattern.gi().adjacency(), " "))};
  return runtime::cache_key(parts).substr(0, kIdDigits);
}

std::string axes_digest(std::span<const SearchSpace* const> spaces) {
  std::vector<std::string> parts;
  for (const SearchSpace* space : spaces)
    for (const Axis& axis : space->axes())
      parts.push_back(fmt::format("{} {}", axis.name, fmt::join(axis.values, " ")));
  return runtime::cache_key(parts).substr(0, kIdDigits);
}

std::string compiler_of(DeviceKind kind) {
  if (kind == DeviceKind::cuda) {
    const runtime::Nvrtc* nvrtc = runtime::Nvrtc::find();
    return nvrtc != nullptr ? nvrtc->identity() : std::string();
  }
  const std::string version = runtime::host_compiler_version();
  return version.empty() ? version : "LLVM " + version;
}

}  // namespace rbgp
