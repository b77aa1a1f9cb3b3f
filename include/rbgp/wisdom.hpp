// Wisdom: the best plans known, by device and problem, in a file that sweeps add to.
//
// The file (docs/formats.md) grows at its end, under a lock and onto the disk line by line, as a journal does:
// several tuners may add to one at once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <rbgp/device.hpp>
#include <rbgp/plan.hpp>
#include <rbgp/tuner.hpp>

namespace rbgp {

struct WisdomEntry {
  Plan plan;  // with the device and the time
  Preference prefer = Preference::time;  // what it was chosen by
  bool cold = false;  // timed on a cold cache
  int generator_version = 0;  // of its kernel; another version's plans are never handed out

  // Entries of one key are about the same: device (kind, name, architecture, units), problem, density of W,
  // preference, timing and generator version. The one that the preference prefers counts (Preference in tuner.hpp).
  std::string key() const;
  bool is_of_this_generator() const;
  // Whether a kernel for such a device may be made of it: of its kind and architecture, and of its name and as many
  // compute units, unless `here` is an architecture alone (target_properties).
  bool is_for(const DeviceProperties& here) const;
};

// What came of a sweep, for keeping. The result has to have a plan.
WisdomEntry wisdom_of(const TuneRequest& request, const TuneResult& result);

class Wisdom {
 public:
  // wisdom.jsonl in the folder of compiled kernels; nothing where there is no such folder (RBGP_CACHE_DIR
  // is empty, say).
  static std::optional<std::filesystem::path> default_file();

  // Puts what the files know together; those that are not there are left out, and so is a torn last line.
  // Errors: io; invalid_argument, with one line that names the file, where one is no wisdom, one of another
  // version, or does not read.
  static Wisdom load(std::span<const std::filesystem::path> files);
  // From a file of wisdom, or the journal of a sweep that came to its end: its fastest finalist, since a journal does
  // not say what its winner was preferred for.
  // Errors: as load, and where the file is not there; invalid_argument where a journal has no end, is of graphs
  // that it does not hold or has no such candidate, or the machine was too busy in its finals.
  static Wisdom import(const std::filesystem::path& file);

  // Keeps what its preference prefers of its key; whether it was kept.
  bool add(WisdomEntry entry);
  std::vector<const WisdomEntry*> entries() const;  // in the order of their keys

  // Writes all of them to a file that is complete or not there. Errors: io, exhausted.
  void write(const std::filesystem::path& file) const;
  // Adds what is preferred to what the file knows, which it is created for; the number of those added.
  // Waits for others that write it. Errors: io, exhausted; invalid_argument where it is no wisdom.
  std::size_t save_into(const std::filesystem::path& file) const;

 private:
  std::map<std::string, WisdomEntry> entries_;
};

// Where an answer comes from.
enum class WisdomSource {
  exact,  // an entry of this device, problem, sparsity, preference and timing
  nearest,  // an entry's tile and kernel on a larger or smaller Go: see look_up
  model,  // nothing measured: what the model of the tuner expects to be fastest
  standard,  // the same, on the next sizes and sparsity that there are patterns of; "default"
};
std::string_view to_string(WisdomSource source);

struct WisdomRequest {
  Problem problem = {};
  double sparsity_percent = 0;
  Device device = Device::host();
  // Where it is given, in place of the device, which then need not be here: of an architecture alone
  // (target_properties) plans of any chip of it are known.
  std::optional<DeviceProperties> target = {};
  Preference prefer = Preference::time;
  bool cold = false;
  std::uint64_t seed = 1;  // of patterns that are sampled for the answer
  // Build the kernel in a process of its own, and check and time it on the device as a sweep does: what is wrong is
  // passed over, and a plan that has no time of finals gets this one, unless others on the machine disturbed it.
  bool validate = false;
};

struct WisdomAnswer {
  WisdomSource source = WisdomSource::exact;
  Plan plan;
  std::vector<std::string>
      notes;  // what was passed over, padded or rounded, and whose entry is nearest
  std::optional<CandidateResult> checked;  // with `validate`
};

// The best known plan; of `exact`, `nearest`, `model` and `standard` the first that there is.
//
// `nearest` is the entry of the same device, dtype, layout, preference and generator version, whatever its
// epilogue and timing, whose sizes and density are closest: the least sum of |log2| of the four ratios, at
// most 4. Its tile (Gr, Gi, Gb) and its kernel stay; Go takes the sizes and the density that the problem
// asks for, and an entry whose Go cannot, or whose kernel does not support that, is passed over.
// Errors: invalid_argument for sizes and sparsities out of range, and a target that shall be validated;
// unsupported where nothing fits, or the device cannot be compiled for; internal where nothing was right.
WisdomAnswer look_up(const Wisdom& wisdom, const WisdomRequest& request);

// What a sweep may begin with (TuneRequest::known): the tiles and kernels of entries for the same kind of device,
// architecture, dtype and layout, made to fit the problem as `nearest` does, the nearest three first. Empty where the
// request names a configuration, or a strategy that does not ask the model. Errors: invalid_argument for an unknown
// strategy.
std::vector<Candidate> known_candidates(const Wisdom& wisdom, const TuneRequest& request);

}  // namespace rbgp
