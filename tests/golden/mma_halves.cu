// O = W I, rows by row_order, columns by column_order, W 256 x 24 with pattern go=2x2,gr=2x1,gi=4x4@50,gb=16x3
// I 30 x 24, O 30 x 256 (layout nk), f16; target sm_90a
// kernel mma block_groups=2 block_n=32 resident_blocks=1 shared_values=0 stages=2 step_tiles=2 tile_rows=32 warps_n=2
// rbgp generator version 9

#include "mma.cuh"

__device__ const short kGatherRows[] = {
    0, 1, 2, 10, 12, 13, 14, 22, 9, -1, 11, -1, 21, -1, 23, -1, 9, 16, 3, 10, 4, 5, 15, 22,
    17, -1, 11, -1, 21, -1, 23, -1, 0, 1, 2, 18, 12, 13, 6, 7, 8, -1, 19, -1, 20, -1, 14, -1,
    8, 16, 3, 18, 4, 5, 6, 7, 17, -1, 19, -1, 20, -1, 15, -1,
};
__device__ const short kGatherSources[] = {
    0, 1, 2, 4, 6, 7, 8, 10, 3, -1, 5, -1, 9, -1, 11, -1, 3, 7, 0, 4, 1, 2, 6, 10,
    8, -1, 5, -1, 9, -1, 11, -1, 0, 1, 2, 9, 6, 7, 3, 4, 5, -1, 10, -1, 11, -1, 8, -1,
    5, 7, 0, 9, 1, 2, 3, 4, 8, -1, 10, -1, 11, -1, 6, -1,
};

struct Config {
  static constexpr int kM = 256;
  static constexpr int kK = 24;
  static constexpr int kN = 30;
  static constexpr int kTf32 = 0;
  static constexpr int kTransposed = 1;
  static constexpr int kScale = 0;
  static constexpr int kResidual = 0;
  static constexpr int kBias = 0;
  static constexpr int kActivation = 0;
  static constexpr int kRowOrder = 1;
  static constexpr int kColumnOrder = 1;
  static constexpr int kBlockN = 32;
  static constexpr int kBlockGroups = 2;
  static constexpr int kWarpsN = 2;
  static constexpr int kStepTiles = 2;
  static constexpr int kStages = 2;
  static constexpr int kSharedValues = 0;
  static constexpr int kCopyBytes = 0;
  static constexpr int kPaddedCols = 0;
  static constexpr int kOrdered = 1;
  static constexpr int kSlots = 16;
  static constexpr int kPadded = 1;
  static constexpr int kPairs = 0;
  static constexpr int kStoreCols = 16;
  static constexpr int kBlocks = 4;
  static constexpr int kThreads = 128;
  static constexpr int kResidentBlocks = 1;
  static constexpr int kSharedBytes = 9792;
  using Element = F16;
};

struct Pattern {
  static constexpr int kGoLeft = 2;
  static constexpr int kGoDegree = 2;
  static constexpr int kGrLeft = 2;
  static constexpr int kGrRight = 1;
  static constexpr int kGiLeft = 4;
  static constexpr int kGiRight = 4;
  static constexpr int kGiDegree = 2;
  static constexpr int kGbLeft = 16;
  static constexpr int kGbRight = 3;
  static constexpr int kTileNnz = 6;
  static __device__ __forceinline__ int go_neighbour(int, int k) { return k; }
  static __device__ __forceinline__ int gather_row(int group, int slot) { return kGatherRows[group * 16 + slot]; }
  static __device__ __forceinline__ int gather_source(int group, int slot) { return kGatherSources[group * 16 + slot]; }
};

extern "C" __global__ void __launch_bounds__(Config::kThreads, Config::kResidentBlocks)
    rbgp_kernel(const F16* __restrict__ packed, const F16* __restrict__ input,
                F16* output, EpilogueArguments epilogue) {
  Mma<Config, Pattern>::run(packed, input, output, epilogue);
}

extern "C" __global__ void rbgp_pack(const float* __restrict__ values,
                                       F16* __restrict__ packed) {
  Mma<Config, Pattern>::pack(values, packed);
}
