// O = W I, W 8 x 4 with pattern go=1x1,gr=2x1,gi=4x4,gb=1x1
// I 4 x 2, O 8 x 2 (layout kn), f32; target sm_90a
// kernel simt_rbgp4mm block_groups=2 block_n=8 repeat_n=1 tile_rows=1 unroll=1 vector_n=2
// rbgp generator version 2

// The product W I for an RBGP4-sparse W: Algorithm 1 (RBGP4MM) of the paper, section 8.2, on CUDA cores, f32.
//
// Grid    one thread block for kBlockN columns of O and kBlockGroups row groups of a tile of W: the
//         row groups are Gi vertices, so a thread block covers |Gr.U|*kBlockGroups*|Gb.U| rows.
//         Blocks that follow each other share their columns of I, which then come from L2.
// Block   kBlockGroups x kBlockN/(kRepeatN*kVectorN) threads; a thread owns one row group and
//         kRepeatN strided runs of kVectorN columns (RM x BM x RN x BN in the paper).
// Shared  the step's rows of I, kStepRows x kInputStride, then the step's values of W, one row of
//         kValueStride words for each row, then the adjacency of the block's Gi vertices. Lanes of a
//         warp read neighbouring columns of I, or the same word; kValueStride is odd, so lanes in
//         different row groups read values from different banks. Where I is N x K (kTransposed), a
//         warp copies 8 rows of 4 columns at a time, and rows are 4 words longer than kBlockN: see
//         transposed.cuh.
// Bounds  any N (columns past kN load zero and store nothing); rows past kM and columns of W past kK
//         (a padded problem) do the same. Vector accesses need kN to be a multiple of their width and
//         16-byte aligned pointers; where I is N x K it is read in single words.
// Registers  |Gr.U|*|Gb.U|*kRepeatN*kVectorN accumulators and one row of I. The sizes in Pattern are
//         those after row groups were split to what one thread takes (see RowSplit in the generator).

// From the sums of a thread to O: O = activation(alpha S + beta R + bias), in the layout of the problem.
//
// Config says which parts there are (kScale, kResidual, kBias, kActivation) and how O lies (kTransposed:
// N x M, not M x N): what is absent is not in the code. R lies as O does and may be O: a thread reads all
// its elements of R before it writes one of O, and no other thread has them.
//
// Accesses are as wide as the layout gives them: neighbouring columns of a row of O as it is, neighbouring
// rows (|Gb.U| of them) of a column of O transposed.

// The numbers of GELU in single precision, one list for CUDA source and for LLVM IR.
//
// gelu(x) = max(x, 0) - a Q(a) with a = |x| and Q the upper tail of the normal distribution, so that nothing
// cancels: Q(a) = exp(-a^2/2) T(t), t = 1 / (1 + kSlope a). T is the polynomial of degree 9 with the least
// relative error, 9.4e-9, for a up to 13.2; E, of degree 4, makes 1 + r + r^2 E(r) exp(r) to 3.1e-9 for
// |r| <= log(2)/2. What a*a rounds away goes into r, or its share of a large exponent would show. Beyond kEnd
// the tail, below 3e-38, is 0. With rounding the result has a relative error below 3.5e-7 everywhere.

struct GeluNumbers {
  static constexpr float kSlope = 0.328125f;
  static constexpr float kEnd = 13.1f;
  static constexpr float kTail0 = 8.36943855e-06f;
  static constexpr float kTail1 = 0.130685374f;
  static constexpr float kTail2 = 0.133360907f;
  static constexpr float kTail3 = 0.100947268f;
  static constexpr float kTail4 = 0.153144374f;
  static constexpr float kTail5 = -0.120729439f;
  static constexpr float kTail6 = 0.31000042f;
  static constexpr float kTail7 = -0.331769258f;
  static constexpr float kTail8 = 0.150140449f;
  static constexpr float kTail9 = -0.0257884543f;
  static constexpr float kExp2 = 0.49999994f;
  static constexpr float kExp3 = 0.166665211f;
  static constexpr float kExp4 = 0.041668389f;
  static constexpr float kExp5 = 0.00836873613f;
  static constexpr float kExp6 = 0.00138145604f;
  static constexpr float kLog2E = 1.44269502f;
  static constexpr float kLog2High = 0.693359375f;  // log(2) in two parts; 9 bits, so that its multiples
  static constexpr float kLog2Low = -0.000212194442f;  // are exact
  static constexpr float kRound = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer
};

// Neighbouring floats of a thread, 1, 2 or 4 of them, moved in one access. Addresses are aligned to it.

__device__ __forceinline__ void load_vector(float (&to)[1], const float* from) { to[0] = *from; }

__device__ __forceinline__ void load_vector(float (&to)[2], const float* from) {
  const float2 vector = *reinterpret_cast<const float2*>(from);
  to[0] = vector.x, to[1] = vector.y;
}

__device__ __forceinline__ void load_vector(float (&to)[4], const float* from) {
  const float4 vector = *reinterpret_cast<const float4*>(from);
  to[0] = vector.x, to[1] = vector.y, to[2] = vector.z, to[3] = vector.w;
}

__device__ __forceinline__ void store_vector(float* to, const float (&from)[1]) { *to = from[0]; }

__device__ __forceinline__ void store_vector(float* to, const float (&from)[2]) {
  *reinterpret_cast<float2*>(to) = make_float2(from[0], from[1]);
}

__device__ __forceinline__ void store_vector(float* to, const float (&from)[4]) {
  *reinterpret_cast<float4*>(to) = make_float4(from[0], from[1], from[2], from[3]);
}


// As rbgp::EpilogueArguments.
struct EpilogueArguments {
  float alpha;
  float beta;
  const float* bias;  // kM
  const float* residual;
};

enum { kNoActivation, kRelu, kGelu };

__device__ __forceinline__ float relu(float x) { return x < 0.0f ? 0.0f : x; }  // NaN stays NaN

__device__ __forceinline__ float gelu(float x) {
  using Numbers = GeluNumbers;
  const float a = fabsf(x);
  const float t = 1.0f / fmaf(a, Numbers::kSlope, 1.0f);
  float tail = fmaf(Numbers::kTail9, t, Numbers::kTail8);
  tail = fmaf(tail, t, Numbers::kTail7);
  tail = fmaf(tail, t, Numbers::kTail6);
  tail = fmaf(tail, t, Numbers::kTail5);
  tail = fmaf(tail, t, Numbers::kTail4);
  tail = fmaf(tail, t, Numbers::kTail3);
  tail = fmaf(tail, t, Numbers::kTail2);
  tail = fmaf(tail, t, Numbers::kTail1);
  tail = fmaf(tail, t, Numbers::kTail0);

  const float square = a * a;
  const float rounded_away = fmaf(a, a, -square);
  const float exponent = fmaf(-0.5f * square, Numbers::kLog2E, Numbers::kRound);
  const float whole = exponent - Numbers::kRound;
  float r = fmaf(whole, -Numbers::kLog2High, -0.5f * square);
  r = fmaf(whole, -Numbers::kLog2Low, r);
  r = fmaf(rounded_away, -0.5f, r);
  float power = fmaf(Numbers::kExp6, r, Numbers::kExp5);
  power = fmaf(power, r, Numbers::kExp4);
  power = fmaf(power, r, Numbers::kExp3);
  power = fmaf(power, r, Numbers::kExp2);
  power = fmaf(r * r, power, r) + 1.0f;
  // Times 2^whole, which stands in the low bits of `exponent`.
  power = __uint_as_float(__float_as_uint(power) + (__float_as_uint(exponent) << 23));
  return relu(x) - (a < Numbers::kEnd ? a * tail * power : 0.0f);
}

template <typename Config>
struct Epilogue {
  // Rows of a column of O that one access takes, of kAdjacent that follow each other.
  template <int kAdjacent>
  static constexpr int kVectorRows = kAdjacent % 4 == 0 && Config::kM % 4 == 0   ? 4
                                     : kAdjacent % 2 == 0 && Config::kM % 2 == 0 ? 2
                                                                                 : 1;

  // Calls visit(vector, at, u) for all elements of O that the sums of a thread belong to: `vector` are sums
  // that lie next to each other from element `at` of O; u is the row of W of the first.
  template <int kAdjacent, int kRows, int kRuns, int kWidth, typename RowOf, typename ColOf,
            typename Visit>
  static __device__ __forceinline__ void for_each_vector(float (&sums)[kRows][kRuns][kWidth],
                                                         RowOf row_of, int first_col, ColOf col_of,
                                                         Visit visit) {
    constexpr int kStep = Config::kTransposed ? kVectorRows<kAdjacent> : 1;
#pragma unroll
    for (int r = 0; r < kRows; r += kStep) {
      const long long u = row_of(r);
      if (u >= Config::kM) continue;
#pragma unroll
      for (int run = 0; run < kRuns; ++run) {
        const int col = col_of(run);
        if constexpr (!Config::kTransposed && Config::kN % kWidth == 0) {
          if (first_col + col < Config::kN)
            visit(sums[r][run], u * Config::kN + first_col + col, u);
        } else {
#pragma unroll
          for (int n = 0; n < kWidth; ++n) {
            if (first_col + col + n >= Config::kN) continue;
            float vector[kStep];
#pragma unroll
            for (int i = 0; i < kStep; ++i) vector[i] = sums[r + i][run][n];
            visit(vector,
                  Config::kTransposed
                      ? static_cast<long long>(first_col + col + n) * Config::kM + u
                      : u * Config::kN + first_col + col + n,
                  u);
#pragma unroll
            for (int i = 0; i < kStep; ++i) sums[r + i][run][n] = vector[i];
          }
        }
      }
    }
  }

  // Stores the sums of a thread: kRows rows, row_of(r) of W, of which kAdjacent follow each other from every
  // multiple of kAdjacent on, and kRuns runs of kWidth neighbouring columns, from first_col + col_of(run)
  // on: what is the same for all runs is in one or the other as the family's addresses come out best. Rows
  // past kM and columns past kN are neither read nor written.
  template <int kAdjacent, int kRows, int kRuns, int kWidth, typename RowOf, typename ColOf>
  static __device__ __forceinline__ void store(float (&sums)[kRows][kRuns][kWidth], RowOf row_of,
                                               int first_col, ColOf col_of, float* output,
                                               const EpilogueArguments& arguments) {
    if constexpr (Config::kScale) {
#pragma unroll
      for (int i = 0; i < kRows * kRuns * kWidth; ++i)
        sums[i / kWidth / kRuns][i / kWidth % kRuns][i % kWidth] *= arguments.alpha;
    }
    // All loads come before the first store, which they could otherwise not be moved over.
    if constexpr (Config::kResidual) {
      if (arguments.beta != 0.0f)
        for_each_vector<kAdjacent>(
            sums, row_of, first_col, col_of, [&](auto& vector, long long at, long long) {
              constexpr int kCount = sizeof vector / sizeof vector[0];
              float residual[kCount];
              load_vector(residual, arguments.residual + at);
#pragma unroll
              for (int i = 0; i < kCount; ++i)
                vector[i] = fmaf(arguments.beta, residual[i], vector[i]);
            });
    }
    if constexpr (Config::kBias) {
      for_each_vector<kAdjacent>(
          sums, row_of, first_col, col_of, [&](auto& vector, long long, long long u) {
            constexpr int kCount = sizeof vector / sizeof vector[0];
#pragma unroll
            for (int i = 0; i < kCount; ++i)
              vector[i] += arguments.bias[Config::kTransposed ? u + i : u];
          });
    }
    for_each_vector<kAdjacent>(
        sums, row_of, first_col, col_of, [&](auto& vector, long long at, long long) {
          if constexpr (Config::kActivation != kNoActivation) {
            constexpr int kCount = sizeof vector / sizeof vector[0];
#pragma unroll
            for (int i = 0; i < kCount; ++i)
              vector[i] = Config::kActivation == kRelu ? relu(vector[i]) : gelu(vector[i]);
          }
          store_vector(output + at, vector);
        });
  }
};

// Copying a tile of I that lies N x K in global memory to shared memory as kRows x kCols, rows of K.
//
// Thread i of the copy takes row(i) and col(i), for i up to kWords. A warp has 8 neighbouring rows of 4
// neighbouring columns: it reads 4 whole sectors of 32 bytes, and the next turns read the rest of their
// lines. In shared memory a row is kStride = kCols + 4 words long, so that the 8 rows of a warp's writes start
// 4 banks apart and its 32 words lie in 32 banks; reads along a row stay aligned to 16 bytes.

template <int kRows, int kCols>
struct TransposedTile {
  static constexpr int kStride = kCols + 4;
  static constexpr int kEights = (kRows + 7) / 8;
  static constexpr int kQuads = (kCols + 3) / 4;
  static constexpr bool kPadded = kRows % 8 != 0;  // row(i) may be kRows or more: nothing to copy
  static constexpr int kWords = 32 * kEights * kQuads;

  static __device__ __forceinline__ int row(int i) { return i / 32 % kEights * 8 + i % 8; }
  static __device__ __forceinline__ int col(int i) { return i / 32 / kEights * 4 + i / 8 % 4; }
};


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

  using Tile = TransposedTile<kStepRows, Config::kBlockN>;
  static constexpr int kInputStride = Config::kTransposed ? Tile::kStride : Config::kBlockN;
  static constexpr int kInputWords = Config::kStageInput ? kStepRows * kInputStride : 0;
  static constexpr int kValueWords = kBlockRows * kValueStride;
  static constexpr int kNeighbourWords = Config::kBlockGroups * Pattern::kGiDegree;

  static_assert(Config::kThreads == Config::kBlockGroups * kThreadsN, "threads of a block");
  static_assert(Config::kSharedBytes == 4 * (kInputWords + kValueWords + kNeighbourWords),
                "shared memory of a block");
  static_assert(kSteps * Config::kSlices == Pattern::kGrRight, "slices divide a tile");
  static_assert(Config::kTransposed || Config::kN % kWidth == 0, "vectors do not straddle rows");

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
    if constexpr (Config::kTransposed) {
      for (int i = threadIdx.x; i < Tile::kWords; i += Config::kThreads) {
        const int row = Tile::row(i);
        const int col = Tile::col(i);
        if (row < kStepRows)
          shared[row * kInputStride + col] = input_element(input, first_row + row, first_col + col);
      }
    } else {
      constexpr int kRun = Config::kInputVector;
      constexpr int kRuns = Config::kBlockN / kRun;
      for (int i = threadIdx.x; i < kStepRows * kRuns; i += Config::kThreads) {
        const int row = i / kRuns;
        const int col = i % kRuns * kRun;
        float run[kRun];
        load_input_run(run, input, first_row + row, first_col, col);
        store_vector(shared + row * kInputStride + col, run);
      }
    }
  }

  static __device__ __forceinline__ float input_element(const float* input, long long row,
                                                        long long col) {
    const bool valid = row < Config::kK && col < Config::kN;
    return valid ? input[Config::kTransposed ? col * Config::kK + row : row * Config::kN + col]
                 : 0.0f;
  }

  // Neighbouring columns of a row of I, from global memory.
  template <int kRun>
  static __device__ __forceinline__ void load_input_run(float (&run)[kRun], const float* input,
                                                        long long row, int first_col, int col) {
    if constexpr (Config::kTransposed) {
#pragma unroll
      for (int n = 0; n < kRun; ++n) run[n] = input_element(input, row, first_col + col + n);
    } else if (row < Config::kK && first_col + col < Config::kN) {
      load_vector(run, input + row * Config::kN + first_col + col);
    } else {
      clear(run);
    }
  }

  static __device__ __forceinline__ void run(const float* __restrict__ values,
                                             const float* __restrict__ input, float* output,
                                             const EpilogueArguments& epilogue) {
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
            load_vector(in[rn], shared_input + row * kInputStride + col);
          else
            load_input_run(in[rn], input, first_row + row, first_col, col);
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

    const auto row_of = [&](int r) {
      return global_row(uo, first_group, (r / Pattern::kGbLeft * Config::kBlockGroups + thm) *
                                                 Pattern::kGbLeft + r % Pattern::kGbLeft);
    };
    const auto col_of = [&](int rn) { return first_col + (rn * kThreadsN + thn) * kWidth; };
    Epilogue<Config>::template store<Pattern::kGbLeft>(sum, row_of, 0, col_of, output, epilogue);
  }
};


struct Config {
  static constexpr int kM = 8;
  static constexpr int kK = 4;
  static constexpr int kN = 2;
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
