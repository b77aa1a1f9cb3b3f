// Random inputs for checking and timing: never zeros, which hide unwritten outputs and run fast.
#pragma once

#include <cstdint>
#include <vector>

#include <generator/random_words.hpp>

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

}  // namespace rbgp
