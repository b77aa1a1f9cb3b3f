// O = W I, W 8 x 4 with pattern go=1x1,gr=2x1,gi=4x4,gb=1x1
// I 4 x 2, f32; target sm_90a
// kernel simt_rbgp4mm block_groups=2 block_n=8 repeat_n=1 tile_rows=1 unroll=1 vector_n=2
// rbgp generator version 1

// O = W I for an RBGP4-sparse W: Algorithm 1 (RBGP4MM) of the paper, section 8.2, on CUDA cores, f32.
//
// Grid    one thread block for kBlockN columns of O and kBlockGroups row groups of a tile of W: the
//         row groups are Gi vertices, so a thread block covers |Gr.U|*kBlockGroups*|Gb.U| rows.
//         Blocks that follow each other share their columns of I, which then come from L2.
// Block   kBlockGroups x kBlockN/(kRepeatN*kVectorN) threads; a thread owns one row group and
//         kRepeatN strided runs of kVectorN columns (RM x BM x RN x BN in the paper).
// Shared  the step's rows of I, kStepRows x kBlockN, then the step's values of W, one row of
//         kValueStride words for each row, then the adjacency of the block's Gi vertices. Lanes of a
//         warp read neighbouring columns of I, or the same word; kValueStride is odd, so lanes in
//         different row groups read values from different banks.
// Bounds  any N (columns past kN load zero and store nothing); rows past kM and columns of W past kK
//         (a padded problem) do the same. Vector accesses need kN to be a multiple of their width and
//         16-byte aligned pointers.
// Registers  |Gr.U|*|Gb.U|*kRepeatN*kVectorN accumulators and one row of I. The sizes in Pattern are
//         those after row groups were split to what one thread takes (see RowSplit in the generator).

__device__ __forceinline__ void load(float (&to)[1], const float* from) { to[0] = *from; }

__device__ __forceinline__ void load(float (&to)[2], const float* from) {
  const float2 vector = *reinterpret_cast<const float2*>(from);
  to[0] = vector.x, to[1] = vector.y;
}

__device__ __forceinline__ void load(float (&to)[4], const float* from) {
  const float4 vector = *reinterpret_cast<const float4*>(from);
  to[0] = vector.x, to[1] = vector.y, to[2] = vector.z, to[3] = vector.w;
}

__device__ __forceinline__ void store(float* to, const float (&from)[1]) { *to = from[0]; }

__device__ __forceinline__ void store(float* to, const float (&from)[2]) {
  *reinterpret_cast<float2*>(to) = make_float2(from[0], from[1]);
}

__device__ __forceinline__ void store(float* to, const float (&from)[4]) {
  *reinterpret_cast<float4*>(to) = make_float4(from[0], from[1], from[2], from[3]);
}

template <int kWidth>
__device__ __forceinline__ void clear(float (&to)[kWidth]) {
#pragma unroll
  for (int i = 0; i < kWidth; ++i) to[i] = 0.0f;
}

template <typename Config, typename Pattern>
struct Rbgp4mm {
  static constexpr int kWidth = Config::kVectorN;
  static constexpr int kGroupRows = Pattern::kGrLeft * Pattern::kGbLeft;  // rows of a row group
  static constexpr int kBlockRows = kGroupRows * Config::kBlockGroups;
  static constexpr int kThreadsN = Config::kBlockN / (Config::kRepeatN * kWidth);
  static constexpr int kTileRows = Pattern::kGrLeft * Pattern::kGiLeft * Pattern::kGbLeft;
  static constexpr int kTileCols = Pattern::kGrRight * Pattern::kGiRight * Pattern::kGbRight;
  static constexpr int kTileRowNnz = Pattern::kGrRight * Pattern::kGiDegree * Pattern::kGbRight;
  static constexpr int kRowNnz = Pattern::kGoDegree * kTileRowNnz;

  // A step covers kSlices of the |Gr.V| slices of a tile's columns.
  static constexpr int kSteps = Pattern::kGrRight / Config::kSlices;
  static constexpr int kStepRows = Config::kSlices * Pattern::kGiRight * Pattern::kGbRight;
  static constexpr int kStepNnz = Config::kSlices * Pattern::kGiDegree * Pattern::kGbRight;
  static constexpr int kValueStride = kStepNnz | 1;
  static constexpr int kGroupBlocks = Pattern::kGiLeft / Config::kBlockGroups;
  static constexpr int kBlocksM = Pattern::kGoLeft * kGroupBlocks;

  static constexpr int kInputWords = Config::kStageInput ? kStepRows * Config::kBlockN : 0;
  static constexpr int kValueWords = kBlockRows * kValueStride;
  static constexpr int kNeighbourWords = Config::kBlockGroups * Pattern::kGiDegree;

  static_assert(Config::kThreads == Config::kBlockGroups * kThreadsN, "threads of a block");
  static_assert(Config::kSharedBytes == 4 * (kInputWords + kValueWords + kNeighbourWords),
                "shared memory of a block");
  static_assert(kSteps * Config::kSlices == Pattern::kGrRight, "slices divide a tile");
  static_assert(Config::kN % kWidth == 0, "vectors do not straddle rows");

  // Row of W, within the whole matrix, of row `row` of this thread block.
  static __device__ __forceinline__ long long global_row(int uo, int first_group, int row) {
    const int ub = row % Pattern::kGbLeft;
    const int group = row / Pattern::kGbLeft % Config::kBlockGroups;
    const int ur = row / (Pattern::kGbLeft * Config::kBlockGroups);
    return static_cast<long long>(uo) * kTileRows +
           (ur * Pattern::kGiLeft + first_group + group) * Pattern::kGbLeft + ub;
  }

  // LBFM(A_s.data, ...): this step's values of the block's rows.
  static __device__ __forceinline__ void load_values(float* shared, const float* values, int uo,
                                                     int first_group, int first_value) {
    for (int i = threadIdx.x; i < kBlockRows * kStepNnz; i += Config::kThreads) {
      const int row = i / kStepNnz;
      const int j = i % kStepNnz;
      const long long u = global_row(uo, first_group, row);
      shared[row * kValueStride + j] =
          u < Config::kM ? values[u * kRowNnz + first_value + j] : 0.0f;
    }
  }

  // LBFM(B, ...): this step's rows of I.
  static __device__ __forceinline__ void load_input(float* shared, const float* input,
                                                    long long first_row, int first_col) {
    constexpr int kRun = Config::kInputVector;
    constexpr int kRuns = Config::kBlockN / kRun;
    for (int i = threadIdx.x; i < kStepRows * kRuns; i += Config::kThreads) {
      const int row = i / kRuns;
      const int col = i % kRuns * kRun;
      float run[kRun];
      if (first_row + row < Config::kK && first_col + col < Config::kN)
        load(run, input + (first_row + row) * Config::kN + first_col + col);
      else
        clear(run);
      store(shared + row * Config::kBlockN + col, run);
    }
  }

  static __device__ __forceinline__ void run(const float* __restrict__ values,
                                             const float* __restrict__ input,
                                             float* __restrict__ output) {
    extern __shared__ float4 shared_vectors[];
    float* const shared_input = reinterpret_cast<float*>(shared_vectors);
    float* const shared_values = shared_input + kInputWords;
    int* const neighbours = reinterpret_cast<int*>(shared_values + kValueWords);

    const int block_m = blockIdx.x % kBlocksM;
    const int first_col = blockIdx.x / kBlocksM * Config::kBlockN;
    const int uo = block_m / kGroupBlocks;
    const int first_group = block_m % kGroupBlocks * Config::kBlockGroups;
    const int thn = threadIdx.x % kThreadsN;
    const int thm = threadIdx.x / kThreadsN;

    for (int i = threadIdx.x; i < kNeighbourWords; i += Config::kThreads)
      neighbours[i] = Pattern::gi_neighbour(first_group + i / Pattern::kGiDegree,
                                            i % Pattern::kGiDegree);

    float sum[kGroupRows][Config::kRepeatN][kWidth];
#pragma unroll
    for (int r = 0; r < kGroupRows; ++r)
#pragma unroll
      for (int rn = 0; rn < Config::kRepeatN; ++rn) clear(sum[r][rn]);

    for (int step = 0; step < Pattern::kGoDegree * kSteps; ++step) {
      const int vo = Pattern::go_neighbour(uo, step / kSteps);
      const long long first_row =
          static_cast<long long>(vo) * kTileCols + step % kSteps * kStepRows;
      load_values(shared_values, values, uo, first_group, step * kStepNnz);
      if constexpr (Config::kStageInput)
        load_input(shared_input, input, first_row, first_col);
      __syncthreads();

#pragma unroll Config::kUnroll
      for (int j = 0; j < kStepNnz; ++j) {  // rk, ink and the block's columns in one index
        const int slice = j / (Pattern::kGiDegree * Pattern::kGbRight);
        const int ink = j / Pattern::kGbRight % Pattern::kGiDegree;
        const int vi = neighbours[thm * Pattern::kGiDegree + ink];
        const int row = (slice * Pattern::kGiRight + vi) * Pattern::kGbRight +
                        j % Pattern::kGbRight;
        float in[Config::kRepeatN][kWidth];
#pragma unroll
        for (int rn = 0; rn < Config::kRepeatN; ++rn) {
          const int col = (rn * kThreadsN + thn) * kWidth;
          if constexpr (Config::kStageInput)
            load(in[rn], shared_input + row * Config::kBlockN + col);
          else if (first_row + row < Config::kK && first_col + col < Config::kN)
            load(in[rn], input + (first_row + row) * Config::kN + first_col + col);
          else
            clear(in[rn]);
        }
#pragma unroll
        for (int r = 0; r < kGroupRows; ++r) {
          const int block_row = (r / Pattern::kGbLeft * Config::kBlockGroups + thm) *
                                    Pattern::kGbLeft + r % Pattern::kGbLeft;
          const float w = shared_values[block_row * kValueStride + j];
#pragma unroll
          for (int rn = 0; rn < Config::kRepeatN; ++rn)
#pragma unroll
            for (int n = 0; n < kWidth; ++n) sum[r][rn][n] += w * in[rn][n];
        }
      }
      __syncthreads();
    }

#pragma unroll
    for (int r = 0; r < kGroupRows; ++r) {
      const int block_row =
          (r / Pattern::kGbLeft * Config::kBlockGroups + thm) * Pattern::kGbLeft +
          r % Pattern::kGbLeft;
      const long long u = global_row(uo, first_group, block_row);
      if (u >= Config::kM) continue;
#pragma unroll
      for (int rn = 0; rn < Config::kRepeatN; ++rn) {
        const int col = first_col + (rn * kThreadsN + thn) * kWidth;
        if (col < Config::kN) store(output + u * Config::kN + col, sum[r][rn]);
      }
    }
  }
};


struct Config {
  static constexpr int kM = 8;
  static constexpr int kK = 4;
  static constexpr int kN = 2;
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
    rbgp_kernel(const float* __restrict__ values, const float* __restrict__ input,
                float* __restrict__ output) {
  Rbgp4mm<Config, Pattern>::run(values, input, output);
}
