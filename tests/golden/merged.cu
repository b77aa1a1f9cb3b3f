// O = W I, W 128 x 128 with pattern go=4x4@50,gr=2x1,gi=8x16@75,gb=2x2
// I 128 x 64, O 128 x 64 (layout kn), f32; target sm_90a
// kernel simt_tma block_groups=2 lane_rows=2 merge=2 resident_blocks=1 split_k=1 step_tiles=2 thread_cols=4 thread_rows=4 unroll=4 warps_n=1
// rbgp generator version 9

#include "simt_tma.cuh"

__device__ const unsigned char kGoAdjacency[] = {
    1, 3, 0, 1, 2, 3, 0, 2,
};
__device__ const short kGiColumns[] = {
    0, 1, 5, 9, 10, 11, 12, 0, 1, 2, 3, 4, 6, 15, 0, 2, 3, 8, 13, 14, 15, 5, 6, 7,
    8, 9, 12, 14,
};
__device__ const short kGiMembers[] = {
    0, 5, 1, 2, 3, 4, 6, 7,
};
__device__ const short kGiSources[] = {
    0, -1, 1, -1, 2, 3, -1, -1, -1, -1, 0, 1, 2, 3, -1, 0, 1, 2, 3, -1, -1, -1, 0, -1,
    -1, 1, 2, 3, 0, -1, -1, -1, 1, 2, 3, -1, 0, 1, 2, 3, -1, -1, -1, -1, 0, -1, 1, 2,
    3, 0, 1, 2, 3, -1, -1, -1,
};

struct Config {
  static constexpr int kM = 128;
  static constexpr int kK = 128;
  static constexpr int kN = 64;
  static constexpr int kTf32 = 0;
  static constexpr int kTransposed = 0;
  static constexpr int kScale = 0;
  static constexpr int kResidual = 0;
  static constexpr int kBias = 0;
  static constexpr int kActivation = 0;
  static constexpr int kBlockN = 64;
  static constexpr int kBoxCols = 64;
  static constexpr int kThreadRows = 4;
  static constexpr int kThreadCols = 4;
  static constexpr int kLaneRows = 2;
  static constexpr int kMerge = 2;
  static constexpr int kMaxUnion = 8;
  static constexpr int kValueBoxRows = 1;
  static constexpr int kValueBoxCols = 64;
  static constexpr int kBlockGroups = 2;
  static constexpr int kWarpsN = 1;
  static constexpr int kStepTiles = 2;
  static constexpr int kBodyRuns = 2;
  static constexpr int kStages = 6;
  static constexpr int kBlocks = 8;
  static constexpr int kThreads = 64;
  static constexpr int kResidentBlocks = 1;
  static constexpr int kSplitK = 1;
  static constexpr int kSharedBytes = 110944;
  using Element = float;
};

struct Pattern {
  static constexpr int kGoLeft = 4;
  static constexpr int kGoDegree = 2;
  static constexpr int kGrLeft = 2;
  static constexpr int kGrRight = 1;
  static constexpr int kGiLeft = 8;
  static constexpr int kGiRight = 16;
  static constexpr int kGiDegree = 4;
  static constexpr int kGbLeft = 2;
  static constexpr int kGbRight = 2;
  static constexpr int kUnion = 7;
  static constexpr int kListed = 1;
  static __device__ __forceinline__ int go_neighbour(int u, int k) { return kGoAdjacency[u * 2 + k]; }
  static __device__ __forceinline__ int gi_column(int group, int k) { return kGiColumns[group * 7 + k]; }
  static __device__ __forceinline__ int gi_member(int group, int m) { return kGiMembers[group * 2 + m]; }
  static __device__ __forceinline__ int gi_source(int group, int m, int k) { return kGiSources[(group * 2 + m) * 7 + k]; }
};

extern "C" __global__ void __launch_bounds__(Config::kThreads, Config::kResidentBlocks)
    rbgp_kernel(const float* __restrict__ packed, const float* __restrict__ input,
                float* output, EpilogueArguments epilogue,
                const __grid_constant__ TensorMap packed_map,
                const __grid_constant__ TensorMap input_map) {
  SimtTma<Config, Pattern>::run(packed_map, input_map, output, epilogue);
}

extern "C" __global__ void rbgp_pack(const float* __restrict__ values,
                                       float* __restrict__ packed) {
  SimtTma<Config, Pattern>::pack(values, packed);
}
