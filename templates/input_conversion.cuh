// Floats of I in shared memory, as the copy engine left them, made what instructions for tf32 take.
#pragma once

#include "vectors.cuh"

__device__ __forceinline__ float4 rest_of(const float4& x) {
  return make_float4(tf32_rest(x.x), tf32_rest(x.y), tf32_rest(x.z), tf32_rest(x.w));
}

// Half of a box of 32 x 32 under the 128-byte swizzle turned round in its place, by a warp: 4 x 4 floats a lane;
// and the second terms kSecondTerms vectors further on, where that is not 0. Lanes whose places change have
// their numbers differ in the same bits, so that a warp overwrites only what it has read; and 8 lanes meet all
// pieces of 16 bytes of a row of 128, reading and writing: no bank twice.
template <int kSecondTerms>
__device__ __forceinline__ void turn_box(float4* box, int half) {
  const int lane = threadIdx.x % 32;
  const int row4 = lane % 8;
  const int col4 = row4 ^ (lane / 8 + 4 * half);
  float rows[4][4];
#pragma unroll
  for (int i = 0; i < 4; ++i) {
    const int row = 4 * row4 + i;
    load_vector(rows[i], reinterpret_cast<const float*>(box + row * 8 + (col4 ^ row % 8)));
  }
  __syncwarp();
#pragma unroll
  for (int i = 0; i < 4; ++i) {
    const int col = 4 * col4 + i;
    const float4 column = make_float4(rows[0][i], rows[1][i], rows[2][i], rows[3][i]);
    float4* const to = box + col * 8 + (row4 ^ col % 8);
    *to = column;
    if constexpr (kSecondTerms > 0) to[kSecondTerms] = rest_of(column);
  }
}

// The share of warp number `warp` of kWarps in kVectors vectors: boxes turned round where kTurned, second terms
// behind all first ones where kTerms is 2.
template <bool kTurned, int kTerms, int kVectors, int kWarps>
__device__ __forceinline__ void convert_input(float4* input, int warp) {
  if constexpr (kTurned) {
    constexpr int kBoxVectors = 32 * 8;
#pragma unroll 1
    for (int i = warp; i < 2 * kVectors / kBoxVectors; i += kWarps)
      turn_box<kTerms == 2 ? kVectors : 0>(input + i / 2 * kBoxVectors, i % 2);
  } else {
#pragma unroll 4
    for (int i = warp * 32 + threadIdx.x % 32; i < kVectors; i += 32 * kWarps)
      input[kVectors + i] = rest_of(input[i]);
  }
}
