#include <bench/equal_copy.hpp>

#include <algorithm>
#include <vector>

#include <runtime/compiler.hpp>
#include <runtime/module.hpp>
#include <runtime/timer.hpp>

namespace rbgp::bench {
namespace {

constexpr const char* kSource = R"(
extern "C" __global__ void copy(const float4* __restrict__ from, float4* __restrict__ to, unsigned count) {
  for (unsigned i = blockIdx.x * blockDim.x + threadIdx.x; i < count; i += gridDim.x * blockDim.x)
    to[i] = from[i];
}
)";
constexpr unsigned kThreads = 256;
constexpr unsigned kBlocksEach = 8;  // of a multiprocessor, at most: all threads that it holds

}  // namespace

std::optional<double> equal_copy_ms(const Device& device, std::int64_t bytes) {
  if (device.kind() != DeviceKind::cuda) return std::nullopt;
  const runtime::Binary binary =
      runtime::compile({.kind = runtime::SourceKind::cuda, .name = "copy.cu", .text = kSource},
                       device.properties().arch, nullptr);
  const auto module = runtime::Module::load(binary, device);
  const auto copy = module->cuda_function("copy", 0);
  auto count = static_cast<unsigned>(bytes / 2 / 16);
  const unsigned blocks =
      std::clamp((count + kThreads - 1) / kThreads, 1U,
                 static_cast<unsigned>(device.properties().compute_units) * kBlocksEach);
  const int copies = runtime::rotating_copies(bytes, runtime::shared_cache_bytes(device));
  std::vector<DeviceBuffer> from, to;
  for (int i = 0; i < copies; ++i) {
    from.emplace_back(device, std::size_t{count} * 16).fill(0);
    to.emplace_back(device, std::size_t{count} * 16);
  }
  runtime::LaunchTimer timer(device, copies, [&](int at, void* stream) {
    void* source = from[static_cast<std::size_t>(at)].data();
    void* target = to[static_cast<std::size_t>(at)].data();
    void* arguments[] = {&source, &target, &count};
    copy.launch({blocks, 1, 1}, {kThreads, 1, 1}, 0, arguments, stream);
  });
  return timer.sample().median();
}

}  // namespace rbgp::bench
