// What a device does at best, unit by unit: what the cost model divides a kernel's work by.
#pragma once

#include <array>

#include <rbgp/device.hpp>
#include <rbgp/dtype.hpp>
#include <tuner/ceilings.hpp>

namespace rbgp {

// Rates of one compute unit are by its clock, rates of the whole device by the millisecond.
struct DeviceRates {
  double clocks_per_ms = 0;
  double compute_units = 1;
  // Multiply-adds a clock and compute unit in the dtype, by ArithmeticUnit.
  std::array<double, 3> multiply_adds = {};
  double issues = 0;  // instructions a clock
  bool issues_multiply_adds = false;  // those of `vector` are instructions among the issued
  double shared_bytes = 0;  // a clock
  double l2_bytes = 0;  // a clock, where all units ask for some
  double unit_l2_bytes = 0;  // a clock, where one does
  double near_l2_bytes =
      0;  // of operands that every unit reads from the half of the L2 that is near to it
  double store_bytes = 0;  // a clock, of O on its way out
  double dram_bytes_per_ms = 0;
  double launch_ms = 0;  // a launch that does nothing
  // Of a launch of one tile: on the host its caller runs it, without a team of threads.
  double lone_launch_ms = 0;
};

// Of a device with these ceilings: what is not measured is by the architecture.
DeviceRates device_rates(const DeviceProperties& device, Dtype dtype, const Ceilings& ceilings);

// Of one that was never measured: the same on every machine.
DeviceRates assumed_rates(const DeviceProperties& device, Dtype dtype);

}  // namespace rbgp
