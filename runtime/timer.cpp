#include "runtime/timer.hpp"

#include "runtime/device_state.hpp"

#include <rbgp/error.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <fstream>
#include <limits>
#include <utility>

namespace rbgp::runtime {

namespace {

using Clock = std::chrono::steady_clock;

constexpr double kSampleMs = 0.5;
constexpr int kMaxLaunchesPerSample = 1000;
// Samples that are queued on the device at once, and one more that fills the queue before them. Fewer
// where they take longer than kBatchMs.
constexpr int kBatch = 10;
constexpr double kBatchMs = 25;
// Of the buffers of a launch: a graph holds a launch of each, and each has its guard zones.
constexpr std::int64_t kMostCopies = 1000;

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// As many launches as fill a sample, and every copy equally often.
int launches_for(double launch_ms, int copies) {
  double launches = kMaxLaunchesPerSample;
  if (launch_ms > 0) launches = std::clamp(std::ceil(kSampleMs / launch_ms), 1.0, launches);
  return static_cast<int>(std::ceil(launches / copies)) * copies;
}

// Decides when there are enough samples.
class Progress {
 public:
  explicit Progress(const TimingOptions& options) : options_(options) {}

  bool done(const Samples& samples) const {
    const auto count = static_cast<int>(samples.ms.size());
    if (count >= options_.max_samples) return true;
    if (count < options_.min_samples) return false;
    if (options_.target_error <= 0) return ms_since(start_) >= 1000 * options_.min_seconds;
    return samples.median_error() <= options_.target_error ||
           ms_since(start_) >= 1000 * options_.max_seconds;
  }

 private:
  const TimingOptions& options_;
  Clock::time_point start_ = Clock::now();
};

// A driver object that is destroyed at the end of its scope.
template <typename Handle>
class Owned {
 public:
  using Destroy = CUresult (*)(Handle);
  explicit Owned(Destroy destroy) : destroy_(destroy) {}
  ~Owned() { reset(); }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;

  void reset() {
    if (handle_ != nullptr) destroy_(handle_);
    handle_ = nullptr;
  }
  Handle* out() { return &handle_; }
  Handle get() const { return handle_; }

 private:
  Handle handle_ = nullptr;
  Destroy destroy_;
};

// The largest cache of the first processor. The C library's own answer is that of the whole socket, of
// which a virtual machine, or a chip with several last caches, has only a part.
std::int64_t host_cache_bytes() {
  std::int64_t largest = 0;
  for (int index = 0; index < 8; ++index) {
    std::ifstream file(fmt::format("/sys/devices/system/cpu/cpu0/cache/index{}/size", index));
    std::int64_t size = 0;
    char unit = 0;
    if (!(file >> size >> unit)) continue;
    largest = std::max(largest, unit == 'K' ? size << 10 : unit == 'M' ? size << 20 : 0);
  }
  return largest;
}

// The value below which a part of the sorted numbers lies, linear between neighbours.
double quantile(const std::vector<double>& sorted, double part) {
  const double at = part * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

class LaunchTimer::State {
 public:
  State(int copies, Launch launch, const TimingOptions& options)
      : copies_(copies), launch_(std::move(launch)), options_(options) {}
  virtual ~State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  virtual Samples sample() = 0;

 protected:
  void launch_on(int launch, void* stream) const { launch_(launch % copies_, stream); }

  int copies_;
  Launch launch_;
  TimingOptions options_;
  int launches_ = 0;  // a sample
};

class LaunchTimer::HostState : public LaunchTimer::State {
 public:
  HostState(int copies, Launch launch, const TimingOptions& options)
      : State(copies, std::move(launch), options), launches_before_(options_.warmup) {
    for (int i = 0; i < options_.warmup; ++i) launch_on(i, nullptr);
    launches_ = options_.launches_per_sample;
    if (launches_ > 0) return;
    const Clock::time_point start = Clock::now();
    launch_on(launches_before_++, nullptr);
    launches_ = launches_for(ms_since(start), copies_);
  }

  Samples sample() override {
    Samples samples;
    samples.launches_per_sample = launches_;
    for (const Progress progress(options_); !progress.done(samples);) {
      const Clock::time_point start = Clock::now();
      for (int i = 0; i < launches_; ++i) launch_on(launches_before_ + i, nullptr);
      samples.ms.push_back(ms_since(start) / launches_);
      launches_before_ = (launches_before_ + launches_) % copies_;
    }
    return samples;
  }

 private:
  int launches_before_;
};

class LaunchTimer::CudaState : public LaunchTimer::State {
 public:
  CudaState(const Device& device, int copies, Launch launch, const TimingOptions& options)
      : State(copies, std::move(launch), options),
        driver_(device.state()->driver()),
        context_(device.state()->context()),
        stream_(driver_.stream_destroy),
        executable_(driver_.graph_exec_destroy) {}

  // Beside the constructor, so that what it throws still meets the destructor.
  void prepare() {
    const ContextGuard guard(driver_, context_);
    cuda_check(driver_.stream_create(stream_.out(), cuda::kStreamNonBlocking), "cuStreamCreate");
    for (std::unique_ptr<Owned<CUevent>>& event : events_) {
      event = std::make_unique<Owned<CUevent>>(driver_.event_destroy);
      cuda_check(driver_.event_create(event->out(), cuda::kEventDefault), "cuEventCreate");
    }
    // What a library does at its first launch on a copy must not meet the capture.
    run(options_.warmup > 0 ? std::max(options_.warmup, copies_) : 0);
    launches_ = options_.launches_per_sample;
    if (launches_ == 0) launches_ = launches_for(run(5), copies_);
    capture();
    upload();
  }
  ~CudaState() override {
    // Destructors cannot throw, and a context that does not become current is lost anyway.
    try {
      const ContextGuard guard(driver_, context_);
      for (std::unique_ptr<Owned<CUevent>>& event : events_) event.reset();
      executable_.reset();
      stream_.reset();
    } catch (const Error&) {
    }
  }

  Samples sample() override {
    const ContextGuard guard(driver_, context_);
    Samples samples;
    samples.launches_per_sample = launches_;
    for (const Progress progress(options_); !progress.done(samples);) replay(samples, batch_);
    if (samples.ms.size() > static_cast<std::size_t>(options_.max_samples))
      samples.ms.resize(static_cast<std::size_t>(options_.max_samples));
    return samples;
  }

 private:
  // Runs `count` launches one after the other; milliseconds a launch.
  double run(int count) {
    record(0);
    for (int i = 0; i < count; ++i) launch_on(i, stream_.get());
    record(1);
    synchronize();
    return elapsed_ms(0, 1) / std::max(count, 1);
  }

  // Captures the launches of a sample and makes them ready for replay.
  void capture() {
    Owned<CUgraph> graph(driver_.graph_destroy);
    cuda_check(driver_.stream_begin_capture(stream_.get(), cuda::kCaptureThreadLocal),
               "cuStreamBeginCapture");
    try {
      for (int i = 0; i < launches_; ++i) launch_on(i, stream_.get());
    } catch (...) {
      driver_.stream_end_capture(stream_.get(), graph.out());
      throw;
    }
    cuda_check(driver_.stream_end_capture(stream_.get(), graph.out()), "cuStreamEndCapture");
    cuda_check(driver_.graph_instantiate(executable_.out(), graph.get(), 0), "cuGraphInstantiate");
  }

  // The first replay uploads the graph to the device; the second tells how many make a batch, and
  // that batch brings the device to its clocks.
  void upload() {
    Samples first;
    replay(first, 1);
    const double sample_ms = first.ms.front() * launches_;
    if (sample_ms > 0)
      batch_ = static_cast<int>(std::clamp(std::ceil(kBatchMs / sample_ms), 1.0, 1.0 * kBatch));
    replay(first, batch_);
  }

  // Replays the graph count + 1 times and appends `count` samples. The replays are queued without
  // waiting, and the first is left out: an event before an idle device would time the host's way
  // from recording it to launching the graph as well.
  void replay(Samples& samples, int count) {
    for (int i = 0; i <= count; ++i) {
      cuda_check(driver_.graph_launch(executable_.get(), stream_.get()), "cuGraphLaunch");
      record(i);
    }
    synchronize();
    for (int i = 0; i < count; ++i) samples.ms.push_back(elapsed_ms(i, i + 1) / launches_);
  }

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
  CUcontext context_;
  Owned<CUstream> stream_;
  Owned<CUgraphExec> executable_;
  std::array<std::unique_ptr<Owned<CUevent>>, kBatch + 1> events_;
  int batch_ = kBatch;
};

LaunchTimer::LaunchTimer(const Device& device, int copies, Launch launch,
                         const TimingOptions& options) {
  require(
      options.max_samples >= 1 && options.min_samples <= options.max_samples &&
          options.launches_per_sample >= 0 && options.warmup >= 0 && copies >= 1,
      ErrorCode::invalid_argument,
      "timing: min_samples {} to max_samples {} with {} launches each and {} before them, on {} "
      "copies, allow no sample",
      options.min_samples, options.max_samples, options.launches_per_sample, options.warmup,
      copies);
  if (device.kind() == DeviceKind::host) {
    state_ = std::make_unique<HostState>(copies, std::move(launch), options);
    return;
  }
  auto state = std::make_unique<CudaState>(device, copies, std::move(launch), options);
  state->prepare();
  state_ = std::move(state);
}

LaunchTimer::LaunchTimer(LaunchTimer&&) noexcept = default;
LaunchTimer& LaunchTimer::operator=(LaunchTimer&&) noexcept = default;
LaunchTimer::~LaunchTimer() = default;

Samples LaunchTimer::sample() { return state_->sample(); }

Samples time_launches(const Device& device, const std::function<void(void* stream)>& launch,
                      const TimingOptions& options) {
  return LaunchTimer(device, 1, [&](int, void* stream) { launch(stream); }, options).sample();
}

std::int64_t shared_cache_bytes(const Device& device) {
  if (device.kind() == DeviceKind::host) return host_cache_bytes();
  const CudaDriver& driver = device.state()->driver();
  CUdevice handle = 0;
  int bytes = 0;
  cuda_check(driver.device_get(&handle, device.ordinal()), "cuDeviceGet");
  cuda_check(driver.device_get_attribute(&bytes, cuda::kDeviceL2Bytes, handle),
             "cuDeviceGetAttribute");
  return bytes;
}

int rotating_copies(std::int64_t bytes, std::int64_t cache_bytes) {
  require(bytes >= 1, ErrorCode::invalid_argument, "a launch that touches no memory has no copies");
  const std::int64_t others = (2 * std::max<std::int64_t>(cache_bytes, 0) + bytes - 1) / bytes;
  return static_cast<int>(std::min<std::int64_t>(1 + others, kMostCopies));
}

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

double Samples::median_error() const {
  if (ms.empty()) return 1;
  std::vector<double> sorted = ms;
  std::sort(sorted.begin(), sorted.end());
  const auto count = static_cast<double>(sorted.size());
  // How many samples lie below the median is binomial: ranks this far from the middle hold it.
  constexpr double kHalfWidth = 0.98;  // 1.96 / 2
  const double below = std::floor(count / 2 - kHalfWidth * std::sqrt(count));
  if (below < 0) return 1;
  const auto first = static_cast<std::size_t>(below);
  const double middle = quantile(sorted, 0.5);
  return middle > 0 ? (sorted[sorted.size() - 1 - first] - sorted[first]) / (2 * middle) : 1;
}

}  // namespace rbgp::runtime
