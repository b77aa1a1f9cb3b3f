// Random numbers that are the same on every platform: raw generator words only, since the standard
// distributions and std::shuffle differ between standard libraries.
#pragma once

#include <boost/random/mersenne_twister.hpp>

#include <cstdint>
#include <utility>
#include <vector>

namespace rbgp {

class RandomWords {
 public:
  explicit RandomWords(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t word() { return engine_(); }

  bool bit() {
    if (bits_left_ == 0) {
      bits_ = word();
      bits_left_ = 64;
    }
    const bool value = bits_ & 1;
    bits_ >>= 1;
    --bits_left_;
    return value;
  }

  // Uniform in [0, bound), by rejection.
  std::uint64_t below(std::uint64_t bound) {
    const std::uint64_t limit = bound * (UINT64_MAX / bound);
    std::uint64_t value = word();
    while (value >= limit) value = word();
    return value % bound;
  }

  // Uniform in [0, 1).
  double unit() { return static_cast<double>(word() >> 11) * 0x1p-53; }

  template <typename T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

 private:
  // The words of std::mt19937_64, which GCC's library takes three times as long for.
  boost::random::mt19937_64 engine_;
  std::uint64_t bits_ = 0;
  int bits_left_ = 0;
};

// A seed for part `part` of what `seed` seeds (the finaliser of splitmix64).
inline std::uint64_t derive_seed(std::uint64_t seed, std::uint64_t part) {
  std::uint64_t z = seed + (part + 1) * 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

}  // namespace rbgp
