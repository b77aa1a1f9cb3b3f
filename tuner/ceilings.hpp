// What a device does at best, measured once and remembered in the user's cache folder.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <rbgp/device.hpp>
#include <rbgp/dtype.hpp>

namespace rbgp {

struct Ceilings {
  double bytes_per_ms = 0;         // large copy within the device's memory, read + written
  double multiply_adds_per_ms = 0;  // f32, nothing but multiply-adds in registers
  double empty_ms = 0;             // a launch that does nothing
  // Of other dtypes, what the dense library reaches on a product of 8192 x 8192 x 8192, which is near what
  // tensor cores do: 0 where there is no library. A dtype that was not asked for is not here.
  std::map<Dtype, double> dense_multiply_adds_per_ms = {};

  // Of a dtype: f32 in registers, f32x3 three products of tf32, others as the dense library; 0: not known.
  double multiply_adds_of(Dtype dtype) const;
};

// Takes one to three seconds: others may be at work, and can only slow the device down, so that the best of several
// measurements counts, and counts only once another came near it. On the host the arithmetic is that of all threads.
// Errors: as compiling and launching have them; unsupported where this build has no compiler for the device;
// exhausted where the machine is too busy for measurements to agree, or for what is_plausible.
Ceilings measure_ceilings(const Device& device);

// What the dense library does of a dtype in a millisecond, 0 where there is none. Errors: exhausted, as above.
double measure_dense_rate(const Device& device, Dtype dtype);

// Measures that rate as far as multiply_adds_of the dtype needs it; leaves it out where the machine is too busy, so that
// the next sweep measures it.
void add_dtype(Ceilings& ceilings, const Device& device, Dtype dtype);

// Numbers of which more is better, measured several times: the best of each, once for each a second measurement came
// near; nothing before.
class Agreement {
 public:
  void add(std::vector<double> numbers);
  std::optional<std::vector<double>> best() const;

  struct Doubt {
    std::size_t number = 0;  // in what was added
    double best = 0;
    double next = 0;
  };
  // The first number whose best no other came near; nothing where there is none, or nothing was added.
  std::optional<Doubt> doubt() const;
  static constexpr double kNear = 1.25;
  static constexpr int kAttempts = 5;

 private:
  std::vector<std::vector<double>> measured_;  // by number
};

// Whether rates can be the device's own: of a host, and not what others left of it.
bool is_plausible(const DeviceProperties& device, const Ceilings& ceilings);

// Where ceilings come from.
enum class CeilingsSource {
  measured,  // on this very device, and stored
  built_in,  // on another one of the same name
  derived,  // from the architecture alone
};
std::string_view to_string(CeilingsSource source);

struct KnownCeilings {
  Ceilings ceilings;
  CeilingsSource source = CeilingsSource::derived;

  // Measured, and in this dtype, too: its rate, or that there is no library to have one.
  bool covers(Dtype dtype) const;
};

// What is expected of a device that was never measured: the same on every machine.
KnownCeilings assumed_ceilings(const DeviceProperties& device);

// What is known without measuring. Reads the file at the first call for a device; thread-safe.
KnownCeilings known_ceilings(const DeviceProperties& device);

// The same, reading the file again: another process may have written it.
KnownCeilings reread_ceilings(const DeviceProperties& device);

// Where a device's are stored; nothing where there is no cache folder.
std::optional<std::filesystem::path> ceilings_file(const DeviceProperties& device);

// Keeps what was measured for this process, and stores it for later ones: false where they will not know, without a
// cache folder that can be written.
bool remember_ceilings(const DeviceProperties& device, const Ceilings& ceilings);

// The file's text (docs/formats.md), and back: nothing where it does not read, is of another device, or not plausible.
std::string ceilings_text(const DeviceProperties& device, const Ceilings& ceilings);
std::optional<Ceilings> parse_ceilings(std::string_view text, const DeviceProperties& device);

}  // namespace rbgp
