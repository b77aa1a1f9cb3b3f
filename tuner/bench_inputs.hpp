// Random inputs for checking and timing, and their way to a device: never zeros, which hide unwritten
// outputs and run fast.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <generator/random_words.hpp>
#include <rbgp/device.hpp>
#include <rbgp/dtype.hpp>

namespace rbgp {

// Uniform in [-1, 1), the same for the same seed.
inline std::vector<float> random_floats(std::int64_t count, std::uint64_t seed) {
  RandomWords random(seed);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < values.size(); i += 2) {
    const std::uint64_t word = random.word();
    // 24 bits each: every value is exact.
    values[i] =
        static_cast<float>(static_cast<std::int32_t>(word & 0xffffff) - 0x800000) * 0x1p-23F;
    if (i + 1 < values.size())
      values[i + 1] =
          static_cast<float>(static_cast<std::int32_t>(word >> 40) - 0x800000) * 0x1p-23F;
  }
  return values;
}

// The same, rounded to the operands of a dtype.
inline std::vector<float> random_operands(Dtype dtype, std::int64_t count, std::uint64_t seed) {
  std::vector<float> values = random_floats(count, seed);
  round_to(dtype, values);
  return values;
}

// Floats in a device's memory, as the dtype stores them. An empty buffer for none.
inline DeviceBuffer upload(const Device& device, Dtype dtype, const std::vector<float>& values) {
  if (values.empty()) return {};
  const std::vector<std::byte> stored = to_storage(dtype, values);
  DeviceBuffer buffer(device, stored.size());
  buffer.upload(stored.data(), stored.size());
  return buffer;
}

// What upload put there, or a kernel.
inline std::vector<float> download(Dtype dtype, const DeviceBuffer& buffer) {
  std::vector<std::byte> stored(buffer.bytes());
  buffer.download(stored.data(), stored.size());
  return from_storage(dtype, stored);
}

}  // namespace rbgp
