#include <rbgp/codegen.hpp>

#include <generator/kernel_family.hpp>
#include <pipe/compile_spec.hpp>
#include <rbgp/error.hpp>
#include <runtime/disk_cache.hpp>
#include <runtime/host_compiler.hpp>
#include <runtime/nvrtc.hpp>

namespace rbgp {
namespace {

// Shared memory that a thread block may ask for, by compute capability (CUDA C++ Programming Guide,
// technical specifications): the limits that a kernel for a named architecture is generated to.
struct SharedMemoryRow {
  int arch;
  std::int64_t kib;
};
constexpr SharedMemoryRow kSharedMemory[] = {
    {75, 64},  {80, 163},  {86, 99},   {87, 163},  {88, 99},  {89, 99},
    {90, 227}, {100, 227}, {103, 227}, {110, 227}, {120, 99}, {121, 99},
};
constexpr std::int64_t kLeastSharedKib = 48;  // what every architecture has

}  // namespace

DeviceProperties target_properties(std::string_view target) {
  if (target == "host") return Device::host().properties();
  const runtime::CudaArch arch = runtime::parse_cuda_arch(target);
  DeviceProperties properties;
  properties.kind = DeviceKind::cuda;
  properties.arch = target;
  properties.name = target;
  std::int64_t kib = kLeastSharedKib;
  for (const SharedMemoryRow& row : kSharedMemory)
    if (row.arch == arch.number) kib = row.kib;
  properties.shared_bytes = kib * 1024;
  return properties;
}

runtime::Source source_of(const KernelSpec& spec, const DeviceProperties& target) {
  runtime::Source source;
  source.kind =
      target.kind == DeviceKind::cuda ? runtime::SourceKind::cuda : runtime::SourceKind::llvm_ir;
  source.name = spec.kernel.family + (target.kind == DeviceKind::cuda ? ".cu" : ".ll");
  source.text = kernel_source(spec, target);
  return source;
}

runtime::Binary compile_spec(const KernelSpec& spec, const DeviceProperties& target) {
  return runtime::compile(source_of(spec, target), target.arch, runtime::DiskCache::shared());
}

std::vector<std::byte> compile_source(const KernelSpec& spec, const DeviceProperties& target) {
  return compile_spec(spec, target).image;
}

std::vector<std::string> cuda_architectures() {
  std::vector<std::string> architectures;
  const runtime::Nvrtc* nvrtc = runtime::Nvrtc::find();
  if (nvrtc == nullptr) return architectures;
  // The architecture-specific feature set (sm_90a) where there is one: kernels name the exact chip.
  for (const int number : nvrtc->architectures()) {
    const std::string plain = fmt::format("sm_{}", number);
    const std::string specific = plain + "a";
    architectures.push_back(nvrtc->supports(specific) ? specific : plain);
  }
  return architectures;
}

}  // namespace rbgp
