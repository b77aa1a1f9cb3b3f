// O = W I + bias, W 250 x 60 with pattern go=4x4@50,gr=2x1,gi=4x16@50,gb=8x1
// I 60 x 100, O 250 x 100 (layout kn), bf16; target sm_90a
// kernel mma block_groups=4 block_n=64 resident_blocks=2 shared_values=1 stages=3 step_tiles=1 tile_rows=16 warps_n=1
// rbgp generator version 9

#include "mma.cuh"

__device__ const unsigned char kGoAdjacency[] = {
    1, 3, 0, 1, 2, 3, 0, 2,
};
__device__ const short kGatherRows[] = {
    0, 9, 2, 3, 12, 5, 6, 7, -1, -1, -1, -1, -1, -1, -1, -1, 0, 9, 10, 3, 4, 5, 6, 7,
    -1, -1, -1, -1, -1, -1, -1, -1, 8, 1, 10, 11, 4, 13, 14, 15, -1, -1, -1, -1, -1, -1, -1, -1,
    8, 1, 2, 11, 12, 13, 14, 15, -1, -1, -1, -1, -1, -1, -1, -1,
};
__device__ const short kGatherSources[] = {
    0, 6, 1, 2, 7, 3, 4, 5, -1, -1, -1, -1, -1, -1, -1, -1, 0, 6, 7, 1, 2, 3, 4, 5,
    -1, -1, -1, -1, -1, -1, -1, -1, 2, 0, 3, 4, 1, 5, 6, 7, -1, -1, -1, -1, -1, -1, -1, -1,
    2, 0, 1, 3, 4, 5, 6, 7, -1, -1, -1, -1, -1, -1, -1, -1,
};

struct Config {
  static constexpr int kM = 250;
  static constexpr int kK = 60;
  static constexpr int kN = 100;
  static constexpr int kTf32 = 0;
  static constexpr int kTransposed = 0;
  static constexpr int kScale = 0;
  static constexpr int kResidual = 0;
  static constexpr int kBias = 1;
  static constexpr int kActivation = 0;
  static constexpr int kBlockN = 64;
  static constexpr int kBlockGroups = 4;
  static constexpr int kWarpsN = 1;
  static constexpr int kStepTiles = 1;
  static constexpr int kStages = 3;
  static constexpr int kSharedValues = 1;
  static constexpr int kCopyBytes = 8;
  static constexpr int kPaddedCols = 1;
  static constexpr int kOrdered = 0;
  static constexpr int kSlots = 16;
  static constexpr int kPadded = 1;
  static constexpr int kPairs = 0;
  static constexpr int kStoreCols = 64;
  static constexpr int kBlocks = 8;
  static constexpr int kThreads = 128;
  static constexpr int kResidentBlocks = 2;
  static constexpr int kSharedBytes = 22704;
  using Element = Bf16;
};

struct Pattern {
  static constexpr int kGoLeft = 4;
  static constexpr int kGoDegree = 2;
  static constexpr int kGrLeft = 2;
  static constexpr int kGrRight = 1;
  static constexpr int kGiLeft = 4;
  static constexpr int kGiRight = 16;
  static constexpr int kGiDegree = 8;
  static constexpr int kGbLeft = 8;
  static constexpr int kGbRight = 1;
  static constexpr int kTileNnz = 8;
  static __device__ __forceinline__ int go_neighbour(int u, int k) { return kGoAdjacency[u * 2 + k]; }
  static __device__ __forceinline__ int gather_row(int group, int slot) { return kGatherRows[group * 16 + slot]; }
  static __device__ __forceinline__ int gather_source(int group, int slot) { return kGatherSources[group * 16 + slot]; }
};

extern "C" __global__ void __launch_bounds__(Config::kThreads, Config::kResidentBlocks)
    rbgp_kernel(const Bf16* __restrict__ packed, const Bf16* __restrict__ input,
                Bf16* output, EpilogueArguments epilogue) {
  Mma<Config, Pattern>::run(packed, input, output, epilogue);
}

extern "C" __global__ void rbgp_pack(const float* __restrict__ values,
                                       Bf16* __restrict__ packed) {
  Mma<Config, Pattern>::pack(values, packed);
}
