// Device memory between two zones that nothing may write to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <rbgp/device.hpp>

namespace rbgp {

// Movable, not copyable; one thread at a time. All of it starts as 0xff: NaN in every float.
class GuardedBuffer {
 public:
  // The zones are longer than a row of most tiles, and keep the alignment. A buffer of no bytes has them,
  // too.
  static constexpr std::size_t kGuardBytes = 16 * 1024;

  GuardedBuffer() = default;
  GuardedBuffer(const Device& device, std::size_t bytes);
  // Floats in the storage of a dtype, or any bytes.
  GuardedBuffer(const Device& device, const std::vector<std::byte>& content);

  std::byte* data() { return static_cast<std::byte*>(buffer_.data()) + kGuardBytes; }
  const std::byte* data() const {
    return static_cast<const std::byte*>(buffer_.data()) + kGuardBytes;
  }
  std::size_t bytes() const { return bytes_; }

  void poison();  // the zones, too
  std::vector<std::byte> content() const;
  void upload(const void* source) { buffer_.upload(source, bytes_, kGuardBytes); }
  void download(void* destination) const { buffer_.download(destination, bytes_, kGuardBytes); }
  bool is_intact() const;  // the zones are as they were

 private:
  std::size_t bytes_ = 0;
  DeviceBuffer buffer_;
};

}  // namespace rbgp
