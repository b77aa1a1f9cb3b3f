#include "runtime/timer.hpp"

#include "runtime/device_state.hpp"

#include <rbgp/error.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

namespace rbgp::runtime {

namespace {

using Clock = std::chrono::steady_clock;
using Launch = std::function<void(void* stream)>;

constexpr double kSampleMs = 0.5;
constexpr int kMaxLaunchesPerSample = 1000;
// Samples that are queued on the device at once, and one more that fills the queue before them.
constexpr int kBatch = 10;

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

int launches_for(double launch_ms) {
  if (launch_ms <= 0) return kMaxLaunchesPerSample;
  return static_cast<int>(std::clamp(std::ceil(kSampleMs / launch_ms), 1.0,
                                     static_cast<double>(kMaxLaunchesPerSample)));
}

// Decides when there are enough samples.
class Progress {
 public:
  explicit Progress(const TimingOptions& options) : options_(options) {}

  bool done(const Samples& samples) const {
    const auto count = static_cast<int>(samples.ms.size());
    if (count >= options_.max_samples) return true;
    return count >= options_.min_samples && ms_since(start_) >= 1000 * options_.min_seconds;
  }

 private:
  const TimingOptions& options_;
  Clock::time_point start_ = Clock::now();
};

Samples time_on_host(const Launch& launch, const TimingOptions& options) {
  for (int i = 0; i < options.warmup; ++i) launch(nullptr);
  Samples samples;
  samples.launches_per_sample = options.launches_per_sample;
  if (samples.launches_per_sample == 0) {
    const Clock::time_point start = Clock::now();
    launch(nullptr);
    samples.launches_per_sample = launches_for(ms_since(start));
  }
  for (const Progress progress(options); !progress.done(samples);) {
    const Clock::time_point start = Clock::now();
    for (int i = 0; i < samples.launches_per_sample; ++i) launch(nullptr);
    samples.ms.push_back(ms_since(start) / samples.launches_per_sample);
  }
  return samples;
}

// A driver object that is destroyed at the end of its scope.
template <typename Handle>
class Owned {
 public:
  using Destroy = CUresult (*)(Handle);
  explicit Owned(Destroy destroy) : destroy_(destroy) {}
  ~Owned() {
    if (handle_ != nullptr) destroy_(handle_);
  }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;

  Handle* out() { return &handle_; }
  Handle get() const { return handle_; }

 private:
  Handle handle_ = nullptr;
  Destroy destroy_;
};

class CudaTimer {
 public:
  explicit CudaTimer(const Device& device)
      : driver_(device.state()->driver()),
        guard_(driver_, device.state()->context()),
        stream_(driver_.stream_destroy),
        executable_(driver_.graph_exec_destroy) {
    cuda_check(driver_.stream_create(stream_.out(), cuda::kStreamNonBlocking), "cuStreamCreate");
    for (std::unique_ptr<Owned<CUevent>>& event : events_) {
      event = std::make_unique<Owned<CUevent>>(driver_.event_destroy);
      cuda_check(driver_.event_create(event->out(), cuda::kEventDefault), "cuEventCreate");
    }
  }

  // Runs `count` launches one after the other; milliseconds a launch.
  double run(const Launch& launch, int count) {
    record(0);
    for (int i = 0; i < count; ++i) launch(stream_.get());
    record(1);
    synchronize();
    return elapsed_ms(0, 1) / std::max(count, 1);
  }

  // Captures `count` launches and makes them ready for replay.
  void capture(const Launch& launch, int count) {
    Owned<CUgraph> graph(driver_.graph_destroy);
    cuda_check(driver_.stream_begin_capture(stream_.get(), cuda::kCaptureThreadLocal),
               "cuStreamBeginCapture");
    try {
      for (int i = 0; i < count; ++i) launch(stream_.get());
    } catch (...) {
      driver_.stream_end_capture(stream_.get(), graph.out());
      throw;
    }
    cuda_check(driver_.stream_end_capture(stream_.get(), graph.out()), "cuStreamEndCapture");
    cuda_check(driver_.graph_instantiate(executable_.out(), graph.get(), 0), "cuGraphInstantiate");
  }

  // Replays the graph kBatch + 1 times and appends kBatch samples. The replays are queued without
  // waiting, and the first is left out: an event before an idle device would time the host's way
  // from recording it to launching the graph as well.
  void replay(Samples& samples) {
    record(0);
    for (int i = 1; i <= kBatch + 1; ++i) {
      cuda_check(driver_.graph_launch(executable_.get(), stream_.get()), "cuGraphLaunch");
      record(i);
    }
    synchronize();
    for (int i = 1; i <= kBatch; ++i)
      samples.ms.push_back(elapsed_ms(i, i + 1) / samples.launches_per_sample);
  }

 private:
  CUevent event(int index) const { return events_[static_cast<std::size_t>(index)]->get(); }

  void record(int index) {
    cuda_check(driver_.event_record(event(index), stream_.get()), "cuEventRecord");
  }

  void synchronize() {
    cuda_check(driver_.stream_synchronize(stream_.get()), "the timed launches");
  }

  double elapsed_ms(int from, int to) const {
    float ms = 0;
    cuda_check(driver_.event_elapsed_ms(&ms, event(from), event(to)), "cuEventElapsedTime");
    return static_cast<double>(ms);
  }

  const CudaDriver& driver_;
  ContextGuard guard_;
  Owned<CUstream> stream_;
  Owned<CUgraphExec> executable_;
  std::array<std::unique_ptr<Owned<CUevent>>, kBatch + 2> events_;
};

Samples time_on_cuda(const Device& device, const Launch& launch, const TimingOptions& options) {
  CudaTimer timer(device);
  timer.run(launch, options.warmup);
  Samples samples;
  samples.launches_per_sample = options.launches_per_sample;
  if (samples.launches_per_sample == 0)
    samples.launches_per_sample = launches_for(timer.run(launch, 5));
  timer.capture(launch, samples.launches_per_sample);

  Samples first;  // the first replay uploads the graph to the device
  first.launches_per_sample = samples.launches_per_sample;
  timer.replay(first);
  for (const Progress progress(options); !progress.done(samples);) timer.replay(samples);
  if (samples.ms.size() > static_cast<std::size_t>(options.max_samples))
    samples.ms.resize(static_cast<std::size_t>(options.max_samples));
  return samples;
}

// The value below which a part of the sorted numbers lies, linear between neighbours.
double quantile(const std::vector<double>& sorted, double part) {
  const double at = part * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

double Samples::median() const {
  if (ms.empty()) return 0;
  std::vector<double> sorted = ms;
  std::sort(sorted.begin(), sorted.end());
  return quantile(sorted, 0.5);
}

double Samples::spread() const {
  if (ms.empty()) return 0;
  std::vector<double> sorted = ms;
  std::sort(sorted.begin(), sorted.end());
  const double middle = quantile(sorted, 0.5);
  return middle > 0 ? (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / middle : 0;
}

Samples time_launches(const Device& device, const Launch& launch, const TimingOptions& options) {
  require(options.max_samples >= 1 && options.min_samples <= options.max_samples &&
              options.launches_per_sample >= 0 && options.warmup >= 0,
          ErrorCode::invalid_argument,
          "timing: min_samples {} to max_samples {} with {} launches each and {} before them allow "
          "no sample",
          options.min_samples, options.max_samples, options.launches_per_sample, options.warmup);
  return device.kind() == DeviceKind::cuda ? time_on_cuda(device, launch, options)
                                           : time_on_host(launch, options);
}

}  // namespace rbgp::runtime
