// How long a kernel should take and why, without running it: what `rbgp explain` prints.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <rbgp/device.hpp>
#include <rbgp/problem.hpp>

namespace rbgp {

struct CeilingTime {
  std::string
      name;  // "arithmetic", "issue", "shared memory", "L2", "DRAM", "latency", "launch and tail"
  double ms = 0;  // that the kernel would take if nothing else took any
};

struct Explanation {
  double predicted_ms = 0;
  std::vector<CeilingTime> ceilings;
  std::string binding;  // the name of the longest
  double tiles = 0;  // of O, that blocks take; on the host tasks
  double resident_blocks = 0;  // of a multiprocessor, as registers, memory and threads allow
  double waves = 0;  // tiles over all blocks of the device
  std::int64_t threads = 0;  // of a block; 0 on the host
  std::int64_t shared_bytes = 0;
  // Where the device's ceilings come from: "measured" on it and stored in the cache folder, "built in" of one of
  // the same name, or "derived" from its architecture.
  std::string rates;
};

// Thread-safe. Errors: invalid_argument where the family does not support the shape on the device.
Explanation explain(const Rbgp4Config& config, const Problem& problem, const KernelConfig& kernel,
                    const DeviceProperties& device);
// Of a pattern, whose Gi may be no such graph as the configuration alone would get.
Explanation explain(const KernelSpec& spec, const DeviceProperties& device);

// Measures what the device does at best, of the dtype too, and stores it for explain() and tune(). Takes some
// seconds; not thread-safe. False where this process alone will know, without a cache folder that can be written.
// Errors: as compiling and launching have them.
bool measure_device(const Device& device, Dtype dtype);

// The same where nobody did it before, in a process of its own (rbgp-worker): of several processes that ask at
// once one measures, and the others wait. Returns a line that says what was found, or why nothing was, which
// is no error; empty where it was known, and without a cache folder to keep it in. Thread-safe.
std::string measure_device_once(const Device& device, Dtype dtype);

}  // namespace rbgp
