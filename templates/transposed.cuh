// Copying a tile of I that lies N x K in global memory to shared memory as kRows x kCols, rows of K.
//
// Thread i of the copy takes row(i) and col(i), for i up to kWords. A warp has 8 neighbouring rows of 4
// neighbouring columns: it reads 4 whole sectors of 32 bytes, and the next turns read the rest of their
// lines. In shared memory a row is kStride = kCols + 4 words long, so that the 8 rows of a warp's writes start
// 4 banks apart and its 32 words lie in 32 banks; reads along a row stay aligned to 16 bytes.
#pragma once

template <int kRows, int kCols>
struct TransposedTile {
  static constexpr int kStride = kCols + 4;
  static constexpr int kEights = (kRows + 7) / 8;
  static constexpr int kQuads = (kCols + 3) / 4;
  static constexpr bool kPadded = kRows % 8 != 0;  // row(i) may be kRows or more: nothing to copy
  static constexpr int kWords = 32 * kEights * kQuads;

  static __device__ __forceinline__ int row(int i) { return i / 32 % kEights * 8 + i % 8; }
  static __device__ __forceinline__ int col(int i) { return i / 32 / kEights * 4 + i / 8 % 4; }
};
