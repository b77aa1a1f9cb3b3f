// Whether a device had its usual speed while something was timed on it.
#pragma once

#include <rbgp/device.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

namespace rbgp::runtime {

// On the host it asks for the time that processors worked for others, on CUDA the management library for
// clocks that are held down and for other processes that computed there in the last second; without that library it never
// finds anything.
// Not thread-safe. What this process does on other threads counts as its own.
class LoadWatch {
 public:
  explicit LoadWatch(const Device& device);

  void begin();
  // What disturbed since begin(), in one line; empty where nothing did.
  std::string disturbance() const;
  // The largest part of the time since begin() that one thread of this process was ready to run and had no
  // processor, from 0 to 1; 0 where the system does not tell, and on CUDA.
  double waited_share() const;

 private:
  std::string host_disturbance() const;
  std::string cuda_disturbance() const;

  Device device_;
  std::chrono::steady_clock::time_point begin_;
  double begin_foreign_ = 0;  // seconds that processors worked for others
  std::map<std::string, double> begin_waited_;  // seconds, by thread
};

// Whether a GPU is at its power limit now: no disturbance, since a kernel that draws as much always is, but its clock
// depends on what ran before. Thread-safe.
bool at_power_limit(const Device& device);

// From the first line of /proc/stat, in seconds: user, nice, system, interrupts and what a hypervisor took.
// Less than 0 where it is none.
double busy_seconds(const std::string& line, double ticks_per_second);

}  // namespace rbgp::runtime
