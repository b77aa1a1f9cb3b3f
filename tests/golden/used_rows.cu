// O = W I, W 64 x 64 with pattern go=2x4,gr=1x2,gi=8x8@75,gb=4x1
// I 64 x 40, O 64 x 40 (layout kn), f32; target sm_90a
// kernel simt_row_group block_groups=4 persistent=1 repeat_n=1 resident_blocks=1 stages=2 tile_rows=2 unroll=2 used_rows=1 warps_n=1
// rbgp generator version 9

#include "simt_row_group.cuh"

__device__ const short kGiMembers[] = {
    3, 6, 1, 7, 0, 5, 4, 2,
};
__device__ const short kGiColumns[] = {
    0, 4, 6, 4, 5, 7, 1, 3, 6, 1, 2, 7,
};
__device__ const short kGiPlaces[] = {
    0, 2, 0, 1, 0, 1, 1, 2, 1, 2, 0, 1, 0, 1, 1, 2,
};

struct Config {
  static constexpr int kM = 64;
  static constexpr int kK = 64;
  static constexpr int kN = 40;
  static constexpr int kTf32 = 0;
  static constexpr int kTransposed = 0;
  static constexpr int kScale = 0;
  static constexpr int kResidual = 0;
  static constexpr int kBias = 0;
  static constexpr int kActivation = 0;
  static constexpr int kBlockN = 128;
  static constexpr int kRepeatN = 1;
  static constexpr int kWarpsN = 1;
  static constexpr int kBlockGroups = 4;
  static constexpr int kStages = 2;
  static constexpr int kUnroll = 2;
  static constexpr int kInputVector = 4;
  static constexpr int kBlocks = 8;
  static constexpr int kThreads = 128;
  static constexpr int kResidentBlocks = 1;
  static constexpr int kUsedRows = 1;
  static constexpr int kSharedBytes = 8576;
  using Element = float;
};

struct Pattern {
  static constexpr int kGoLeft = 2;
  static constexpr int kGoDegree = 4;
  static constexpr int kGrLeft = 1;
  static constexpr int kGrRight = 2;
  static constexpr int kGiLeft = 16;
  static constexpr int kGiRight = 8;
  static constexpr int kGiDegree = 2;
  static constexpr int kGbLeft = 2;
  static constexpr int kGbRight = 1;
  static constexpr int kGiComplete = 0;
  static constexpr int kUnion = 3;
  static constexpr int kLists = 4;
  static __device__ __forceinline__ int go_neighbour(int, int k) { return k; }
  static __device__ __forceinline__ int gi_member(int group) { return kGiMembers[group / 2] * 2 + group % 2; }
  static __device__ __forceinline__ int gi_column(int list, int k) { return kGiColumns[list * 3 + k]; }
  static __device__ __forceinline__ int gi_place(int group, int k) { return kGiPlaces[group / 2 * 2 + k]; }
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
