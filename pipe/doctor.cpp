#include <rbgp/doctor.hpp>

#include <fmt/format.h>

#include <rbgp/device.hpp>
#include <runtime/cuda_driver.hpp>
#include <runtime/disk_cache.hpp>
#include <runtime/host_compiler.hpp>
#include <runtime/nvrtc.hpp>

namespace rbgp {
namespace {

constexpr std::int64_t kGiB = std::int64_t{1} << 30;

DoctorItem processor() {
  const DeviceProperties& host = Device::host().properties();
  return {"CPU", true,
          fmt::format("{}, {} threads, vectors of {} floats", host.name, host.compute_units,
                      host.vector_floats),
          ""};
}

void add_gpus(std::vector<DoctorItem>& items) {
  std::string reason;
  const bool driver = runtime::CudaDriver::find(&reason) != nullptr;
  std::string version = reason;
  for (const Device& device : Device::all())
    if (device.kind() == DeviceKind::cuda) version = "supports CUDA " + device.properties().driver;
  items.push_back(
      {"CUDA driver", driver, version,
       driver ? "" : "install the driver of an NVIDIA GPU; without one the CPU is used"});
  for (const Device& device : Device::all()) {
    if (device.kind() != DeviceKind::cuda) continue;
    const DeviceProperties& gpu = device.properties();
    items.push_back({device.text(), true,
                     fmt::format("{}, {}, {} multiprocessors, {} GiB", gpu.name, gpu.arch,
                                 gpu.compute_units, gpu.memory_bytes / kGiB),
                     ""});
  }
}

DoctorItem nvrtc() {
  std::string reason;
  const runtime::Nvrtc* found = runtime::Nvrtc::find(&reason);
  if (found == nullptr)
    return {"NVRTC", false, reason,
            "pip install nvidia-cuda-nvrtc, or install the CUDA toolkit, or set RBGP_NVRTC"};
  return {"NVRTC", true,
          fmt::format("{} ({}, {})", found->version(), found->origin(), found->path()), ""};
}

DoctorItem llvm() {
  const std::string version = runtime::host_compiler_version();
  if (version.empty())
    return {"LLVM", false, "this build has no host JIT",
            "install llvm-19-dev and build with RBGP_HOST_JIT=ON"};
  return {"LLVM", true, fmt::format("{}, for {}", version, runtime::host_target().cpu), ""};
}

DoctorItem cache() {
  const runtime::DiskCache* found = runtime::DiskCache::shared();
  if (found == nullptr)
    return {
        "cache", false, "off: every kernel is compiled anew",
        "set RBGP_CACHE_DIR to a folder; where it is not set, XDG_CACHE_HOME or HOME names one"};
  const std::string problem = found->problem();
  return {"cache", problem.empty(), problem.empty() ? found->directory().string() : problem,
          problem.empty() ? "" : "set RBGP_CACHE_DIR to a folder that can be written"};
}

}  // namespace

std::vector<DoctorItem> doctor() {
  std::vector<DoctorItem> items = {processor(), llvm()};
  add_gpus(items);
  items.push_back(nvrtc());
  items.push_back(cache());
  const Device chosen = Device::select("auto");
  items.push_back({"device", true,
                   fmt::format("{} ({}) is used unless --device names another", chosen.text(),
                               chosen.properties().name),
                   ""});
  return items;
}

}  // namespace rbgp
