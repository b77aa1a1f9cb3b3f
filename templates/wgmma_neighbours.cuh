// The tiles of I that a block of wgmma.cuh meets: the neighbours in Go of all of its tiles, one after the other.
#pragma once

// Of a warp, which reads 32 of them, and the next 32 ahead: nothing waits for global memory. Kernel is the Wgmma
// whose turns they are for.
template <typename Pattern, typename Kernel>
struct WgmmaNeighbours {
  int current, coming, at = 0;

  __device__ __forceinline__ WgmmaNeighbours() : current(read(0)), coming(read(32)) {}

  static __device__ __forceinline__ int read(int first) {
    const int index = first + static_cast<int>(threadIdx.x) % 32;
    const int turn = Kernel::first_turn() + index / Kernel::kBlockDegree * Kernel::kClusters;
    return turn < Kernel::kTurns
               ? Pattern::go_neighbour(
                     Kernel::tile_m(turn) / Kernel::kGroupBlocks,
                     Kernel::rank_k() * Kernel::kBlockDegree + index % Kernel::kBlockDegree)
               : 0;
  }

  // By all lanes.
  __device__ __forceinline__ int next() {
    const int neighbour = __shfl_sync(0xffffffffu, current, at % 32);
    if (++at % 32 == 0) {
      current = coming;
      coming = read(at + 32);
    }
    return neighbour;
  }
};
