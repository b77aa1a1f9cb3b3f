// How long a launch takes.
//
// On CUDA the launches are captured in a graph and replayed, so that what is timed is the device and
// not the speed at which the host hands out work.
#pragma once

#include <rbgp/device.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace rbgp::runtime {

struct TimingOptions {
  double min_seconds = 0.05;  // samples are taken until both minima are met, or max_samples is
  int min_samples = 11;
  int max_samples = 1001;
  int launches_per_sample = 0;  // 0: as many as fill half a millisecond
  int warmup = 3;  // launches before the first sample
  // More than 0: samples end at min_samples or later, once the median is known this well (see
  // Samples::median_error) or after max_seconds; min_seconds has no meaning then.
  double target_error = 0;
  double max_seconds = 0.1;
};

// Milliseconds a launch, one number a sample, in the order they were taken.
struct Samples {
  std::vector<double> ms;
  int launches_per_sample = 0;

  // All are 0 where there are no samples.
  double median() const;
  double spread() const;  // distance between the quartiles, as a part of the median
  // Half the width of the interval that holds the true median with 95 %, as a part of the median; whatever
  // the distribution is, from the ranks of the samples. 1 where there are too few to say.
  double median_error() const;
};

// Times `launch`, which puts the work on the stream that it is given (a CUstream; null on the host)
// and must be able to run any number of times. On CUDA it must allow capture; what it would do
// beside launching is then done only while warming up and once for every captured launch.
// Blocks. Several threads may time at once, and will disturb each other.
// Errors: invalid_argument for options that allow no sample, launch_failed, and what `launch`
// throws.
Samples time_launches(const Device& device, const std::function<void(void* stream)>& launch,
                      const TimingOptions& options = {});

// The same in two steps, for comparisons that interleave: launches are warmed up and captured once,
// then timed as often as wanted.
//
// `launch` is given the number of the copy of its buffers to work on: 0, 1, ... copies - 1, 0, ... With
// one copy, what fits into the device's cache stays there from launch to launch (warm); with as many
// as rotating_copies says, each launch finds nothing of what it needs there (cold).
class LaunchTimer {
 public:
  using Launch = std::function<void(int copy, void* stream)>;

  // Errors: as time_launches.
  LaunchTimer(const Device& device, int copies, Launch launch, const TimingOptions& options = {});
  LaunchTimer(LaunchTimer&&) noexcept;
  LaunchTimer& operator=(LaunchTimer&&) noexcept;
  ~LaunchTimer();

  // Blocks. Errors: launch_failed, and on the host what `launch` throws.
  Samples sample();

 private:
  class State;
  class HostState;
  class CudaState;
  std::unique_ptr<State> state_;
};

// Bytes of the last cache that all compute units share: L2 on CUDA, the last level on the host. 0
// where it is not known.
std::int64_t shared_cache_bytes(const Device& device);

// How many copies of the buffers of one launch (`bytes` in all) make a rotation cold: between two
// launches on one copy, those on the others touch at least twice the cache. 1 where `cache_bytes` is 0, and
// 1000 at most: launches that touch less than a five-hundredth of the cache find something there.
int rotating_copies(std::int64_t bytes, std::int64_t cache_bytes);

}  // namespace rbgp::runtime
