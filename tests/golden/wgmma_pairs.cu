// O = W I, W 256 x 256 with pattern go=4x4@50,gr=8x1,gi=8x16@50,gb=1x4
// I 256 x 64, O 256 x 64 (layout kn), f16; target sm_90a
// kernel wgmma block_groups=1 block_n=64 cluster_m=1 cluster_n=1 consumers=1 densify=2 resident_blocks=1 split_k=1 step_cols=32
// rbgp generator version 9

#include "wgmma.cuh"

__device__ const unsigned char kGoAdjacency[] = {
    1, 3, 0, 1, 2, 3, 0, 2,
};
__device__ const short kGiSources[] = {
    0, 6, 1, 2, 7, 3, 4, 5, 0, 6, 7, 1, 2, 3, 4, 5, 0, 1, 2, 4, 3, 5, 6, 7,
    0, 4, 5, 1, 2, 6, 7, 3, 2, 0, 3, 4, 1, 5, 6, 7, 2, 0, 1, 3, 4, 5, 6, 7,
    4, 5, 6, 0, 7, 1, 2, 3, 4, 0, 1, 5, 6, 2, 3, 7,
};
__device__ const unsigned short kGiSelected[] = {
    56712, 34952, 35037, 34952, 56712, 35037, 34952, 34952, 34952, 56712, 56712, 56797, 56712, 35037, 56712, 35037, 35037, 56797, 56712, 56797, 35037, 56712, 56797, 56797,
    56797, 35037, 35037, 34952, 35037, 56712, 35037, 56712,
};

struct Config {
  static constexpr int kM = 256;
  static constexpr int kK = 256;
  static constexpr int kN = 64;
  static constexpr int kTf32 = 0;
  static constexpr int kTransposed = 0;
  static constexpr int kScale = 0;
  static constexpr int kResidual = 0;
  static constexpr int kBias = 0;
  static constexpr int kActivation = 0;
  static constexpr int kBlockN = 64;
  static constexpr int kBlockGroups = 1;
  static constexpr int kConsumers = 1;
  static constexpr int kStepCols = 32;
  static constexpr int kPartSlabs = 1;
  static constexpr int kClones = 2;
  static constexpr int kPaired = 1;
  static constexpr int kTerms = 1;
  static constexpr int kValueBoxRows = 4;
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
  static constexpr int kResidentBlocks = 1;
  static constexpr int kProducerRegisters = 40;
  static constexpr int kConsumerRegisters = 240;
  static constexpr int kSharedBytes = 57472;
  using Element = F16;
#if defined(__CUDACC_VER_MAJOR__) && __CUDACC_VER_MAJOR__ * 100 + __CUDACC_VER_MINOR__ < 1202
#error paired columns (densify=2) need NVRTC or nvcc 12.2
#endif
  static __device__ __forceinline__ void multiply(float (&sums)[32], unsigned long long w,
                                                  unsigned long long i, unsigned selected,
                                                  bool add) {
    asm volatile(
        "{\n"
        ".reg .pred add;\n"
        "setp.ne.b32 add, %34, 0;\n"
        "wgmma.mma_async.sp.sync.aligned.m64n64k32.f32.f16.f16 {"
        "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11,"
        "%12, %13, %14, %15, %16, %17, %18, %19, %20, %21, %22, %23,"
        "%24, %25, %26, %27, %28, %29, %30, %31"
        "}, %32, %33, %35, 0, add, 1, 1, 0, 1;\n"
        "}"
        :
        "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3]), "+f"(sums[4]), "+f"(sums[5]), "+f"(sums[6]), "+f"(sums[7]), "+f"(sums[8]), "+f"(sums[9]), "+f"(sums[10]), "+f"(sums[11]),
        "+f"(sums[12]), "+f"(sums[13]), "+f"(sums[14]), "+f"(sums[15]), "+f"(sums[16]), "+f"(sums[17]), "+f"(sums[18]), "+f"(sums[19]), "+f"(sums[20]), "+f"(sums[21]), "+f"(sums[22]), "+f"(sums[23]),
        "+f"(sums[24]), "+f"(sums[25]), "+f"(sums[26]), "+f"(sums[27]), "+f"(sums[28]), "+f"(sums[29]), "+f"(sums[30]), "+f"(sums[31])
        : "l"(w), "l"(i), "r"(static_cast<int>(add)), "r"(selected));
  }
};

struct Pattern {
  static constexpr int kGoLeft = 4;
  static constexpr int kGoDegree = 2;
  static constexpr int kGrLeft = 1;
  static constexpr int kGrRight = 1;
  static constexpr int kGiLeft = 1;
  static constexpr int kGiRight = 1;
  static constexpr int kGiDegree = 1;
  static constexpr int kGbLeft = 64;
  static constexpr int kGbRight = 64;
  static constexpr int kTileNnz = 32;
  static constexpr int kFilled = 1;
  static __device__ __forceinline__ int go_neighbour(int u, int k) { return kGoAdjacency[u * 2 + k]; }
  static __device__ __forceinline__ int slab(int, int s) { return s; }
  static __device__ __forceinline__ int source(long long u, int column) {
    const int k = kGiSources[u / 1 % 8 * 8 + column / 4 % 8];
    return k < 0 ? -1 : (column / 32 * 8 + k) * 4 + column % 4;
  }
  static __device__ __forceinline__ int selected(long long u, int word) { return kGiSelected[u / 1 % 8 * 4 + word]; }
};

extern "C" __global__ void __launch_bounds__(Config::kThreads, Config::kResidentBlocks)
    rbgp_kernel(const F16* __restrict__ packed, const F16* __restrict__ input,
                F16* output, EpilogueArguments epilogue,
                const __grid_constant__ TensorMap packed_map,
                const __grid_constant__ TensorMap input_map,
                const __grid_constant__ TensorMap output_map) {
  Wgmma<Config, Pattern>::run(packed_map, input_map, output_map, output, epilogue);
}

extern "C" __global__ void rbgp_pack(const float* __restrict__ values,
                                       F16* __restrict__ packed) {
  Wgmma<Config, Pattern>::pack(values, packed);
}
