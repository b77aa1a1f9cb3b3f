// O = gelu(alpha W I + beta R + bias), W 32 x 16 with pattern go=2x4,gr=2x1,gi=4x4@50,gb=2x1
// I 30 x 16, O 30 x 32 (layout nk), f32; target sm_90a
// kernel simt_row_group block_groups=4 persistent=0 repeat_n=1 resident_blocks=1 stages=2 tile_rows=0 unroll=2 used_rows=0 warps_n=1
// rbgp generator version 9

#include "simt_row_group.cuh"

__device__ const unsigned char kGiAdjacency[] = {
    0, 3, 1, 3, 0, 2, 1, 2,
};

struct Config {
  static constexpr int kM = 32;
  static constexpr int kK = 16;
  static constexpr int kN = 30;
  static constexpr int kTf32 = 0;
  static constexpr int kTransposed = 1;
  static constexpr int kScale = 1;
  static constexpr int kResidual = 1;
  static constexpr int kBias = 1;
  static constexpr int kActivation = 2;
  static constexpr int kBlockN = 128;
  static constexpr int kRepeatN = 1;
  static constexpr int kWarpsN = 1;
  static constexpr int kBlockGroups = 4;
  static constexpr int kStages = 2;
  static constexpr int kUnroll = 2;
  static constexpr int kInputVector = 1;
  static constexpr int kBlocks = 2;
  static constexpr int kThreads = 128;
  static constexpr int kResidentBlocks = 1;
  static constexpr int kUsedRows = 0;
  static constexpr int kSharedBytes = 4512;
  using Element = float;
};

struct Pattern {
  static constexpr int kGoLeft = 2;
  static constexpr int kGoDegree = 4;
  static constexpr int kGrLeft = 2;
  static constexpr int kGrRight = 1;
  static constexpr int kGiLeft = 4;
  static constexpr int kGiRight = 4;
  static constexpr int kGiDegree = 2;
  static constexpr int kGbLeft = 2;
  static constexpr int kGbRight = 1;
  static constexpr int kGiComplete = 0;
  static constexpr int kUnion = 4;
  static constexpr int kLists = 1;
  static __device__ __forceinline__ int go_neighbour(int, int k) { return k; }
  static __device__ __forceinline__ int gi_place(int u, int k) { return kGiAdjacency[u * 2 + k]; }
  static __device__ __forceinline__ int gi_member(int group) { return group; }
};

extern "C" __global__ void __launch_bounds__(Config::kThreads, Config::kResidentBlocks)
    rbgp_kernel(const float* __restrict__ packed, const float* __restrict__ input,
                float* output, EpilogueArguments epilogue) {
  RowGroup<Config, Pattern>::run(packed, input, output, epilogue);
}

extern "C" __global__ void rbgp_pack(const float* __restrict__ values,
                                       float* __restrict__ packed) {
  RowGroup<Config, Pattern>::pack(values, packed);
}
