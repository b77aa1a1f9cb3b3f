// O = gelu(alpha W I + beta R + bias), W 30 x 64 with pattern go=4x8@50,gr=2x1,gi=4x8@50,gb=2x1
// I 7 x 64, O 7 x 30 (layout nk), f32; target sm_90a
// kernel simt_gather block_groups=2 block_n=0 chunks=2 lanes_n=2 split_k=2 tile_rows=0 values_ahead=4
// rbgp generator version 9

#include "simt_gather.cuh"

__device__ const unsigned char kGoAdjacency[] = {
    2, 4, 5, 7, 1, 3, 4, 6, 0, 1, 3, 6, 0, 2, 5, 7,
};
__device__ const unsigned char kGiAdjacency[] = {
    0, 2, 3, 5, 1, 2, 3, 4, 1, 4, 6, 7, 0, 5, 6, 7,
};
__device__ const short kGiOrder[] = {
    0, 3, 1, 2, 3, 0, 1, 2, 1, 0, 2, 3, 0, 1, 2, 3,
};

struct Config {
  static constexpr int kM = 30;
  static constexpr int kK = 64;
  static constexpr int kN = 7;
  static constexpr int kTf32 = 0;
  static constexpr int kTransposed = 1;
  static constexpr int kScale = 1;
  static constexpr int kResidual = 1;
  static constexpr int kBias = 1;
  static constexpr int kActivation = 2;
  static constexpr int kBlockN = 7;
  static constexpr int kLanesN = 2;
  static constexpr int kBlockGroups = 2;
  static constexpr int kSplitK = 2;
  static constexpr int kStageTiles = 2;
  static constexpr int kTurns = 1;
  static constexpr int kAhead = 1;
  static constexpr int kTilePad = 12;
  static constexpr int kCopyRun = 4;
  static constexpr int kWholeTiles = 0;
  static constexpr int kOverlapsLaunches = 1;
  static constexpr int kThreads = 128;
  static constexpr int kSharedBytes = 5136;
  using Element = float;
};

struct Pattern {
  static constexpr int kGoLeft = 4;
  static constexpr int kGoDegree = 4;
  static constexpr int kGrLeft = 2;
  static constexpr int kGrRight = 1;
  static constexpr int kGiLeft = 4;
  static constexpr int kGiRight = 8;
  static constexpr int kGiDegree = 4;
  static constexpr int kGbLeft = 2;
  static constexpr int kGbRight = 1;
  static constexpr int kGiComplete = 0;
  static __device__ __forceinline__ int go_neighbour(int u, int k) { return kGoAdjacency[u * 4 + k]; }
  static __device__ __forceinline__ int gi_neighbour(int u, int k) { return kGiAdjacency[u * 4 + k]; }
  static __device__ __forceinline__ int gi_order(int u, int k) { return kGiOrder[u / 1 * 4 + k]; }
};

extern "C" __global__ void __launch_bounds__(Config::kThreads)
    rbgp_kernel(const float* __restrict__ packed, const float* __restrict__ input,
                float* output, EpilogueArguments epilogue) {
  SimtGather<Config, Pattern>::run(packed, input, output, epilogue);
}

extern "C" __global__ void rbgp_pack(const float* __restrict__ values,
                                       float* __restrict__ packed) {
  SimtGather<Config, Pattern>::pack(values, packed);
}
