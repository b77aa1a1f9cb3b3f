// What tells one sweep from another: its journal is resumed only by the same sweep, and each of its
// candidates has an id that is the same in every run.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <rbgp/device.hpp>
#include <rbgp/problem.hpp>
#include <rbgp/shard.hpp>
#include <tuner/search_space.hpp>

namespace rbgp {

struct SweepIdentity {
  static constexpr int kVersion = 2;  // of the journal's format

  Problem problem;
  double sparsity_percent = 0;  // asked for; without meaning where there is a configuration
  std::string config;  // asked for; empty: patterns are searched
  std::string graphs;  // digest of a chosen pattern's graphs; empty where the seed samples them
  // Bounds of the search: the pattern's sizes and density after padding and rounding, the family asked
  // for (empty: all of the device) and a digest of the axes of all spaces.
  std::int64_t rows = 0;
  std::int64_t cols = 0;
  double density = 0;
  std::string family;
  std::string axes;
  std::string bounds;  // SearchBounds::to_string; a header without the field has none
  std::string strategy;
  std::uint64_t seed = 0;
  Shard shard;  // that the journal is of; others of the same sweep merge with it
  bool cold = false;
  DeviceProperties device;
  std::string compiler;  // "LLVM 19.1.7", or NVRTC's identity; empty where there is none
  int generator_version = 0;

  // The first line of a journal, without its end.
  std::string header_line() const;

  // The sweep that a header line is of; of the device, what a header does not hold is left out.
  // Errors: invalid_argument where it is no header, one of another version, or lacks a field.
  static SweepIdentity parse(std::string_view line);

  // Nothing where the line is the header of this very sweep; else, in words, what it is instead, with
  // the first field that differs.
  std::string difference(std::string_view line) const;

  // 16 hexadecimal digits of SHA-256 over all that determines a candidate: problem, configuration,
  // the seed or graphs of its pattern, family, tunables, architecture and generator version.
  std::string candidate_id(const Rbgp4Config& config, const KernelConfig& kernel) const;
};

// What header lines begin with, whatever the sweep.
inline constexpr std::string_view kHeaderStart = R"({"kind":"header","version":)";

// 16 hexadecimal digits over both graphs of a pattern.
std::string graphs_digest(const Rbgp4Pattern& pattern);

// 16 hexadecimal digits over the names and values of all axes: they change with what there is to tune.
std::string axes_digest(std::span<const SearchSpace* const> spaces);

// The compiler that a device's kernels are made with on this machine.
std::string compiler_of(DeviceKind kind);

}  // namespace rbgp
