#include "runtime/module.hpp"

#include "runtime/device_state.hpp"

#include <rbgp/error.hpp>

#include <array>

namespace rbgp::runtime {

namespace {

// Loads an image, keeping what the driver has to say about it.
CUresult load_image(const CudaDriver& driver, const void* image, CUmodule& module,
                    std::string& log) {
  std::array<char, 8192> text{};
  std::array<int, 2> options = {cuda::kJitErrorLog, cuda::kJitErrorLogBytes};
  // The driver takes numbers in the place of pointers here. NOLINTNEXTLINE(performance-no-int-to-ptr)
  std::array<void*, 2> values = {text.data(), reinterpret_cast<void*>(text.size() - 1)};
  const CUresult status = driver.module_load(&module, image, static_cast<unsigned>(options.size()),
                                             options.data(), values.data());
  log = text.data();
  return status;
}

// Errors that another form of the same code cannot help against: a captured stream, a lost device.
bool is_about_the_image(CUresult status) {
  constexpr std::array kImageErrors = {200, 209, 218, 220, 221, 222, 223, 300, 301};
  for (const CUresult error : kImageErrors)
    if (status == error) return true;
  return false;
}

}  // namespace

std::shared_ptr<const Module> Module::load(const Binary& binary, const Device& device) {
  const bool fits = (binary.kind == SourceKind::cuda) == (device.kind() == DeviceKind::cuda);
  require(fits, ErrorCode::invalid_argument, "a binary for {} does not load on {}", binary.target,
          device.text());
  const std::shared_ptr<Module> module(new Module(device));
  if (binary.kind == SourceKind::cuda)
    module->load_cuda(binary);
  else
    module->host_ = std::make_unique<HostModule>(binary.image);
  return module;
}

void Module::load_cuda(const Binary& binary) {
  const Device::State& state = *device_.state();
  const CudaDriver& driver = state.driver();
  const ContextGuard guard(driver, state.context());
  std::string cubin_log;
  CUresult status = load_image(driver, binary.image.data(), module_, cubin_log);
  if (status == cuda::kSuccess) return;

  const std::string refused = fmt::format("the driver refused the cubin for {} ({})", binary.target,
                                          describe(driver, status));
  std::string ptx_log;
  if (is_about_the_image(status) && !binary.ptx.empty()) {
    status = load_image(driver, binary.ptx.c_str(), module_, ptx_log);
    if (status == cuda::kSuccess) {
      fallback_ = refused + " and compiled the PTX";
      return;
    }
  }
  if (!is_about_the_image(status)) cuda_check(status, refused, ErrorCode::load_failed);
  throw Error(ErrorCode::load_failed,
              fmt::format("{} on {}: {}", binary.target, device_.text(), describe(driver, status)),
              fmt::format("{}\n{}\n{}", refused, cubin_log, ptx_log));
}

Module::~Module() {
  if (module_ == nullptr) return;
  try {
    const Device::State& state = *device_.state();
    const ContextGuard guard(state.driver(), state.context());
    state.driver().module_unload(module_);
  } catch (...) {  // NOLINT(bugprone-empty-catch): destructors never throw
    // A device that is lost has lost the module, too.
  }
}

CudaFunction Module::cuda_function(const std::string& name,
                                   std::int64_t dynamic_shared_bytes) const {
  require(module_ != nullptr, ErrorCode::invalid_argument, "{} is a function of the host", name);
  const Device::State& state = *device_.state();
  const CudaDriver& driver = state.driver();
  const ContextGuard guard(driver, state.context());

  CudaFunction function;
  function.module_ = shared_from_this();
  function.driver_ = &driver;
  function.context_ = state.context();
  function.name_ = std::make_shared<const std::string>(name);
  cuda_check(driver.module_get_function(&function.function_, module_, name.c_str()), name,
             ErrorCode::load_failed);

  const auto attribute = [&](int which) {
    int value = 0;
    cuda_check(driver.function_get_attribute(&value, which, function.function_), name,
               ErrorCode::load_failed);
    return value;
  };
  function.attributes_ = {.registers = attribute(cuda::kFunctionRegisters),
                          .local_bytes = attribute(cuda::kFunctionLocalBytes),
                          .shared_bytes = attribute(cuda::kFunctionSharedBytes),
                          .max_threads = attribute(cuda::kFunctionMaxThreads)};

  const std::int64_t available =
      device_.properties().shared_bytes - function.attributes_.shared_bytes;
  require(dynamic_shared_bytes >= 0 && dynamic_shared_bytes <= available, ErrorCode::unsupported,
          "{} asks for {} bytes of dynamic shared memory, {} gives a block at most {}", name,
          dynamic_shared_bytes, device_.text(), available);
  // Beyond 48 KiB a kernel must ask; asking for less would only lower its limit.
  if (dynamic_shared_bytes + function.attributes_.shared_bytes > std::int64_t{48} * 1024)
    cuda_check(
        driver.function_set_attribute(function.function_, cuda::kFunctionMaxDynamicSharedBytes,
                                      static_cast<int>(dynamic_shared_bytes)),
        name, ErrorCode::load_failed);
  return function;
}

void* Module::host_function(const std::string& name) const {
  require(host_ != nullptr, ErrorCode::invalid_argument, "{} is a function of {}", name,
          device_.text());
  return host_->lookup(name);
}

void CudaFunction::launch(const std::array<unsigned, 3>& grid, const std::array<unsigned, 3>& block,
                          unsigned shared_bytes, void** arguments, void* stream,
                          bool overlaps) const {
  const ContextGuard guard(*driver_, context_);
  LaunchAttribute overlap{.id = cuda::kLaunchOverlap, .value = 1};
  const LaunchConfig config{
      .grid = grid,
      .block = block,
      .shared_bytes = shared_bytes,
      .stream = static_cast<CUstream>(stream),
      .attributes = &overlap,
      .attribute_count = overlaps && driver_->version >= cuda::kOverlapVersion ? 1U : 0U};
  cuda_check(driver_->launch_kernel(&config, function_, arguments, nullptr), *name_);
}

}  // namespace rbgp::runtime
