// The CUDA driver API, opened at run time.
//
// The few types and entry points used here are declared by hand: the driver's ABI is stable (a
// changed function gets a new name, such as cuMemAlloc_v2), and so the build needs no CUDA toolkit.
#pragma once

#include <rbgp/error.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <source_location>
#include <string>
#include <string_view>

namespace rbgp::runtime {

// Opaque handles, spelled as in the driver's documentation.
using CUresult = int;
using CUdevice = int;
using CUdeviceptr = unsigned long long;
using CUcontext = struct CUctx_st*;
using CUmodule = struct CUmod_st*;
using CUfunction = struct CUfunc_st*;
using CUstream = struct CUstream_st*;
using CUevent = struct CUevent_st*;
using CUgraph = struct CUgraph_st*;
using CUgraphExec = struct CUgraphExec_st*;

// The numbers behind the driver's enumerations, as far as they are used.
namespace cuda {
inline constexpr CUresult kSuccess = 0;

inline constexpr int kDeviceMultiprocessors = 16;
inline constexpr int kDeviceL2Bytes = 38;
inline constexpr int kDeviceComputeMajor = 75;
inline constexpr int kDeviceComputeMinor = 76;
inline constexpr int kDeviceSharedBytesOptIn = 97;

inline constexpr int kFunctionMaxThreads = 0;
inline constexpr int kFunctionSharedBytes = 1;
inline constexpr int kFunctionLocalBytes = 3;
inline constexpr int kFunctionRegisters = 4;
inline constexpr int kFunctionMaxDynamicSharedBytes = 8;

inline constexpr int kJitErrorLog = 5;
inline constexpr int kJitErrorLogBytes = 6;

inline constexpr int kLaunchOverlap = 6;  // "programmatic stream serialization"
// From which graphs keep that, of the driver.
inline constexpr int kOverlapVersion = 12030;

inline constexpr unsigned kStreamNonBlocking = 1;
inline constexpr unsigned kEventDefault = 0;
inline constexpr int kCaptureThreadLocal = 1;
}  // namespace cuda

// CUlaunchAttribute and CUlaunchConfig.
struct LaunchAttribute {
  int id = 0;
  int padding = 0;
  int value = 0;
  int rest[15] = {};
};
static_assert(sizeof(LaunchAttribute) == 72, "the driver's size");

struct LaunchConfig {
  std::array<unsigned, 3> grid = {1, 1, 1};
  std::array<unsigned, 3> block = {1, 1, 1};
  unsigned shared_bytes = 0;
  CUstream stream = nullptr;
  LaunchAttribute* attributes = nullptr;
  unsigned attribute_count = 0;
};

// One row a function: member, symbol in the library, parameters. All return CUresult.
// clang-format off
#define RBGP_CUDA_FUNCTIONS(FN)                                                                   \
  FN(init, "cuInit", (unsigned flags))                                                            \
  FN(driver_get_version, "cuDriverGetVersion", (int* version))                                    \
  FN(get_error_name, "cuGetErrorName", (CUresult status, const char** name))                      \
  FN(get_error_string, "cuGetErrorString", (CUresult status, const char** text))                  \
  FN(device_get_count, "cuDeviceGetCount", (int* count))                                          \
  FN(device_get, "cuDeviceGet", (CUdevice* device, int ordinal))                                  \
  FN(device_get_name, "cuDeviceGetName", (char* name, int bytes, CUdevice device))                \
  FN(device_get_attribute, "cuDeviceGetAttribute", (int* value, int attribute, CUdevice device))  \
  FN(device_get_pci_bus_id, "cuDeviceGetPCIBusId", (char* id, int bytes, CUdevice device))        \
  FN(device_total_mem, "cuDeviceTotalMem_v2", (std::size_t* bytes, CUdevice device))              \
  FN(primary_context_retain, "cuDevicePrimaryCtxRetain", (CUcontext* context, CUdevice device))   \
  FN(context_get_current, "cuCtxGetCurrent", (CUcontext* context))                                \
  FN(context_set_current, "cuCtxSetCurrent", (CUcontext context))                                 \
  FN(context_synchronize, "cuCtxSynchronize", ())                                                 \
  FN(mem_alloc, "cuMemAlloc_v2", (CUdeviceptr* pointer, std::size_t bytes))                       \
  FN(mem_free, "cuMemFree_v2", (CUdeviceptr pointer))                                             \
  FN(memcpy_to_device, "cuMemcpyHtoD_v2",                                                         \
     (CUdeviceptr to, const void* from, std::size_t bytes))                                       \
  FN(memcpy_to_host, "cuMemcpyDtoH_v2", (void* to, CUdeviceptr from, std::size_t bytes))          \
  FN(memset_bytes, "cuMemsetD8_v2", (CUdeviceptr to, unsigned char value, std::size_t bytes))     \
  FN(module_load, "cuModuleLoadDataEx",                                                           \
     (CUmodule* module, const void* image, unsigned count, int* options, void** values))          \
  FN(module_unload, "cuModuleUnload", (CUmodule module))                                          \
  FN(module_get_function, "cuModuleGetFunction",                                                  \
     (CUfunction* function, CUmodule module, const char* name))                                   \
  FN(function_get_attribute, "cuFuncGetAttribute",                                                \
     (int* value, int attribute, CUfunction function))                                            \
  FN(function_set_attribute, "cuFuncSetAttribute",                                                \
     (CUfunction function, int attribute, int value))                                             \
  FN(launch_kernel, "cuLaunchKernelEx",                                                           \
     (const LaunchConfig* config, CUfunction function, void** arguments, void** extra))           \
  FN(stream_create, "cuStreamCreate", (CUstream* stream, unsigned flags))                         \
  FN(stream_destroy, "cuStreamDestroy_v2", (CUstream stream))                                     \
  FN(stream_synchronize, "cuStreamSynchronize", (CUstream stream))                                \
  FN(stream_begin_capture, "cuStreamBeginCapture_v2", (CUstream stream, int mode))                \
  FN(stream_end_capture, "cuStreamEndCapture", (CUstream stream, CUgraph* graph))                 \
  FN(graph_instantiate, "cuGraphInstantiateWithFlags",                                            \
     (CUgraphExec* executable, CUgraph graph, unsigned long long flags))                          \
  FN(graph_launch, "cuGraphLaunch", (CUgraphExec executable, CUstream stream))                    \
  FN(graph_destroy, "cuGraphDestroy", (CUgraph graph))                                            \
  FN(graph_exec_destroy, "cuGraphExecDestroy", (CUgraphExec executable))                          \
  FN(event_create, "cuEventCreate", (CUevent* event, unsigned flags))                             \
  FN(event_destroy, "cuEventDestroy_v2", (CUevent event))                                         \
  FN(event_record, "cuEventRecord", (CUevent event, CUstream stream))                             \
  FN(event_synchronize, "cuEventSynchronize", (CUevent event))                                    \
  FN(event_elapsed_ms, "cuEventElapsedTime", (float* ms, CUevent start, CUevent stop))            \
  FN(tensor_map_encode_tiled, "cuTensorMapEncodeTiled",                                           \
     (void* map, int type, std::uint32_t rank, const void* address, const std::uint64_t* sizes,   \
      const std::uint64_t* strides, const std::uint32_t* box, const std::uint32_t* steps,         \
      int interleave, int swizzle, int promotion, int fill))
// clang-format on

// The table of driver functions. Lives until the process ends; calls are thread-safe.
struct CudaDriver {
// NOLINTNEXTLINE(bugprone-macro-parentheses): a member's name and its parameter list
#define RBGP_CUDA_MEMBER(member, symbol, parameters) CUresult(*member) parameters = nullptr;
  RBGP_CUDA_FUNCTIONS(RBGP_CUDA_MEMBER)
#undef RBGP_CUDA_MEMBER

  int version = 0;  // 13000 for CUDA 13.0
  int device_count = 0;  // at least 1

  // The driver of this machine, looked for once: null where libcuda.so.1 does not open, cuInit
  // fails or there is no device. Then `reason`, unless null, says which in one line.
  static const CudaDriver* find(std::string* reason = nullptr);
};

// The driver's name of a status and what can be done about it, in one line.
std::string describe(const CudaDriver& driver, CUresult status);

[[noreturn]] void throw_cuda_error(CUresult status, std::string_view what, ErrorCode code,
                                   std::source_location where);

// Throws Error (launch_failed unless told otherwise; out_of_memory and device_fault for the statuses that
// mean these) with the driver's error name unless the status is success. `what` names the call or the
// kernel.
inline void cuda_check(CUresult status, std::string_view what,
                       ErrorCode code = ErrorCode::launch_failed,
                       std::source_location where = std::source_location::current()) {
  if (status != cuda::kSuccess) throw_cuda_error(status, what, code, where);
}

// Makes a context current on the calling thread for as long as the guard lives, and gives the thread
// back the one it had: the CUDA runtime or PyTorch may be using another on the same thread. Costs
// one thread-local read where the context is already current.
class ContextGuard {
 public:
  ContextGuard(const CudaDriver& driver, CUcontext context);
  ~ContextGuard();
  ContextGuard(const ContextGuard&) = delete;
  ContextGuard& operator=(const ContextGuard&) = delete;

 private:
  const CudaDriver& driver_;
  CUcontext previous_ = nullptr;
  bool changed_ = false;
};

}  // namespace rbgp::runtime
