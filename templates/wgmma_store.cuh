// How a warpgroup of wgmma.cuh stores sums of a row group by the copy engine, a part of its columns at a time.
#pragma once

#include "bulk_copy.cuh"
#include "pair.cuh"
#include "warpgroup.cuh"

// Kernel is the Wgmma whose tiles they are. `stores` is the shared memory of the block for them, `pairs` the elements
// of the row group that a thread has, `i` which part is stored, counted over the row groups of the warpgroup.
template <typename Config, typename Kernel>
struct WgmmaStore {
  using Element = typename Kernel::Element;
  using Pairs = typename Kernel::Pairs;

  // Layout kn: each warp copies its rows, in boxes of kStoreRows rows.
  static __device__ __forceinline__ void rows(unsigned char* stores, const Pairs& pairs,
                                              int consumer, int i, int turn, int group,
                                              const TensorMap& output_map) {
    constexpr int kBoxEights = Kernel::kBoxCols / 8;  // of columns, of which a lane has two each
    constexpr int kBoxBytes = Kernel::kWarpRows * Kernel::kRowBytes;
    const int lane = threadIdx.x % 32;
    const int warp = threadIdx.x / 32 % 4;
    const int first = i % Kernel::kGroupStores * Config::kStoreBoxes;
    unsigned char* const to = stores + (consumer * 4 + warp) * Config::kStoreBoxes * kBoxBytes;
    if (lane == 0) wait_until_stores_read<0>();
    __syncwarp();
#pragma unroll
    for (int eight = 0; eight < kBoxEights * Config::kStoreBoxes; ++eight)
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        const int byte =
            (eight % kBoxEights * 8 + lane % 4 * 2) * static_cast<int>(sizeof(Element));
        pairs[2 * (kBoxEights * first + eight) + half].store(
            to + eight / kBoxEights * kBoxBytes + (half * 8 + lane / 4) * Kernel::kRowBytes +
            (byte / Kernel::kPieceBytes ^ lane / 4) * Kernel::kPieceBytes +
            byte % Kernel::kPieceBytes);
      }
    fence_for_copies();
    __syncwarp();
    if (lane == 0) {
#pragma unroll
      for (int box = 0; box < Config::kStoreBoxes; ++box)
#pragma unroll
        for (int r = 0; r < Kernel::kWarpRows; r += Config::kStoreRows)
          store_box(output_map, Kernel::first_finished_col(turn) + (first + box) * Kernel::kBoxCols,
                    static_cast<int>(Kernel::row_of(turn, group, warp * Kernel::kWarpRows + r)),
                    to + box * kBoxBytes + r * Kernel::kRowBytes);
      end_stores();
    }
  }

  // Layout nk: a warpgroup copies its rows, which are columns of O as it lies, kStoreRows samples at a time.
  static __device__ __forceinline__ void columns(unsigned char* stores, const Pairs& pairs,
                                                 int consumer, int i, int turn, int group,
                                                 const TensorMap& output_map) {
    // Two buffers take turns over all row groups of a tile; an odd number of turns ends at the buffer that the
    // next tile begins with.
    constexpr bool kOdd = Kernel::kStores % 2 == 1;
    static_assert(Kernel::kFinishedCols % Config::kStoreRows == 0, "columns stored at once");
    constexpr int kBoxes = Kernel::kGroupRows / Kernel::kBoxCols;
    constexpr int kBoxBytes = Config::kStoreRows * Kernel::kRowBytes;
    const int lane = threadIdx.x % 32;
    const int warp = threadIdx.x / 32 % 4;
    const bool leads = threadIdx.x % 128 == 0;
    const int first = i % Kernel::kGroupStores * Config::kStoreRows;
    unsigned char* const to = stores + (consumer * 2 + i % 2) * kBoxes * kBoxBytes;
    if (leads) {
      if (kOdd && i == 0)
        wait_until_stores_read<0>();
      else
        wait_until_stores_read<1>();
    }
    barrier_of<128>(1 + consumer);
    if constexpr (sizeof(Element) == 2) {
#pragma unroll
      for (int j = 0; j < Config::kStoreRows / 8; j += 2) {
        const Pair<Element>* const from = pairs + 2 * (first / 8 + j);
        const int n = 8 * (j + lane / 16) + lane % 8;
        const int piece = 2 * warp + lane / 8 % 2;
        store_transposed(to + n * Kernel::kRowBytes + (piece ^ n % 8) * Kernel::kPieceBytes,
                         from[0].bits, from[1].bits, from[2].bits, from[3].bits);
      }
    } else {
#pragma unroll
      for (int j = 0; j < Config::kStoreRows / 2; ++j) {
        const int n = j / 4 * 8 + lane % 4 * 2 + j % 2;
        const int r = warp * Kernel::kWarpRows + j / 2 % 2 * 8 + lane / 4;
        const Pair<Element>& pair = pairs[(first / 2 + j) / 2];
        *reinterpret_cast<float*>(to + r / Kernel::kBoxCols * kBoxBytes + n * Kernel::kRowBytes +
                                  (r % Kernel::kBoxCols / 4 ^ n % 8) * Kernel::kPieceBytes +
                                  r % 4 * 4) = j % 2 == 0 ? pair.low : pair.high;
      }
    }
    fence_for_copies();
    barrier_of<128>(1 + consumer);
    if (leads) {
#pragma unroll
      for (int box = 0; box < kBoxes; ++box)
        store_box(output_map,
                  static_cast<int>(Kernel::row_of(turn, group, 0)) + box * Kernel::kBoxCols,
                  Kernel::first_finished_col(turn) + first, to + box * kBoxBytes);
      end_stores();
    }
  }
};
