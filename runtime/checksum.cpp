#include "runtime/checksum.hpp"

#include "runtime/compiler.hpp"
#include "runtime/disk_cache.hpp"
#include "runtime/module.hpp"

#include <cstring>

namespace rbgp::runtime {

namespace {

// The formula, as C++ and as text for CUDA.
#define RBGP_ON_BOTH(...) \
  __VA_ARGS__             \
  constexpr const char* kMixedSource = "__device__ " #__VA_ARGS__;

// A word and its place.
RBGP_ON_BOTH(unsigned long long mixed(unsigned long long word, unsigned long long place) {
  word += (place + 1) * 0x9e3779b97f4a7c15ull;
  word = (word ^ (word >> 32)) * 0xd6e8feb86659fd93ull;
  word = (word ^ (word >> 32)) * 0xd6e8feb86659fd93ull;
  return word ^ (word >> 32);
})
#undef RBGP_ON_BOTH

// The sum of all words: it does not matter who adds first. The last word may be short.
constexpr const char* kSumSource = R"(
extern "C" __global__ void checksum(const unsigned char* bytes, unsigned long long count, unsigned long long* sum) {
  const unsigned long long* words = reinterpret_cast<const unsigned long long*>(bytes);
  const unsigned long long whole = count / 8;
  const unsigned long long stride = (unsigned long long)gridDim.x * blockDim.x;
  const unsigned long long first = (unsigned long long)blockIdx.x * blockDim.x + threadIdx.x;
  unsigned long long own = 0;
  for (unsigned long long i = first; i < whole; i += stride) own += mixed(words[i], i);
  if (first == 0 && count % 8 != 0) {
    unsigned long long last = 0;
    for (unsigned i = 0; i < count % 8; ++i) last |= (unsigned long long)bytes[8 * whole + i] << 8 * i;
    own += mixed(last, whole);
  }
  for (int lanes = 16; lanes > 0; lanes /= 2) own += __shfl_down_sync(0xffffffff, own, lanes);
  if (threadIdx.x % 32 == 0) atomicAdd(sum, own);
}
)";
constexpr unsigned kThreads = 512;
constexpr unsigned kBlocksEach = 4;  // fill a multiprocessor

std::uint64_t host_sum(const DeviceBuffer& buffer) {
  const auto* const bytes = static_cast<const unsigned char*>(buffer.data());
  const std::size_t whole = buffer.bytes() / sizeof(std::uint64_t);
  const std::size_t rest = buffer.bytes() % sizeof(std::uint64_t);
  std::uint64_t sum = 0;
  const auto add = [&](std::size_t place, std::size_t size) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes + place * sizeof word, size);
    sum += mixed(word, place);
  };
  for (std::size_t i = 0; i < whole; ++i) add(i, sizeof(std::uint64_t));
  if (rest != 0) add(whole, rest);
  return sum;
}

}  // namespace

struct Checksum::Cuda {
  CudaFunction function;
  unsigned blocks = 0;
  DeviceBuffer sum;
};

Source checksum_source() {
  return {.kind = SourceKind::cuda,
          .name = "checksum.cu",
          .text = std::string(kMixedSource) + kSumSource};
}

Checksum::Checksum(const Device& device) {
  if (device.kind() == DeviceKind::host) return;
  const Binary binary = compile(checksum_source(), device.properties().arch, DiskCache::shared());
  cuda_ = std::make_unique<Cuda>(
      Cuda{Module::load(binary, device)->cuda_function("checksum", 0),
           kBlocksEach * static_cast<unsigned>(device.properties().compute_units),
           DeviceBuffer(device, sizeof(std::uint64_t))});
}

Checksum::Checksum(Checksum&&) noexcept = default;
Checksum& Checksum::operator=(Checksum&&) noexcept = default;
Checksum::~Checksum() = default;

std::uint64_t Checksum::of(const DeviceBuffer& buffer) const {
  if (!cuda_) return host_sum(buffer);
  cuda_->sum.fill(0);
  const void* bytes = buffer.data();
  unsigned long long count = buffer.bytes();
  void* to = cuda_->sum.data();
  void* arguments[] = {&bytes, &count, &to};
  cuda_->function.launch({cuda_->blocks, 1, 1}, {kThreads, 1, 1}, 0, arguments, nullptr);
  std::uint64_t sum = 0;
  cuda_->sum.download(&sum, sizeof sum);
  return sum;
}

}  // namespace rbgp::runtime
