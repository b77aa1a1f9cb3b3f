// O = W I + beta R, W 16 x 16 with pattern go=2x2,gr=2x1,gi=4x4@50,gb=1x2
// I 16 x 12, O 16 x 12 (layout kn), bf16; target sm_90a
// kernel simt_rbgp4mm block_groups=2 block_n=8 repeat_n=1 tile_rows=0 unroll=2 vector_n=4
// rbgp generator version 9

#include "simt_rbgp4mm.cuh"

__device__ const unsigned char kGiAdjacency[] = {
    0, 3, 1, 3, 0, 2, 1, 2,
};

struct Config {
  static constexpr int kM = 16;
  static constexpr int kK = 16;
  static constexpr int kN = 12;
  static constexpr int kTf32 = 0;
  static constexpr int kTransposed = 0;
  static constexpr int kScale = 0;
  static constexpr int kResidual = 1;
  static constexpr int kBias = 0;
  static constexpr int kActivation = 0;
  static constexpr int kBlockN = 8;
  static constexpr int kVectorN = 4;
  static constexpr int kRepeatN = 1;
  static constexpr int kBlockGroups = 2;
  static constexpr int kUnroll = 2;
  static constexpr int kInputVector = 4;
  static constexpr int kStageInput = 1;
  static constexpr int kSlices = 1;
  static constexpr int kThreads = 4;
  static constexpr int kSharedBytes = 352;
  using Element = Bf16;
};

struct Pattern {
  static constexpr int kGoLeft = 2;
  static constexpr int kGoDegree = 2;
  static constexpr int kGrLeft = 2;
  static constexpr int kGrRight = 1;
  static constexpr int kGiLeft = 4;
  static constexpr int kGiRight = 4;
  static constexpr int kGiDegree = 2;
  static constexpr int kGbLeft = 1;
  static constexpr int kGbRight = 2;
  static __device__ __forceinline__ int go_neighbour(int, int k) { return k; }
  static __device__ __forceinline__ int gi_neighbour(int u, int k) { return kGiAdjacency[u * 2 + k]; }
};

extern "C" __global__ void __launch_bounds__(Config::kThreads)
    rbgp_kernel(const Bf16* __restrict__ packed, const Bf16* __restrict__ input,
                Bf16* output, EpilogueArguments epilogue) {
  Rbgp4mm<Config, Pattern>::run(packed, input, output, epilogue);
}

extern "C" __global__ void rbgp_pack(const float* __restrict__ values,
                                       Bf16* __restrict__ packed) {
  Rbgp4mm<Config, Pattern>::pack(values, packed);
}
