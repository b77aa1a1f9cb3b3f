#include "runtime/nvml.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace rbgp::runtime {

namespace {

constexpr int kSuccess = 0;
constexpr int kInsufficientSize = 7;
constexpr std::size_t kUsualSamples = 128;

struct ReasonRow {
  unsigned long long bit;
  std::string_view text;
};
constexpr std::array kReasons = {
    ReasonRow{0x08, "a hardware slowdown"},
    ReasonRow{0x20, "its temperature"},
    ReasonRow{0x40, "its temperature (hardware)"},
    ReasonRow{0x80, "the power supply"},
};
constexpr unsigned long long kPowerLimit = 0x04;

}  // namespace

// nvmlProcessUtilizationSample_t.
struct Nvml::Sample {
  unsigned pid;
  unsigned long long time;
  unsigned sm, memory, encoder, decoder;
};

const Nvml* Nvml::find() {
  // Leaked: its library may run threads until the process ends.
  static const Nvml* found = [] {
    const std::array<std::string, 1> names = {"libnvidia-ml.so.1"};
    return open(names).release();
  }();
  return found;
}

std::unique_ptr<const Nvml> Nvml::open(std::span<const std::string> names) {
  auto library = DynamicLibrary::try_open(names);
  if (!library) return nullptr;
  auto nvml = std::unique_ptr<Nvml>(new Nvml(std::move(*library)));
  return nvml->load() && nvml->init_() == kSuccess ? std::move(nvml) : nullptr;
}

bool Nvml::load() {
  const auto find = [&]<typename Fn>(Fn& function, const char* symbol) {
    if (function == nullptr) function = library_.find_symbol<Fn>(symbol);
  };
  find(init_, "nvmlInit_v2");
  find(device_by_bus_id_, "nvmlDeviceGetHandleByPciBusId_v2");
  find(read_clock_reasons_, "nvmlDeviceGetCurrentClocksEventReasons");
  find(read_clock_reasons_,
       "nvmlDeviceGetCurrentClocksThrottleReasons");  // its name before driver 535
  find(process_utilization_, "nvmlDeviceGetProcessUtilization");
  return init_ != nullptr && device_by_bus_id_ != nullptr && read_clock_reasons_ != nullptr &&
         process_utilization_ != nullptr;
}

std::optional<Nvml::Handle> Nvml::device(const std::string& pci_bus_id) const {
  Handle handle = nullptr;
  if (device_by_bus_id_(pci_bus_id.c_str(), &handle) != kSuccess) return std::nullopt;
  return handle;
}

unsigned long long Nvml::clock_reasons(Handle device) const {
  unsigned long long bits = 0;
  return read_clock_reasons_(device, &bits) == kSuccess ? bits : 0;
}

bool Nvml::at_power_limit(Handle device) const {
  return (clock_reasons(device) & kPowerLimit) != 0;
}

std::string Nvml::slowed_by(Handle device) const {
  const unsigned long long bits = clock_reasons(device);
  std::string text;
  for (const ReasonRow& row : kReasons)
    if ((bits & row.bit) != 0) text += std::string(text.empty() ? "" : " and ") += row.text;
  return text;
}

std::vector<Nvml::ProcessUse> Nvml::processes_since(Handle device,
                                                    std::uint64_t microseconds) const {
  // It wants room for all that it ever keeps, and says how much that is, even where there is less to tell.
  std::vector<Sample> samples(kUsualSamples);
  auto count = static_cast<unsigned>(samples.size());
  int status = process_utilization_(device, samples.data(), &count, microseconds);
  if (status == kInsufficientSize && count > samples.size()) {
    samples.resize(count);
    status = process_utilization_(device, samples.data(), &count, microseconds);
  }
  if (status != kSuccess) return {};
  samples.resize(std::min<std::size_t>(count, samples.size()));
  std::vector<ProcessUse> processes;
  for (const Sample& sample : samples) processes.push_back({sample.pid, sample.sm});
  return processes;
}

}  // namespace rbgp::runtime
