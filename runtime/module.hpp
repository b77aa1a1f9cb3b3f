// Binary -> functions that can be launched.
#pragma once

#include "runtime/compiler.hpp"
#include "runtime/cuda_driver.hpp"

#include <rbgp/device.hpp>

#include <array>
#include <memory>
#include <string>

namespace rbgp::runtime {

class Module;

// What the driver says of a loaded kernel.
struct CudaFunctionAttributes {
  int registers = 0;    // a thread
  int local_bytes = 0;  // a thread: more than 0 means spills or indexed arrays
  int shared_bytes = 0;  // a block, without the dynamic part
  int max_threads = 0;   // a block
};

// A kernel loaded on one device. Cheap to copy; keeps its module loaded.
class CudaFunction {
 public:
  // Asynchronous on `stream` (a CUstream; null is the default stream). Allocates nothing, takes no
  // lock; thread-safe; may be captured. At most the dynamic shared memory named at creation. With
  // `overlaps` it may begin before kernels launched earlier have ended, and waits for them itself.
  // Errors: launch_failed.
  void launch(const std::array<unsigned, 3>& grid, const std::array<unsigned, 3>& block,
              unsigned shared_bytes, void** arguments, void* stream, bool overlaps = false) const;

  const CudaFunctionAttributes& attributes() const { return attributes_; }

 private:
  friend class Module;
  CudaFunction() = default;
  std::shared_ptr<const Module> module_;
  const CudaDriver* driver_ = nullptr;
  CUcontext context_ = nullptr;
  CUfunction function_ = nullptr;
  std::shared_ptr<const std::string> name_;
  CudaFunctionAttributes attributes_;
};

// A binary loaded on a device: for CUDA into the primary context, for the host into this process.
// Immutable and thread-safe.
class Module : public std::enable_shared_from_this<Module> {
 public:
  // Where the driver refuses a cubin its PTX is loaded instead, and fallback() says so.
  // Errors: invalid_argument where binary and device do not belong together, load_failed with the
  // driver's log as detail. Not while a stream of this thread is being captured.
  static std::shared_ptr<const Module> load(const Binary& binary, const Device& device);

  ~Module();
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  const Device& device() const { return device_; }

  // What was done instead of loading the image, and why, in one line; empty where nothing was.
  const std::string& fallback() const { return fallback_; }

  // The kernel `name`, ready for launches with up to `dynamic_shared_bytes`.
  // Errors: load_failed where it is missing, unsupported where the device has less shared memory,
  // invalid_argument on a host module.
  CudaFunction cuda_function(const std::string& name, std::int64_t dynamic_shared_bytes) const;

  // Address of the function `name`, valid as long as the module lives.
  // Errors: load_failed where it is missing, invalid_argument on a CUDA module.
  void* host_function(const std::string& name) const;

 private:
  explicit Module(const Device& device) : device_(device) {}
  void load_cuda(const Binary& binary);

  Device device_;
  CUmodule module_ = nullptr;
  std::unique_ptr<HostModule> host_;
  std::string fallback_;
};

}  // namespace rbgp::runtime
