// The register tile of one thread: kRows x kCols sums, and the outer products that are added to it.
//
// Order  An f32 multiply-add reads three registers; the register file delivers three of one bank late, and
//        an operand that the instruction before used again for free. So the products go along the
//        shorter side and back (boustrophedon): each shares an operand with the one before.
// Store  Sums are scaled before they are stored, be it by an alpha of 1: stored as they are, 128-bit stores
//        would force them into the same banks as the 128-bit loads of the operands, and a fifth of all
//        clocks went to that.
#pragma once

template <int kRows, int kCols>
struct ThreadTile {
  static constexpr int kRowRun = kRows % 4 == 0 ? 4 : kRows % 2 == 0 ? 2 : 1;
  static constexpr int kColRun = 4;
  static constexpr int kColRuns = kCols / kColRun;
  static_assert(kCols % kColRun == 0, "whole runs of columns");

  // Of one column of W and one row of I.
  struct Operands {
    float value[kRows];
    float input[kCols];
  };

  float sums[kRows][kColRuns][kColRun];

  __device__ __forceinline__ void clear() {
#pragma unroll
    for (int r = 0; r < kRows; ++r)
#pragma unroll
      for (int c = 0; c < kCols; ++c) sum(r, c) = 0.0f;
  }

  __device__ __forceinline__ float& sum(int r, int c) { return sums[r][c / kColRun][c % kColRun]; }

  // Runs of kRowRun values, kValueStride apart, and of kColRun columns, the i-th at InputRun::offset(i).
  template <int kValueStride, typename InputRun>
  static __device__ __forceinline__ void load(Operands& to, const float* values,
                                              const float* input) {
#pragma unroll
    for (int r = 0; r < kRows; r += kRowRun) {
      const float* const from = values + r / kRowRun * kValueStride;
      if constexpr (kRowRun == 4) {
        const float4 four = *reinterpret_cast<const float4*>(from);
        to.value[r] = four.x, to.value[r + 1] = four.y;
        to.value[r + 2] = four.z, to.value[r + 3] = four.w;
      } else if constexpr (kRowRun == 2) {
        const float2 two = *reinterpret_cast<const float2*>(from);
        to.value[r] = two.x, to.value[r + 1] = two.y;
      } else {
        to.value[r] = *from;
      }
    }
#pragma unroll
    for (int c = 0; c < kCols; c += kColRun) {
      const float4 four =
          *reinterpret_cast<const float4*>(input + InputRun::offset(c / kColRun));
      to.input[c] = four.x, to.input[c + 1] = four.y;
      to.input[c + 2] = four.z, to.input[c + 3] = four.w;
    }
  }

  // By the alpha of a launch that has no scale in its epilogue, which is 1.
  __device__ __forceinline__ void scale(float by) {
#pragma unroll
    for (int r = 0; r < kRows; ++r)
#pragma unroll
      for (int c = 0; c < kCols; ++c) sum(r, c) *= by;
  }

  __device__ __forceinline__ void add_product(const Operands& of) {
    if constexpr (kRows >= kCols) {
#pragma unroll
      for (int r = 0; r < kRows; ++r)
#pragma unroll
        for (int i = 0; i < kCols; ++i) {
          const int c = r % 2 == 0 ? i : kCols - 1 - i;
          sum(r, c) += of.value[r] * of.input[c];
        }
    } else {
#pragma unroll
      for (int c = 0; c < kCols; ++c)
#pragma unroll
        for (int i = 0; i < kRows; ++i) {
          const int r = c % 2 == 0 ? i : kRows - 1 - i;
          sum(r, c) += of.value[r] * of.input[c];
        }
    }
  }
};
