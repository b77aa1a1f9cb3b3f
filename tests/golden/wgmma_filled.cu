// O = W I, W 128 x 128 with pattern go=2x2,gr=8x1,gi=8x16@75,gb=1x4
// I 30 x 128, O 30 x 128 (layout nk), tf32; target sm_90a
// kernel wgmma block_groups=1 block_n=16 cluster_m=1 cluster_n=1 consumers=1 densify=1 resident_blocks=2 split_k=1 step_cols=32
// rbgp generator version 9

#include "wgmma.cuh"

__device__ const short kGiSources[] = {
    0, -1, -1, -1, -1, 1, -1, -1, -1, -1, 2, 3, -1, -1, -1, -1, -1, 0, 1, 2, 3, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, -1, -1, 1, -1, 2, -1, -1, -1, -1, -1, -1, -1, -1, 3,
    0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1, 2, 3, -1, -1, 0, 1, -1, -1, -1, -1,
    2, -1, -1, -1, -1, 3, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 1, 2, 3, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, 0, -1, 1, -1, -1, 2, -1, 3, -1, -1, -1, -1, -1, -1, 0, 1, 2,
    3, -1, -1, -1, -1, -1, -1, -1,
};

struct Config {
  static constexpr int kM = 128;
  static constexpr int kK = 128;
  static constexpr int kN = 30;
  static constexpr int kTf32 = 1;
  static constexpr int kTransposed = 1;
  static constexpr int kScale = 0;
  static constexpr int kResidual = 0;
  static constexpr int kBias = 0;
  static constexpr int kActivation = 0;
  static constexpr int kBlockN = 16;
  static constexpr int kBlockGroups = 1;
  static constexpr int kConsumers = 1;
  static constexpr int kStepCols = 32;
  static constexpr int kPartSlabs = 4;
  static constexpr int kClones = 1;
  static constexpr int kPaired = 0;
  static constexpr int kTerms = 1;
  static constexpr int kValueBoxRows = 8;
  static constexpr int kValueBoxCols = 256;
  static constexpr int kClusterM = 1;
  static constexpr int kClusterN = 1;
  static constexpr int kSplitK = 1;
  static constexpr int kStages = 8;
  static constexpr int kStoreRows = 16;
  static constexpr int kStoreBoxes = 1;
  static constexpr int kStoreBytes = 8192;
  static constexpr int kLateStores = 0;
  static constexpr int kBlocks = 4;
  static constexpr int kThreads = 256;
  static constexpr int kResidentBlocks = 2;
  static constexpr int kProducerRegisters = 40;
  static constexpr int kConsumerRegisters = 216;
  static constexpr int kSharedBytes = 90240;
  using Element = float;
  static __device__ __forceinline__ void multiply(float (&sums)[8], unsigned long long w,
                                                  unsigned long long i, bool add) {
    asm volatile(
        "{\n"
        ".reg .pred add;\n"
        "setp.ne.b32 add, %10, 0;\n"
        "wgmma.mma_async.sync.aligned.m64n16k8.f32.tf32.tf32 {"
        "%0, %1, %2, %3, %4, %5, %6, %7"
        "}, %8, %9, add, 1, 1;\n"
        "}"
        :
        "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3]), "+f"(sums[4]), "+f"(sums[5]), "+f"(sums[6]), "+f"(sums[7])
        : "l"(w), "l"(i), "r"(static_cast<int>(add)));
  }
};

struct Pattern {
  static constexpr int kGoLeft = 2;
  static constexpr int kGoDegree = 2;
  static constexpr int kGrLeft = 1;
  static constexpr int kGrRight = 1;
  static constexpr int kGiLeft = 1;
  static constexpr int kGiRight = 1;
  static constexpr int kGiDegree = 1;
  static constexpr int kGbLeft = 64;
  static constexpr int kGbRight = 64;
  static constexpr int kTileNnz = 16;
  static constexpr int kFilled = 1;
  static __device__ __forceinline__ int go_neighbour(int, int k) { return k; }
  static __device__ __forceinline__ int slab(int, int s) { return s; }
  static __device__ __forceinline__ int source(long long u, int column) {
    const int k = kGiSources[u / 1 % 8 * 16 + column / 4 % 16];
    return k < 0 ? -1 : (column / 64 * 4 + k) * 4 + column % 4;
  }
};

extern "C" __global__ void __launch_bounds__(Config::kThreads, Config::kResidentBlocks)
    rbgp_kernel(const float* __restrict__ packed, const float* __restrict__ input,
                float* output, EpilogueArguments epilogue,
                const __grid_constant__ TensorMap packed_map,
                const __grid_constant__ TensorMap input_map,
                const __grid_constant__ TensorMap output_map) {
  Wgmma<Config, Pattern>::run(packed_map, input_map, output_map, output, epilogue);
}

extern "C" __global__ void rbgp_pack(const float* __restrict__ values,
                                       float* __restrict__ packed) {
  Wgmma<Config, Pattern>::pack(values, packed);
}
