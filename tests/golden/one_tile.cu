// O = W I, W 8 x 4 with pattern go=1x1,gr=2x1,gi=4x4,gb=1x1
// I 4 x 2, O 8 x 2 (layout kn), f32; target sm_90a
// kernel simt_rbgp4mm block_groups=2 block_n=8 repeat_n=1 tile_rows=1 unroll=1 vector_n=2
// rbgp generator version 9

#include "simt_rbgp4mm.cuh"


struct Config {
  static constexpr int kM = 8;
  static constexpr int kK = 4;
  static constexpr int kN = 2;
  static constexpr int kTf32 = 0;
  static constexpr int kTransposed = 0;
  static constexpr int kScale = 0;
  static constexpr int kResidual = 0;
  static constexpr int kBias = 0;
  static constexpr int kActivation = 0;
  static constexpr int kBlockN = 8;
  static constexpr int kVectorN = 2;
  static constexpr int kRepeatN = 1;
  static constexpr int kBlockGroups = 2;
  static constexpr int kUnroll = 1;
  static constexpr int kInputVector = 2;
  static constexpr int kStageInput = 1;
  static constexpr int kSlices = 1;
  static constexpr int kThreads = 8;
  static constexpr int kSharedBytes = 200;
  using Element = float;
};

struct Pattern {
  static constexpr int kGoLeft = 2;
  static constexpr int kGoDegree = 1;
  static constexpr int kGrLeft = 1;
  static constexpr int kGrRight = 1;
  static constexpr int kGiLeft = 4;
  static constexpr int kGiRight = 4;
  static constexpr int kGiDegree = 4;
  static constexpr int kGbLeft = 1;
  static constexpr int kGbRight = 1;
  static __device__ __forceinline__ int go_neighbour(int, int k) { return k; }
  static __device__ __forceinline__ int gi_neighbour(int, int k) { return k; }
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
