#include <tuner/sweep_identity.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

#include <pipe/device_json.hpp>
#include <pipe/json_problem.hpp>
#include <pipe/problem_json.hpp>
#include <rbgp/error.hpp>
#include <runtime/disk_cache.hpp>
#include <runtime/host_compiler.hpp>
#include <runtime/nvrtc.hpp>

namespace rbgp {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kIdDigits = 16;
constexpr std::string_view kNoJournal = "it is no journal of rbgp tune";

// A header line as an object; discarded where it is none.
Json header_object(std::string_view line) {
  Json json = Json::parse(line, nullptr, false);
  const bool is_header = json.is_object() && json.contains("kind") && json["kind"] == "header";
  return is_header ? json : Json(Json::value_t::discarded);
}

Problem problem_of(const Json& json) {
  const Problem problem = problem_from_json(json);
  require(std::min({problem.m, problem.k, problem.n}) >= 1, ErrorCode::invalid_argument,
          "sizes {} x {} x {}: m, k and n are at least 1", problem.m, problem.k, problem.n);
  return problem;
}

// All that makes devices measure alike: how much memory they have does not.
Json fingerprint_of(const SweepIdentity& sweep) {
  Json json = device_json(sweep.device);
  json.erase("memory_bytes");
  json["compiler"] = sweep.compiler;
  json["generator"] = sweep.generator_version;
  return json;
}

DeviceProperties device_of(Json fingerprint) {
  fingerprint["memory_bytes"] = 0;
  return device_from_json(fingerprint);
}

std::string dotted(std::string pointer) {
  std::replace(pointer.begin(), pointer.end(), '/', '.');
  return pointer.substr(1);
}

}  // namespace

std::string SweepIdentity::header_line() const {
  Json json = {
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
      {"fingerprint", fingerprint_of(*this)}};
  // A whole sweep's header is as it was before there were shards.
  if (!shard.is_whole()) json["shard"] = to_string(shard);
  if (!bounds.empty()) json["search"]["bounds"] = bounds;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

SweepIdentity SweepIdentity::parse(std::string_view line) {
  const Json json = header_object(line);
  require(!json.is_discarded(), ErrorCode::invalid_argument, "{}", kNoJournal);
  try {
    const int version = json.at("version").get<int>();
    require(version == kVersion, ErrorCode::invalid_argument,
            "it is a journal of version {}; this build reads version {}", version, kVersion);
    const Json& search = json.at("search");
    const Json& fingerprint = json.at("fingerprint");
    return {.problem = problem_of(json.at("problem")),
            .sparsity_percent = json.at("sparsity_percent").get<double>(),
            .config = json.at("config").get<std::string>(),
            .graphs = json.at("graphs").get<std::string>(),
            .rows = search.at("rows").get<std::int64_t>(),
            .cols = search.at("cols").get<std::int64_t>(),
            .density = search.at("density").get<double>(),
            .family = search.at("family").get<std::string>(),
            .axes = search.at("axes").get<std::string>(),
            .bounds = search.value("bounds", ""),
            .strategy = json.at("strategy").get<std::string>(),
            .seed = json.at("seed").get<std::uint64_t>(),
            .shard = parse_shard(json.value("shard", to_string(Shard{}))),
            .cold = json.at("timing") == "cold",
            .device = device_of(fingerprint),
            .compiler = fingerprint.at("compiler").get<std::string>(),
            .generator_version = fingerprint.at("generator").get<int>()};
  } catch (const Json::exception& error) {
    fail(ErrorCode::invalid_argument, "its header does not read: {}", json_problem(error));
  }
}

std::string SweepIdentity::difference(std::string_view line) const {
  const Json found = header_object(line);
  if (found.is_discarded()) return std::string(kNoJournal);
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
