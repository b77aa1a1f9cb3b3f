// NVIDIA's management library, opened at run time: what the driver knows of a GPU beside CUDA.
#pragma once

#include "runtime/dynamic_library.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rbgp::runtime {

// Thread-safe.
class Nvml {
 public:
  // Of this machine, looked for once; null where there is none.
  static const Nvml* find();
  // The first of the names that opens, and where every function is there; null where none does.
  static std::unique_ptr<const Nvml> open(std::span<const std::string> names);

  using Handle = struct nvmlDevice_st*;
  // By the bus id that CUDA gives; nothing where NVML does not know it.
  std::optional<Handle> device(const std::string& pci_bus_id) const;

  // Why clocks are lower than they could be, in words; empty where nothing holds them down. An idle GPU, clocks that
  // were set on purpose and the power limit, which is the work's own doing, count as nothing.
  std::string slowed_by(Handle device) const;
  // Whether what it does draws so much power that its clock is lowered for that.
  bool at_power_limit(Handle device) const;

  struct ProcessUse {
    unsigned id =
        0;  // as the driver numbers processes: in a container maybe not this machine's number
    unsigned percent = 0;  // of the multiprocessors' time
  };
  // What processes did since a time in microseconds since 1970; empty where that is not known.
  std::vector<ProcessUse> processes_since(Handle device, std::uint64_t microseconds) const;

 private:
  struct Sample;
  explicit Nvml(DynamicLibrary library) : library_(std::move(library)) {}
  bool load();
  unsigned long long clock_reasons(Handle device) const;

  DynamicLibrary library_;
  int (*init_)() = nullptr;
  int (*device_by_bus_id_)(const char*, Handle*) = nullptr;
  int (*read_clock_reasons_)(Handle, unsigned long long*) = nullptr;
  int (*process_utilization_)(Handle, Sample*, unsigned*, unsigned long long) = nullptr;
};

}  // namespace rbgp::runtime
