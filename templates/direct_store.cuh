#pragma once

#include "vectors.cuh"
#include "warpgroup.cuh"

// A lane's sums of a row group, as an instruction leaves them (2 rows, 2 of every 8 columns), to O without the copy
// engine: for rows that do not lie together. `rows` are of O, kM where there is none.
template <typename Config, int kSums>
__device__ __forceinline__ void store_directly(float (&sums)[kSums], const long long (&rows)[2], int col,
                                               typename Config::Element* output) {
  using Element = typename Config::Element;
  const int lane = threadIdx.x % 32;
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    const long long u = rows[half];
    if constexpr (Config::kTransposed) {
#pragma unroll
      for (int i = 0; i < kSums / 2; ++i) {
        const int c = col + i / 2 * 8 + lane % 4 * 2 + i % 2;
        if (u < Config::kM && c < Config::kN)
          from_float(output[static_cast<long long>(c) * Config::kM + u],
                     sums[i / 2 * 4 + 2 * half + i % 2]);
      }
    } else if constexpr (sizeof(Element) == 4) {
#pragma unroll
      for (int j = 0; j < kSums / 4; ++j) {
        const int c = col + 8 * j + lane % 4 * 2;
        const float two[2] = {sums[4 * j + 2 * half], sums[4 * j + 2 * half + 1]};
        if (u < Config::kM && c < Config::kN) store_vector(output + u * Config::kN + c, two);
      }
    } else {
      // Four lanes have a row: they exchange pairs until each has 8 columns of its own, 16 bytes.
#pragma unroll
      for (int j = 0; j < kSums / 4; j += 4) {
        unsigned pairs[4];
#pragma unroll
        for (int i = 0; i < 4; ++i) {
          const float* const two = sums + 4 * (j + i) + 2 * half;
          pairs[i] = pair_of_floats(static_cast<const Element*>(nullptr), two[0], two[1]);
        }
        transpose_four(pairs);
        const int c = col + 8 * (j + lane % 4);
        if (u < Config::kM && c < Config::kN)
          *reinterpret_cast<uint4*>(output + u * Config::kN + c) =
              make_uint4(pairs[0], pairs[1], pairs[2], pairs[3]);
      }
    }
  }
}
