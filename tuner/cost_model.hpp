// The cost model: how long a candidate takes, from the work that its family states and the rates of the
// device, and which of them it is bound by. No measurement of the candidate takes part.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include <generator/kernel_work.hpp>
#include <tuner/device_rates.hpp>
#include <tuner/search_space.hpp>

namespace rbgp {

// What a kernel can be bound by. Each but the last is a time that the kernel would take if nothing else
// took any, all compute units working alike.
enum class Ceiling { arithmetic, issue, shared_memory, l2, dram, latency, tail };
inline constexpr std::size_t kCeilings = 7;

std::string_view to_string(Ceiling ceiling);  // "shared memory"

struct Prediction {
  double predicted_ms = 0;
  // `latency`: of tiles behind each other, each as long as its block takes by itself. `tail`: an empty
  // launch, and what is lost where the last tiles leave units idle.
  std::array<double, kCeilings> times_ms = {};
  Ceiling binding = Ceiling::arithmetic;  // the longest
  double resident = 0;  // blocks of a compute unit
  double tiles = 0;
  double waves = 0;  // of tiles over all the device's blocks

  double ms(Ceiling ceiling) const { return times_ms[static_cast<std::size_t>(ceiling)]; }
};

// Of a shape that its family supports.
Prediction predict_time(const KernelShape& shape, const DeviceRates& rates);

// The time alone, with the rates assumed of the device: what is chosen by it without measuring is the same on
// every machine.
double predicted_ms(const Candidate& candidate, const Problem& problem,
                    const DeviceProperties& device);

}  // namespace rbgp
