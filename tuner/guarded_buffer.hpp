// Device memory between two zones that nothing may write to.
#pragma once

#include <cstddef>
#include <cstdint>

#include <rbgp/device.hpp>
#include <runtime/checksum.hpp>

namespace rbgp {

// Movable, not copyable; one thread at a time. All of it starts as 0xff: NaN in every float.
class GuardedBuffer {
 public:
  // The zones are longer than a row of most tiles, and keep the alignment. A buffer of no bytes has them,
  // too.
  static constexpr std::size_t kGuardBytes = 16 * 1024;

  GuardedBuffer() = default;
  GuardedBuffer(const Device& device, std::size_t bytes);
  // With the content of host memory.
  GuardedBuffer(const Device& device, const void* content, std::size_t bytes);

  std::byte* data() { return static_cast<std::byte*>(buffer_.data()) + kGuardBytes; }
  const std::byte* data() const {
    return static_cast<const std::byte*>(buffer_.data()) + kGuardBytes;
  }
  std::size_t bytes() const { return bytes_; }

  void poison();  // the zones, too
  void upload(const void* source) { buffer_.upload(source, bytes_, kGuardBytes); }
  void download(void* destination) const { buffer_.download(destination, bytes_, kGuardBytes); }
  bool is_intact() const;  // the zones are as they were
  // Of the zones and what is between them.
  std::uint64_t checksum(const runtime::Checksum& checksum) const { return checksum.of(buffer_); }

 private:
  std::size_t bytes_ = 0;
  DeviceBuffer buffer_;
};

}  // namespace rbgp
