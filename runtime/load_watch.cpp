#include "runtime/load_watch.hpp"

#include "runtime/device_state.hpp"
#include "runtime/gpu_users.hpp"
#include "runtime/nvml.hpp"
#include "runtime/processors.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <system_error>

namespace rbgp::runtime {

namespace {

// Share of the processors that others may have before it counts.
constexpr double kHostShare = 0.1;
// The driver looks at what processes do a few times a second: of a measurement of 20 ms it knows nothing yet. Who computed
// in the second before is taken to do so still.
constexpr std::uint64_t kLatelyMicroseconds = 1'000'000;
// Processor time comes in ticks, of which each processor may have one too many.
constexpr double kTicksOff = 1.5;

double ticks_per_second() { return static_cast<double>(::sysconf(_SC_CLK_TCK)); }

double own_seconds() {
  struct rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const struct timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Of the processors that this process may use: others' work elsewhere is none of its business.
double foreign_seconds() {
  const cpu_set_t allowed = bound_to();
  std::ifstream file("/proc/stat");
  double all = 0;
  double of_allowed = 0;
  int found = 0;
  for (std::string line; std::getline(file, line) && line.starts_with("cpu");) {
    const double seconds = busy_seconds(line, ticks_per_second());
    int cpu = -1;
    std::from_chars(line.data() + 3, line.data() + line.size(), cpu);
    if (cpu < 0) {
      all = seconds;
    } else if (cpu < CPU_SETSIZE && CPU_ISSET(cpu, &allowed)) {
      of_allowed += seconds;
      ++found;
    }
  }
  // A container may have lines of its own numbers.
  return (found == CPU_COUNT(&allowed) ? of_allowed : all) - own_seconds();
}

// Seconds that each thread of this process ever waited for a processor.
std::map<std::string, double> waited_seconds() {
  std::map<std::string, double> waited;
  std::error_code error;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task", error)) {
    std::ifstream file(task.path() / "schedstat");
    double ran_ns = 0;
    double waited_ns = 0;
    if (file >> ran_ns >> waited_ns) waited[task.path().filename()] = 1e-9 * waited_ns;
  }
  return waited;
}

// The GPU as the management library knows it; nothing where there is no library, or another one's GPUs.
std::optional<Nvml::Handle> managed(const Nvml* nvml, const Device& device) {
  const CudaDriver& driver = device.state()->driver();
  CUdevice handle = 0;
  std::array<char, 32> bus_id{};
  if (nvml == nullptr || driver.device_get(&handle, device.ordinal()) != cuda::kSuccess ||
      driver.device_get_pci_bus_id(bus_id.data(), static_cast<int>(bus_id.size()), handle) !=
          cuda::kSuccess)
    return std::nullopt;
  return nvml->device(bus_id.data());
}

std::uint64_t microseconds_since_1970() {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(
                                        std::chrono::system_clock::now().time_since_epoch())
                                        .count());
}

}  // namespace

double busy_seconds(const std::string& line, double ticks_per_second) {
  std::istringstream words(line);
  std::string name;
  std::array<double, 8> ticks{};  // user nice system idle iowait irq softirq steal
  words >> name;
  for (double& number : ticks)
    if (!(words >> number)) return -1;
  if (!name.starts_with("cpu")) return -1;
  return (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] + ticks[7]) / ticks_per_second;
}

LoadWatch::LoadWatch(const Device& device) : device_(device) { begin(); }

void LoadWatch::begin() {
  begin_ = std::chrono::steady_clock::now();
  if (device_.kind() == DeviceKind::host) {
    begin_foreign_ = foreign_seconds();
    begin_waited_ = waited_seconds();
  }
}

double LoadWatch::waited_share() const {
  if (device_.kind() != DeviceKind::host) return 0;
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  double most = 0;
  for (const auto& [thread, waited] : waited_seconds()) {
    const auto before = begin_waited_.find(thread);
    most = std::max(most, waited - (before != begin_waited_.end() ? before->second : 0));
  }
  return seconds > 0 ? std::min(1.0, most / seconds) : 0;
}

std::string LoadWatch::disturbance() const {
  return device_.kind() == DeviceKind::host ? host_disturbance() : cuda_disturbance();
}

std::string LoadWatch::host_disturbance() const {
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  const double cores = bound_processors();
  const double foreign = foreign_seconds() - begin_foreign_;
  if (foreign <= cores * (kHostShare * seconds + kTicksOff / ticks_per_second())) return {};
  return fmt::format("other processes had {:.0f} % of the processors",
                     100 * std::min(1.0, foreign / (seconds * cores)));
}

bool at_power_limit(const Device& device) {
  if (device.kind() == DeviceKind::host) return false;
  const Nvml* nvml = Nvml::find();
  const auto gpu = managed(nvml, device);
  return gpu && nvml->at_power_limit(*gpu);
}

std::string LoadWatch::cuda_disturbance() const {
  const Nvml* nvml = Nvml::find();
  const auto gpu = managed(nvml, device_);
  if (!gpu) return {};
  if (const std::string reason = nvml->slowed_by(*gpu); !reason.empty())
    return fmt::format("clocks were held down by {}", reason);
  const auto processes =
      nvml->processes_since(*gpu, microseconds_since_1970() - kLatelyMicroseconds);
  const auto own = static_cast<unsigned>(::getpid());
  // The driver may number them as this process does not see them, in a container.
  static std::atomic<bool> is_numbered_alike{false};
  if (std::any_of(processes.begin(), processes.end(),
                  [&](const Nvml::ProcessUse& use) { return use.id == own; }))
    is_numbered_alike = true;
  if (!is_numbered_alike) return {};
  return other_user(processes, own, static_cast<unsigned>(::getppid()));
}

}  // namespace rbgp::runtime
