// From the sums of a warp as mma.sync leaves them to O (epilogue.cuh).
//
// A lane has two rows of each 16, 8 apart, and two of each 8 columns: stored like that, a warp writes 16 bytes of a row
// of O at once, half a sector. So sums are dealt out again, kRoomRows rows x kStoreCols columns at a time,
// through shared memory that is the warp's own: a warp then writes kStoreCols columns of a row or, where O lies
// N x M (kTransposed), 16 rows of a column. Where kStoreCols is 0 there was no room, and they are stored as they are.
//
// Writes are of two words by 4 rows of 4 lanes, reads of four words by lanes side by side or of one word by 4 lanes
// times 8 columns: no bank conflicts but for the writes where O is transposed, and reads of 16 columns where it is not,
// which take two turns.
#pragma once

#include "epilogue.cuh"

// kTogether: rows of W that follow each other from each multiple of it on.
template <typename Config, int kTogether>
struct FragmentStore {
  using Element = typename Config::Element;
  static constexpr int kCols = Config::kStoreCols;
  static constexpr int kRoomRows = Config::kTransposed ? 16 : 8;
  static constexpr int kStride = kCols + (Config::kTransposed ? 6 : 8);
  static constexpr int kRoomFloats = kCols == 0 ? 0 : kRoomRows * kStride;

  static __device__ __forceinline__ int lane() { return threadIdx.x % 32; }

  // Stores sums of kHalves times 8 rows, row_of(r) of W, and kRuns times 8 columns from `col` on. `room` has
  // kRoomFloats.
  template <int kHalves, int kRuns, typename RowOf>
  static __device__ __forceinline__ void store(float (&sums)[kHalves][kRuns][2], float* room,
                                               RowOf row_of, int col, Element* output,
                                               const EpilogueArguments& epilogue) {
    if constexpr (kCols == 0) {
      Epilogue<Config>::template store<1>(
          sums, [&](int r) { return row_of(r * 8 + lane() / 4); }, col + lane() % 4 * 2,
          [](int run) { return 8 * run; }, output, epilogue);
    } else {
      constexpr int kParts = kRuns * 8 / kCols;  // side by side
      constexpr int kRoomHalves = kRoomRows / 8;
#pragma unroll
      for (int i = 0; i < kHalves / kRoomHalves * kParts; ++i) {
        const int half = i / kParts * kRoomHalves;
        const int first_col = i % kParts * kCols;
        __syncwarp();
#pragma unroll
        for (int j = 0; j < kRoomHalves * kCols / 8; ++j) {
          const float(&two)[2] = sums[half + j % kRoomHalves][first_col / 8 + j / kRoomHalves];
          *reinterpret_cast<float2*>(room + (j % kRoomHalves * 8 + lane() / 4) * kStride +
                                     j / kRoomHalves * 8 + lane() % 4 * 2) =
              make_float2(two[0], two[1]);
        }
        __syncwarp();
        const auto room_row_of = [&](int r) { return row_of(half * 8 + r); };
        if constexpr (Config::kTransposed)
          store_columns(room, room_row_of, col + first_col, output, epilogue);
        else
          store_rows(room, room_row_of, col + first_col, output, epilogue);
      }
    }
  }

 private:
  // Of the room: a lane takes 4 columns of a row.
  template <typename RowOf>
  static __device__ __forceinline__ void store_rows(const float* room, RowOf row_of, int col,
                                                    Element* output,
                                                    const EpilogueArguments& epilogue) {
    constexpr int kLanes = kCols / 4;  // of a row
    constexpr int kRows = kRoomRows * kLanes / 32;
    const int row = lane() / kLanes;
    float dealt[kRows][1][4];
#pragma unroll
    for (int r = 0; r < kRows; ++r) {
      const float4 four = *reinterpret_cast<const float4*>(
          room + (row + r * (32 / kLanes)) * kStride + lane() % kLanes * 4);
      dealt[r][0][0] = four.x, dealt[r][0][1] = four.y;
      dealt[r][0][2] = four.z, dealt[r][0][3] = four.w;
    }
    Epilogue<Config>::template store<1>(
        dealt, [&](int r) { return row_of(row + r * (32 / kLanes)); },
        col + lane() % kLanes * 4, [](int) { return 0; }, output, epilogue);
  }

  // A lane takes 4 rows of every 8th column.
  template <typename RowOf>
  static __device__ __forceinline__ void store_columns(const float* room, RowOf row_of, int col,
                                                       Element* output,
                                                       const EpilogueArguments& epilogue) {
    constexpr int kRows = 4;
    constexpr int kAdjacent = kTogether % 4 == 0 ? 4 : kTogether % 2 == 0 ? 2 : 1;
    const int row = lane() % 4 * kRows;
    float dealt[kRows][kCols / 8][1];
#pragma unroll
    for (int j = 0; j < kRows * kCols / 8; ++j)
      dealt[j % kRows][j / kRows][0] =
          room[(row + j % kRows) * kStride + j / kRows * 8 + lane() / 4];
    Epilogue<Config>::template store<kAdjacent>(
        dealt, [&](int r) { return row_of(row + r); }, col + lane() / 4,
        [](int run) { return 8 * run; }, output, epilogue);
  }
};
