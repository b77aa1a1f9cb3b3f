// O = W I + bias, W 1000 x 250 with pattern go=4x4@50,gr=4x1,gi=4x4@50,gb=16x16
// I 250 x 200, O 1000 x 200 (layout kn), bf16; target sm_90a
// kernel wgmma block_groups=2 block_n=64 cluster_m=1 cluster_n=2 consumers=2 densify=0 resident_blocks=1 split_k=1 step_cols=128
// rbgp generator version 9

#include "wgmma.cuh"

__device__ const unsigned char kGoAdjacency[] = {
    1, 3, 0, 1, 2, 3, 0, 2,
};
__device__ const short kGiSlabs[] = {
    0, 3, 1, 3, 0, 2, 1, 2,
};

struct Config {
  static constexpr int kM = 1000;
  static constexpr int kK = 250;
  static constexpr int kN = 200;
  static constexpr int kTf32 = 0;
  static constexpr int kTransposed = 0;
  static constexpr int kScale = 0;
  static constexpr int kResidual = 0;
  static constexpr int kBias = 1;
  static constexpr int kActivation = 0;
  static constexpr int kBlockN = 64;
  static constexpr int kBlockGroups = 2;
  static constexpr int kConsumers = 2;
  static constexpr int kStepCols = 128;
  static constexpr int kPartSlabs = 2;
  static constexpr int kClones = 1;
  static constexpr int kPaired = 0;
  static constexpr int kTerms = 1;
  static constexpr int kValueBoxRows = 16;
  static constexpr int kValueBoxCols = 256;
  static constexpr int kClusterM = 1;
  static constexpr int kClusterN = 2;
  static constexpr int kSplitK = 1;
  static constexpr int kStages = 6;
  static constexpr int kStoreRows = 16;
  static constexpr int kStoreBoxes = 1;
  static constexpr int kStoreBytes = 16384;
  static constexpr int kLateStores = 0;
  static constexpr int kBlocks = 32;
  static constexpr int kThreads = 384;
  static constexpr int kResidentBlocks = 1;
  static constexpr int kProducerRegisters = 40;
  static constexpr int kConsumerRegisters = 232;
  static constexpr int kSharedBytes = 213088;
  using Element = Bf16;
  static __device__ __forceinline__ void multiply(float (&sums)[32], unsigned long long w,
                                                  unsigned long long i, bool add) {
    asm volatile(
        "{\n"
        ".reg .pred add;\n"
        "setp.ne.b32 add, %34, 0;\n"
        "wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16 {"
        "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11,"
        "%12, %13, %14, %15, %16, %17, %18, %19, %20, %21, %22, %23,"
        "%24, %25, %26, %27, %28, %29, %30, %31"
        "}, %32, %33, add, 1, 1, 0, 1;\n"
        "}"
        :
        "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3]), "+f"(sums[4]), "+f"(sums[5]), "+f"(sums[6]), "+f"(sums[7]), "+f"(sums[8]), "+f"(sums[9]), "+f"(sums[10]), "+f"(sums[11]),
        "+f"(sums[12]), "+f"(sums[13]), "+f"(sums[14]), "+f"(sums[15]), "+f"(sums[16]), "+f"(sums[17]), "+f"(sums[18]), "+f"(sums[19]), "+f"(sums[20]), "+f"(sums[21]), "+f"(sums[22]), "+f"(sums[23]),
        "+f"(sums[24]), "+f"(sums[25]), "+f"(sums[26]), "+f"(sums[27]), "+f"(sums[28]), "+f"(sums[29]), "+f"(sums[30]), "+f"(sums[31])
        : "l"(w), "l"(i), "r"(static_cast<int>(add)));
  }
};

struct Pattern {
  static constexpr int kGoLeft = 4;
  static constexpr int kGoDegree = 2;
  static constexpr int kGrLeft = 4;
  static constexpr int kGrRight = 1;
  static constexpr int kGiLeft = 4;
  static constexpr int kGiRight = 4;
  static constexpr int kGiDegree = 2;
  static constexpr int kGbLeft = 16;
  static constexpr int kGbRight = 16;
  static constexpr int kTileNnz = 32;
  static constexpr int kFilled = 0;
  static __device__ __forceinline__ int go_neighbour(int u, int k) { return kGoAdjacency[u * 2 + k]; }
  static __device__ __forceinline__ int slab(int group, int s) { return kGiSlabs[group / 1 * 2 + s]; }
};

extern "C" __global__ void __launch_bounds__(Config::kThreads, Config::kResidentBlocks) __cluster_dims__(2, 1, 1)
    rbgp_kernel(const Bf16* __restrict__ packed, const Bf16* __restrict__ input,
                Bf16* output, EpilogueArguments epilogue,
                const __grid_constant__ TensorMap packed_map,
                const __grid_constant__ TensorMap input_map,
                const __grid_constant__ TensorMap output_map) {
  Wgmma<Config, Pattern>::run(packed_map, input_map, output_map, output, epilogue);
}

extern "C" __global__ void rbgp_pack(const float* __restrict__ values,
                                       Bf16* __restrict__ packed) {
  Wgmma<Config, Pattern>::pack(values, packed);
}
