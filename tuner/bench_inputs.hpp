// Random inputs for checking and timing, and their way to a device: never zeros, which hide unwritten
// outputs and run fast.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <generator/parallel_parts.hpp>
#include <generator/random_words.hpp>
#include <rbgp/device.hpp>
#include <rbgp/dtype.hpp>

namespace rbgp {

// Uniform in [-1, 1), the same for the same seed, however many threads make them.
inline std::vector<float> random_floats(std::int64_t count, std::uint64_t seed) {
  constexpr std::int64_t kPart = std::int64_t{1} << 18;  // of one generator; even
  constexpr std::uint64_t kOfParts = std::uint64_t{1} << 32;  // nobody else derives these
  std::vector<float> values(static_cast<std::size_t>(count));
  const auto make_part = [&](std::int64_t part) {
    RandomWords random(part == 0 ? seed
                                 : derive_seed(seed, kOfParts + static_cast<std::uint64_t>(part)));
    const auto end = static_cast<std::size_t>(std::min((part + 1) * kPart, count));
    for (auto i = static_cast<std::size_t>(part * kPart); i < end; i += 2) {
      const std::uint64_t word = random.word();
      // 24 bits each: every value is exact.
      values[i] =
          static_cast<float>(static_cast<std::int32_t>(word & 0xffffff) - 0x800000) * 0x1p-23F;
      if (i + 1 < end)
        values[i + 1] =
            static_cast<float>(static_cast<std::int32_t>(word >> 40) - 0x800000) * 0x1p-23F;
    }
  };
  parallel_parts((count + kPart - 1) / kPart, 0, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t part = begin; part < end; ++part) make_part(part);
  });
  return values;
}

// The same, rounded to the operands of a dtype.
inline std::vector<float> random_operands(Dtype dtype, std::int64_t count, std::uint64_t seed) {
  std::vector<float> values = random_floats(count, seed);
  round_to(dtype, values);
  return values;
}

// Floats as the dtype stores them: the floats themselves where it stores floats, since a copy of a large matrix takes
// longer than its way to a GPU. They must outlive it.
class StoredFloats {
 public:
  StoredFloats(Dtype, std::vector<float>&&) = delete;
  StoredFloats(Dtype dtype, const std::vector<float>& values)
      : values_(values),
        narrowed_(is_float(dtype) ? std::vector<std::byte>() : to_storage(dtype, values)),
        bytes_(values.size() * static_cast<std::size_t>(dtype_bytes(dtype))) {}

  static bool is_float(Dtype dtype) { return dtype_bytes(dtype) == sizeof(float); }
  const void* data() const {
    return narrowed_.empty() ? static_cast<const void*>(values_.data()) : narrowed_.data();
  }
  std::size_t bytes() const { return bytes_; }

 private:
  const std::vector<float>& values_;
  std::vector<std::byte> narrowed_;
  std::size_t bytes_;
};

// Floats in a device's memory, as the dtype stores them. An empty buffer for none.
inline DeviceBuffer upload(const Device& device, Dtype dtype, const std::vector<float>& values) {
  const StoredFloats stored(dtype, values);
  if (stored.bytes() == 0) return {};
  DeviceBuffer buffer(device, stored.bytes());
  buffer.upload(stored.data(), stored.bytes());
  return buffer;
}

// What upload put there, or a kernel.
inline std::vector<float> download(Dtype dtype, const DeviceBuffer& buffer) {
  std::vector<std::byte> stored(buffer.bytes());
  buffer.download(stored.data(), stored.size());
  return from_storage(dtype, stored);
}

}  // namespace rbgp
