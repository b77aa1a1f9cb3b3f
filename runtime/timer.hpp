// How long a launch takes.
//
// On CUDA the launches are captured in a graph and replayed, so that what is timed is the device and
// not the speed at which the host hands out work.
#pragma once

#include <rbgp/device.hpp>

#include <functional>
#include <vector>

namespace rbgp::runtime {

struct TimingOptions {
  double min_seconds = 0.05;  // samples are taken until both minima are met, or max_samples is
  int min_samples = 11;
  int max_samples = 1001;
  int launches_per_sample = 0;  // 0: as many as fill half a millisecond
  int warmup = 3;  // launches before the first sample
};

// Milliseconds a launch, one number a sample, in the order they were taken.
struct Samples {
  std::vector<double> ms;
  int launches_per_sample = 0;

  // Both are 0 where there are no samples.
  double median() const;
  double spread() const;  // distance between the quartiles, as a part of the median
};

// Times `launch`, which puts the work on the stream that it is given (a CUstream; null on the host)
// and must be able to run any number of times. On CUDA it must allow capture; what it would do
// beside launching is then done only while warming up and once for every captured launch.
// Blocks. Several threads may time at once, and will disturb each other.
// Errors: invalid_argument for options that allow no sample, launch_failed, and what `launch`
// throws.
Samples time_launches(const Device& device, const std::function<void(void* stream)>& launch,
                      const TimingOptions& options = {});

}  // namespace rbgp::runtime
