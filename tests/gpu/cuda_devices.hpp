// The CUDA devices of this machine.
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include <rbgp/device.hpp>

namespace rbgp::test {

inline std::vector<Device> cuda_devices() {
  std::vector<Device> devices;
  for (const Device& device : Device::all())
    if (device.kind() == DeviceKind::cuda) devices.push_back(device);
  return devices;
}

}  // namespace rbgp::test

#define CUDA_DEVICES_OR_SKIP(devices)                                   \
  const std::vector<rbgp::Device> devices = rbgp::test::cuda_devices(); \
  if (devices.empty()) GTEST_SKIP() << "no CUDA device on this machine"
