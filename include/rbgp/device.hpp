// Devices that kernels are generated for and launched on: the host CPU and CUDA GPUs.
//
// The CUDA driver is opened at run time: on a machine without one there is simply no `cuda:I`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rbgp {

enum class DeviceKind { host, cuda };
std::string_view to_string(DeviceKind kind);  // "host"
DeviceKind parse_device_kind(std::string_view text);  // invalid_argument names the known ones

// What the generator and the tuner need to know of a device; a plan stores it as its fingerprint.
struct DeviceProperties {
  DeviceKind kind = DeviceKind::host;
  std::string name;          // "NVIDIA H200", or the processor's brand string
  std::string arch;          // "sm_90a"; for the host LLVM's processor name ("znver3")
  int compute_units = 1;     // multiprocessors; for the host the threads that a launch uses
  int vector_floats = 0;     // host: floats in a vector register (16, 8 or 4); 0 on CUDA
  int vector_registers = 0;  // host: vector registers (32 or 16); 0 on CUDA
  // CUDA: shared memory that one thread block may ask for; host: of a core's second-level cache, 0 where it is
  // not known.
  std::int64_t shared_bytes = 0;
  std::int64_t memory_bytes = 0;
  std::string driver;  // CUDA driver version ("13.0"); empty on the host
};

// A device, cheap to copy. Thread-safe.
//
// A CUDA device uses the primary context, so that pointers and streams of the CUDA runtime, PyTorch
// or any other user of the primary context are valid here.
class Device {
 public:
  class State;

  // Text is "cpu", "cuda", "cuda:I", or "auto": the first GPU where there is one, else the CPU.
  // Errors: invalid_argument for other text, unsupported where the machine has no such device.
  static Device select(std::string_view text);
  static Device host();
  static std::vector<Device> all();  // the host first

  DeviceKind kind() const;
  int ordinal() const;  // I of cuda:I; 0 on the host
  std::string text() const;  // "cpu" or "cuda:I"
  const DeviceProperties& properties() const;

  // Waits for all work on the device. Errors: device_fault with what a kernel did wrong.
  void synchronize() const;

  const std::shared_ptr<const State>& state() const { return state_; }

 private:
  explicit Device(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

// Memory on a device, owned; host memory is aligned to 64 bytes. Movable, not copyable.
// One buffer must not be used by two threads at once; different buffers may.
class DeviceBuffer {
 public:
  DeviceBuffer() = default;
  // Errors: out_of_memory.
  DeviceBuffer(const Device& device, std::size_t bytes);
  DeviceBuffer(DeviceBuffer&& other) noexcept;
  DeviceBuffer& operator=(DeviceBuffer&& other) noexcept;
  ~DeviceBuffer();

  void* data() { return data_; }
  const void* data() const { return data_; }
  std::size_t bytes() const { return bytes_; }

  // Copy `bytes` from or to host memory at an offset of this buffer and wait until it is done.
  // Errors: invalid_argument past the end, launch_failed if the device failed.
  void upload(const void* source, std::size_t bytes, std::size_t offset = 0);
  void download(void* destination, std::size_t bytes, std::size_t offset = 0) const;

  // Sets every byte, for example to 0xff: NaN in every floating-point type.
  void fill(std::uint8_t value);

 private:
  std::shared_ptr<const Device::State> device_;
  void* data_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace rbgp
