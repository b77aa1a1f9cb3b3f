// What stands behind rbgp::Device.
#pragma once

#include "runtime/cuda_driver.hpp"

#include <rbgp/device.hpp>

#include <mutex>

namespace rbgp {

// One for each device of the machine; lives until the process ends. Thread-safe.
class Device::State {
 public:
  explicit State(DeviceProperties host) : properties_(std::move(host)) {}
  State(DeviceProperties properties, int ordinal, const runtime::CudaDriver& driver,
        runtime::CUdevice device)
      : properties_(std::move(properties)), ordinal_(ordinal), driver_(&driver), device_(device) {}

  const DeviceProperties& properties() const { return properties_; }
  bool is_cuda() const { return driver_ != nullptr; }
  int ordinal() const { return ordinal_; }
  std::string text() const;

  // CUDA only.
  const runtime::CudaDriver& driver() const { return *driver_; }

  // CUDA only: the primary context, retained at the first call: it takes memory and time, and
  // listing devices must not. Never released, since a release at the end of the process can meet a
  // driver that is gone. Errors: launch_failed.
  runtime::CUcontext context() const;

 private:
  DeviceProperties properties_;
  int ordinal_ = 0;
  const runtime::CudaDriver* driver_ = nullptr;
  runtime::CUdevice device_ = 0;
  mutable std::once_flag retained_;
  mutable runtime::CUcontext context_ = nullptr;
};

}  // namespace rbgp
