#include <tuner/guarded_buffer.hpp>

#include <algorithm>
#include <vector>

namespace rbgp {
namespace {

constexpr std::uint8_t kPoison = 0xff;

}  // namespace

GuardedBuffer::GuardedBuffer(const Device& device, std::size_t bytes)
    : bytes_(bytes), buffer_(device, bytes + 2 * kGuardBytes) {
  poison();
}

GuardedBuffer::GuardedBuffer(const Device& device, const void* content, std::size_t bytes)
    : GuardedBuffer(device, bytes) {
  upload(content);
}

void GuardedBuffer::poison() { buffer_.fill(kPoison); }

bool GuardedBuffer::is_intact() const {
  std::vector<std::byte> zones(2 * kGuardBytes);
  buffer_.download(zones.data(), kGuardBytes);
  buffer_.download(zones.data() + kGuardBytes, kGuardBytes, kGuardBytes + bytes_);
  return std::all_of(zones.begin(), zones.end(),
                     [](std::byte byte) { return byte == std::byte{kPoison}; });
}

}  // namespace rbgp
