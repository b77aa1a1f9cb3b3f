// O = W I, W 128 x 64 with pattern go=4x8@50,gr=4x1,gi=8x8@50,gb=1x1
// I 64 x 256, O 128 x 256 (layout kn), f32; target sm_90a
// kernel simt_rbgp4mm block_groups=0 block_n=64 repeat_n=1 tile_rows=0 unroll=4 vector_n=4
// rbgp generator version 9

#include "simt_rbgp4mm.cuh"

__device__ const unsigned char kGoAdjacency[] = {
    2, 4, 5, 7, 1, 3, 4, 6, 0, 1, 3, 6, 0, 2, 5, 7,
};
__device__ const unsigned char kGiAdjacency[] = {
    0, 2, 3, 5, 1, 2, 3, 4, 0, 3, 5, 6, 0, 1, 2, 3, 1, 4, 6, 7, 0, 5, 6, 7,
    1, 2, 4, 7, 4, 5, 6, 7,
};

struct Config {
  static constexpr int kM = 128;
  static constexpr int kK = 64;
  static constexpr int kN = 256;
  static constexpr int kTf32 = 0;
  static constexpr int kTransposed = 0;
  static constexpr int kScale = 0;
  static constexpr int kResidual = 0;
  static constexpr int kBias = 0;
  static constexpr int kActivation = 0;
  static constexpr int kBlockN = 64;
  static constexpr int kVectorN = 4;
  static constexpr int kRepeatN = 1;
  static constexpr int kBlockGroups = 8;
  static constexpr int kUnroll = 4;
  static constexpr int kInputVector = 4;
  static constexpr int kStageInput = 1;
  static constexpr int kSlices = 1;
  static constexpr int kThreads = 128;
  static constexpr int kSharedBytes = 2816;
  using Element = float;
};

struct Pattern {
  static constexpr int kGoLeft = 4;
  static constexpr int kGoDegree = 4;
  static constexpr int kGrLeft = 4;
  static constexpr int kGrRight = 1;
  static constexpr int kGiLeft = 8;
  static constexpr int kGiRight = 8;
  static constexpr int kGiDegree = 4;
  static constexpr int kGbLeft = 1;
  static constexpr int kGbRight = 1;
  static __device__ __forceinline__ int go_neighbour(int u, int k) { return kGoAdjacency[u * 4 + k]; }
  static __device__ __forceinline__ int gi_neighbour(int u, int k) { return kGiAdjacency[u * 4 + k]; }
};

extern "C" __global__ void __launch_bounds__(Config::kThreads)
    rbgp_kernel(const float* __restrict__ packed, const float* __restrict__ input,
                float* output, EpilogueArguments epilogue) {
  Rbgp4mm<Config, Pattern>::run(packed, input, output, epilogue);
}

extern "C" __global__ void rbgp_pack(const float* __restrict__ values,
                                       float* __restrict__ packed) {
  Rbgp4mm<Config, Pattern>::pack(values, packed);
}
