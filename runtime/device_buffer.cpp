#include "runtime/device_state.hpp"

#include <rbgp/device.hpp>
#include <rbgp/error.hpp>

#include <cstring>
#include <new>
#include <utility>

namespace rbgp {

namespace {

using runtime::ContextGuard;
using runtime::cuda_check;

constexpr std::align_val_t kHostAlignment{64};  // a cache line, and the widest vector register

runtime::CUdeviceptr pointer(const void* data) {
  return reinterpret_cast<runtime::CUdeviceptr>(data);
}

void require_inside(std::size_t bytes, std::size_t offset, std::size_t available) {
  require(offset <= available && bytes <= available - offset, ErrorCode::invalid_argument,
          "{} bytes at offset {} are past the end of a buffer of {}", bytes, offset, available);
}

// Copies from pageable memory and fills may return before the device is done, and streams that do
// not wait for the default stream would then read the old bytes.
void finish(const runtime::CudaDriver& driver, const char* what) {
  cuda_check(driver.stream_synchronize(nullptr), what);
}

}  // namespace

DeviceBuffer::DeviceBuffer(const Device& device, std::size_t bytes)
    : device_(device.state()), bytes_(bytes) {
  if (bytes == 0) return;
  if (!device_->is_cuda()) {
    // More than there is would be granted and the process killed while it fills it.
    if (static_cast<std::uint64_t>(bytes) <=
        static_cast<std::uint64_t>(device.properties().memory_bytes))
      data_ = ::operator new(bytes, kHostAlignment, std::nothrow);
    require(data_ != nullptr, ErrorCode::out_of_memory,
            "cpu has no {} bytes of memory left: use a smaller problem", bytes);
    return;
  }
  const ContextGuard guard(device_->driver(), device_->context());
  runtime::CUdeviceptr address = 0;
  const runtime::CUresult status = device_->driver().mem_alloc(&address, bytes);
  if (status != runtime::cuda::kSuccess)
    cuda_check(status, fmt::format("{} bytes on {}", bytes, device_->text()));
  data_ = reinterpret_cast<void*>(address);  // NOLINT(performance-no-int-to-ptr): the ABI
}

DeviceBuffer::DeviceBuffer(DeviceBuffer&& other) noexcept
    : device_(std::move(other.device_)),
      data_(std::exchange(other.data_, nullptr)),
      bytes_(std::exchange(other.bytes_, 0)) {}

DeviceBuffer& DeviceBuffer::operator=(DeviceBuffer&& other) noexcept {
  std::swap(device_, other.device_);
  std::swap(data_, other.data_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

DeviceBuffer::~DeviceBuffer() {
  if (data_ == nullptr) return;
  if (!device_->is_cuda()) {
    ::operator delete(data_, kHostAlignment);
    return;
  }
  try {
    const ContextGuard guard(device_->driver(), device_->context());
    device_->driver().mem_free(pointer(data_));
  } catch (...) {  // NOLINT(bugprone-empty-catch): destructors never throw
    // A device that is lost has lost this memory, too.
  }
}

void DeviceBuffer::upload(const void* source, std::size_t bytes, std::size_t offset) {
  require_inside(bytes, offset, bytes_);
  if (bytes == 0) return;
  std::byte* to = static_cast<std::byte*>(data_) + offset;
  if (!device_->is_cuda()) {
    std::memcpy(to, source, bytes);
    return;
  }
  const ContextGuard guard(device_->driver(), device_->context());
  cuda_check(device_->driver().memcpy_to_device(pointer(to), source, bytes), "upload");
  finish(device_->driver(), "upload");
}

void DeviceBuffer::download(void* destination, std::size_t bytes, std::size_t offset) const {
  require_inside(bytes, offset, bytes_);
  if (bytes == 0) return;
  const std::byte* from = static_cast<const std::byte*>(data_) + offset;
  if (!device_->is_cuda()) {
    std::memcpy(destination, from, bytes);
    return;
  }
  const ContextGuard guard(device_->driver(), device_->context());
  cuda_check(device_->driver().memcpy_to_host(destination, pointer(from), bytes), "download");
}

void DeviceBuffer::fill(std::uint8_t value) {
  if (bytes_ == 0) return;
  if (!device_->is_cuda()) {
    std::memset(data_, value, bytes_);
    return;
  }
  const ContextGuard guard(device_->driver(), device_->context());
  cuda_check(device_->driver().memset_bytes(pointer(data_), value, bytes_), "fill");
  finish(device_->driver(), "fill");
}

}  // namespace rbgp
