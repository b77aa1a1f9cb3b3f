// O = W I, W 70 x 260 with pattern go=3x5,gr=2x3,gi=6x9@66.6666667,gb=2x2
// I 260 x 33, O 70 x 33 (layout kn), f32; target sm_90a
// kernel simt_rbgp4mm block_groups=3 block_n=32 repeat_n=2 tile_rows=2 unroll=2 vector_n=1
// rbgp generator version 9

#include "simt_rbgp4mm.cuh"

__device__ const unsigned char kGiAdjacency[] = {
    0, 5, 8, 5, 6, 7, 2, 3, 4, 1, 2, 3, 1, 4, 6, 0, 7, 8,
};

struct Config {
  static constexpr int kM = 70;
  static constexpr int kK = 260;
  static constexpr int kN = 33;
  static constexpr int kTf32 = 0;
  static constexpr int kTransposed = 0;
  static constexpr int kScale = 0;
  static constexpr int kResidual = 0;
  static constexpr int kBias = 0;
  static constexpr int kActivation = 0;
  static constexpr int kBlockN = 32;
  static constexpr int kVectorN = 1;
  static constexpr int kRepeatN = 2;
  static constexpr int kBlockGroups = 3;
  static constexpr int kUnroll = 2;
  static constexpr int kInputVector = 1;
  static constexpr int kStageInput = 1;
  static constexpr int kSlices = 3;
  static constexpr int kThreads = 48;
  static constexpr int kSharedBytes = 7404;
  using Element = float;
};

struct Pattern {
  static constexpr int kGoLeft = 6;
  static constexpr int kGoDegree = 5;
  static constexpr int kGrLeft = 1;
  static constexpr int kGrRight = 3;
  static constexpr int kGiLeft = 6;
  static constexpr int kGiRight = 9;
  static constexpr int kGiDegree = 3;
  static constexpr int kGbLeft = 2;
  static constexpr int kGbRight = 2;
  static __device__ __forceinline__ int go_neighbour(int, int k) { return k; }
  static __device__ __forceinline__ int gi_neighbour(int u, int k) { return kGiAdjacency[u * 3 + k]; }
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
