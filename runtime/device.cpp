#include <rbgp/device.hpp>

#include "runtime/device_state.hpp"
#include "runtime/host_compiler.hpp"
#include "runtime/host_parallel.hpp"

#include <rbgp/error.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>

namespace rbgp {

namespace {

using runtime::cuda_check;
using runtime::CudaDriver;
using States = std::vector<std::shared_ptr<const Device::State>>;

std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("model name")) continue;
    const std::size_t begin = line.find_first_not_of(" \t", line.find(':') + 1);
    if (begin != std::string::npos) return line.substr(begin);
  }
  return runtime::host_target().cpu;
}

DeviceProperties host_properties() {
  const runtime::HostTarget& target = runtime::host_target();
  DeviceProperties properties;
  properties.kind = DeviceKind::host;
  properties.name = processor_name();
  properties.arch = target.cpu;
  properties.compute_units = runtime::host_threads();
  properties.vector_floats = target.vector_floats;
  properties.vector_registers = target.vector_registers;
  properties.shared_bytes = std::max(0L, sysconf(_SC_LEVEL2_CACHE_SIZE));
  properties.memory_bytes =
      static_cast<std::int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE);
  return properties;
}

std::string arch_text(int major, int minor) {
  const int number = 10 * major + minor;
  // The chips whose own features (wgmma, tcgen05) the plain architecture leaves out.
  const bool specific = number == 90 || number == 100 || number == 103;
  return fmt::format("sm_{}{}", number, specific ? "a" : "");
}

DeviceProperties cuda_properties(const CudaDriver& driver, runtime::CUdevice device) {
  const auto attribute = [&](int which) {
    int value = 0;
    cuda_check(driver.device_get_attribute(&value, which, device), "cuDeviceGetAttribute");
    return value;
  };
  std::array<char, 256> name{};
  cuda_check(driver.device_get_name(name.data(), name.size() - 1, device), "cuDeviceGetName");
  std::size_t bytes = 0;
  cuda_check(driver.device_total_mem(&bytes, device), "cuDeviceTotalMem");

  DeviceProperties properties;
  properties.kind = DeviceKind::cuda;
  properties.name = name.data();
  properties.arch = arch_text(attribute(runtime::cuda::kDeviceComputeMajor),
                              attribute(runtime::cuda::kDeviceComputeMinor));
  properties.compute_units = attribute(runtime::cuda::kDeviceMultiprocessors);
  properties.shared_bytes = attribute(runtime::cuda::kDeviceSharedBytesOptIn);
  properties.memory_bytes = static_cast<std::int64_t>(bytes);
  properties.driver = fmt::format("{}.{}", driver.version / 1000, driver.version % 1000 / 10);
  return properties;
}

const std::shared_ptr<const Device::State>& host_state() {
  static const auto& state = *new std::shared_ptr<const Device::State>(
      std::make_shared<const Device::State>(host_properties()));
  return state;
}

const States& cuda_states() {
  // Leaked, like the driver: buffers in static objects are freed after everything here.
  static const States& states = *new States([] {
    States list;
    const CudaDriver* driver = CudaDriver::find();
    for (int ordinal = 0; driver != nullptr && ordinal < driver->device_count; ++ordinal) {
      runtime::CUdevice device = 0;
      cuda_check(driver->device_get(&device, ordinal), "cuDeviceGet");
      list.push_back(std::make_shared<const Device::State>(cuda_properties(*driver, device),
                                                           ordinal, *driver, device));
    }
    return list;
  }());
  return states;
}

const std::shared_ptr<const Device::State>& cuda_state(std::string_view text, int ordinal) {
  const States& states = cuda_states();
  if (states.empty()) {
    std::string reason;
    CudaDriver::find(&reason);
    fail(ErrorCode::unsupported, "{}: this machine has no CUDA device: {}", text, reason);
  }
  require(ordinal < static_cast<int>(states.size()), ErrorCode::unsupported,
          "{}: this machine has cuda:0 to cuda:{}", text, states.size() - 1);
  return states[static_cast<std::size_t>(ordinal)];
}

// I of "cuda:I", 0 for "cuda"; -1 for other text.
int parse_ordinal(std::string_view text) {
  if (text == "cuda") return 0;
  if (!text.starts_with("cuda:")) return -1;
  int ordinal = -1;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + 5, end, ordinal);
  return error == std::errc() && rest == end ? ordinal : -1;
}

}  // namespace

std::string_view to_string(DeviceKind kind) { return kind == DeviceKind::cuda ? "cuda" : "host"; }

DeviceKind parse_device_kind(std::string_view text) {
  for (const DeviceKind kind : {DeviceKind::cuda, DeviceKind::host})
    if (text == to_string(kind)) return kind;
  fail(ErrorCode::invalid_argument, "device kind '{}': allowed are cuda and host", text);
}

std::string Device::State::text() const {
  return is_cuda() ? fmt::format("cuda:{}", ordinal_) : "cpu";
}

runtime::CUcontext Device::State::context() const {
  std::call_once(retained_, [this] {
    cuda_check(driver_->primary_context_retain(&context_, device_), "cuDevicePrimaryCtxRetain");
  });
  return context_;
}

Device Device::select(std::string_view text) {
  if (text == "cpu") return host();
  if (text == "auto") return cuda_states().empty() ? host() : Device(cuda_states().front());
  const int ordinal = parse_ordinal(text);
  require(ordinal >= 0, ErrorCode::invalid_argument,
          "device \"{}\": use cpu, cuda, cuda:<number> or auto", text);
  return Device(cuda_state(text, ordinal));
}

Device Device::host() { return Device(host_state()); }

std::vector<Device> Device::all() {
  std::vector<Device> devices = {host()};
  for (const std::shared_ptr<const State>& state : cuda_states()) devices.push_back(Device(state));
  return devices;
}

DeviceKind Device::kind() const { return state_->properties().kind; }
int Device::ordinal() const { return state_->ordinal(); }
std::string Device::text() const { return state_->text(); }
const DeviceProperties& Device::properties() const { return state_->properties(); }

void Device::synchronize() const {
  if (!state_->is_cuda()) return;
  const runtime::ContextGuard guard(state_->driver(), state_->context());
  cuda_check(state_->driver().context_synchronize(), text());
}

}  // namespace rbgp
