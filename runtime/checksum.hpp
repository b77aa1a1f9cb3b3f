// Checksums of device memory, computed where the memory is: large buffers need not come to the host to be compared.
#pragma once

#include <cstdint>
#include <memory>

#include <rbgp/device.hpp>
#include <runtime/compiler.hpp>

namespace rbgp::runtime {

// The kernel `checksum` that it is computed with on CUDA.
Source checksum_source();

// Of memory of one device. Not thread-safe.
class Checksum {
 public:
  // Errors: on CUDA as compile, Module::load and DeviceBuffer have them.
  explicit Checksum(const Device& device);
  Checksum(Checksum&&) noexcept;
  Checksum& operator=(Checksum&&) noexcept;
  ~Checksum();

  // Of all bytes of the buffer and their places, the same on every device. Buffers that differ have different ones,
  // but for a chance of one in 2^64. Blocks until the work before it on the default stream is done. Errors:
  // launch_failed, device_fault.
  std::uint64_t of(const DeviceBuffer& buffer) const;

 private:
  struct Cuda;
  std::unique_ptr<Cuda> cuda_;  // none on the host
};

}  // namespace rbgp::runtime
