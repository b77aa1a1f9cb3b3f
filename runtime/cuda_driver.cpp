#include "runtime/cuda_driver.hpp"

#include "runtime/dynamic_library.hpp"

#include <array>
#include <memory>
#include <optional>

namespace rbgp::runtime {

namespace {

struct Search {
  std::unique_ptr<const CudaDriver> driver;
  std::string reason;
};

std::string error_name(const CudaDriver& driver, CUresult status) {
  const char* name = nullptr;
  if (driver.get_error_name(status, &name) != cuda::kSuccess || name == nullptr)
    return fmt::format("CUDA error {}", status);
  return name;
}

constexpr CUresult kOutOfMemory = 2;

// The context is lost: whatever is called on it from now on returns the same status.
bool is_device_fault(CUresult status) { return status == 700 || (status >= 714 && status <= 719); }

// What the reader can do about the errors that people meet.
std::string_view advice(CUresult status) {
  if (is_device_fault(status))
    return "a kernel went wrong and the device is lost to this process: restart it";
  switch (status) {
    case kOutOfMemory:
      return "the device is out of memory: free some or use a smaller problem";
    case 100:
      return "the driver sees no device: check CUDA_VISIBLE_DEVICES";
    case 209:
      return "the binary is for another architecture";
    case 222:
      return "the driver is older than the compiler that made this PTX: update the driver";
    case 803:
      return "the driver library does not fit the kernel module: reinstall the driver";
    default:
      break;
  }
  if (status >= 900 && status <= 908) return "not allowed while a stream is captured: do it before";
  return {};
}

Search search() {
  const std::array<std::string, 1> names = {"libcuda.so.1"};
  std::string reason;
  std::optional<DynamicLibrary> opened = DynamicLibrary::try_open(names, &reason);
  if (!opened) return {nullptr, fmt::format("no CUDA driver ({})", reason)};

  auto driver = std::make_unique<CudaDriver>();
  // Never closed: the driver runs threads of its own until the process ends.
  const DynamicLibrary& library = *new DynamicLibrary(std::move(*opened));
#define RBGP_CUDA_LOAD(member, symbol, parameters)                                      \
  driver->member = library.find_symbol<decltype(driver->member)>(symbol);               \
  if (driver->member == nullptr)                                                        \
    return {nullptr, fmt::format("{} has no {}: update the driver to CUDA 12 or newer", \
                                 library.path().string(), symbol)};
  RBGP_CUDA_FUNCTIONS(RBGP_CUDA_LOAD)
#undef RBGP_CUDA_LOAD

  if (const CUresult status = driver->init(0); status != cuda::kSuccess)
    return {nullptr, fmt::format("cuInit failed: {}", describe(*driver, status))};
  if (driver->driver_get_version(&driver->version) != cuda::kSuccess ||
      driver->device_get_count(&driver->device_count) != cuda::kSuccess || driver->device_count < 1)
    return {nullptr, "the CUDA driver lists no device: check CUDA_VISIBLE_DEVICES"};
  return {std::move(driver), {}};
}

}  // namespace

const CudaDriver* CudaDriver::find(std::string* reason) {
  // Leaked, so that destructors of static objects may still free device memory.
  static const Search& found = *new Search(search());
  if (reason != nullptr) *reason = found.reason;
  return found.driver.get();
}

std::string describe(const CudaDriver& driver, CUresult status) {
  std::string_view text = advice(status);
  const char* meaning = nullptr;
  if (text.empty() && driver.get_error_string(status, &meaning) == cuda::kSuccess &&
      meaning != nullptr)
    text = meaning;
  return fmt::format("{}{}{}", error_name(driver, status), text.empty() ? "" : ": ", text);
}

void throw_cuda_error(CUresult status, std::string_view what, ErrorCode code,
                      std::source_location where) {
  const CudaDriver* driver = CudaDriver::find();
  const std::string text =
      driver != nullptr ? describe(*driver, status) : fmt::format("CUDA error {}", status);
  if (is_device_fault(status)) code = ErrorCode::device_fault;
  if (status == kOutOfMemory) code = ErrorCode::out_of_memory;
  throw Error(code, fmt::format("{}: {}", what, text), {}, where);
}

ContextGuard::ContextGuard(const CudaDriver& driver, CUcontext context) : driver_(driver) {
  cuda_check(driver.context_get_current(&previous_), "cuCtxGetCurrent");
  if (previous_ == context) return;
  cuda_check(driver.context_set_current(context), "cuCtxSetCurrent");
  changed_ = true;
}

ContextGuard::~ContextGuard() {
  if (changed_) driver_.context_set_current(previous_);
}

}  // namespace rbgp::runtime
