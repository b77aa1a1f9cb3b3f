// The product W I for an RBGP4-sparse W: Algorithm 1 (RBGP4MM) of the paper, section 8.2, on CUDA cores, in
// f32, whatever elements are in memory: they become floats when they are loaded.
//
// Grid    one thread block for kBlockN columns of O and kBlockGroups row groups of a tile of W: the
//         row groups are Gi vertices, so a thread block covers |Gr.U|*kBlockGroups*|Gb.U| rows.
//         Blocks that follow each other share their columns of I, which then come from L2.
// Block   kBlockGroups x kBlockN/(kRepeatN*kVectorN) threads; a thread owns one row group and
//         kRepeatN strided runs of kVectorN columns (RM x BM x RN x BN in the paper).
// Shared  the step's rows of I, kStepRows x kInputStride (with kStageInput; without, they go to registers alone),
//         then the step's values of W, one row of kValueStride words for each row, then the adjacency of the
//         block's Gi vertices. Lanes of a row group read neighbouring columns of I, or the same value. Where a warp
//         has several row groups they read other rows of I, 32 / kThreadsN of them, of the same banks where Gi is
//         sparse, and values |Gb.U|*kValueStride words apart, which is no conflict for an odd |Gb.U|. Where I is
//         N x K (kTransposed), a warp copies 8 rows of 4 columns at a time, and rows are 4 words longer than
//         kBlockN: see transposed.cuh.
// Bounds  any N (columns past kN load zero and store nothing); rows past kM and columns of W past kK
//         (a padded problem) do the same. Vector accesses need kN to be a multiple of their width and
//         16-byte aligned pointers; where I is N x K it is read in single words.
// Registers  |Gr.U|*|Gb.U|*kRepeatN*kVectorN accumulators and one row of I. The sizes in Pattern are
//         those after row groups were split to what one thread takes (see RowSplit in the generator).
#pragma once

#include "epilogue.cuh"
#include "transposed.cuh"

template <int kWidth>
__device__ __forceinline__ void clear(float (&to)[kWidth]) {
#pragma unroll
  for (int i = 0; i < kWidth; ++i) to[i] = 0.0f;
}

template <typename Config, typename Pattern>
struct Rbgp4mm {
  using Element = typename Config::Element;
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
  // Exports name Config by a macro, which nvcc does not look for in a pragma.
  static constexpr int kUnroll = Config::kUnroll;

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
  static __device__ __forceinline__ void load_values(float* shared, const Element* values, int uo,
                                                     int first_group, int first_value) {
    for (int i = threadIdx.x; i < kBlockRows * kStepNnz; i += Config::kThreads) {
      const int row = i / kStepNnz;
      const int j = i % kStepNnz;
      const long long u = global_row(uo, first_group, row);
      shared[row * kValueStride + j] =
          u < Config::kM ? to_float(values[u * kRowNnz + first_value + j]) : 0.0f;
    }
  }

  // LBFM(B, ...): this step's rows of I.
  static __device__ __forceinline__ void load_input(float* shared, const Element* input,
                                                    const int* order, long long first_row,
                                                    int first_col) {
    if constexpr (Config::kTransposed) {
      for (int i = threadIdx.x; i < Tile::kWords; i += Config::kThreads) {
        const int row = Tile::row(i);
        const int col = Tile::col(i);
        if (row < kStepRows)
          shared[row * kInputStride + col] =
              input_element(input, order, first_row + row, first_col + col);
      }
    } else {
      constexpr int kRun = Config::kInputVector;
      constexpr int kRuns = Config::kBlockN / kRun;
      for (int i = threadIdx.x; i < kStepRows * kRuns; i += Config::kThreads) {
        const int row = i / kRuns;
        const int col = i % kRuns * kRun;
        float run[kRun];
        load_input_run(run, input, order, first_row + row, first_col, col);
        store_vector(shared + row * kInputStride + col, run);
      }
    }
  }

  // Of the row of I that a column of W meets, given the column.
  static __device__ __forceinline__ float input_element(const Element* input, const int* order,
                                                        long long row, long long col) {
    const bool valid = row < Config::kK && col < Config::kN;
    if (!valid) return 0.0f;
    row = InputRow<Config>::of(order, row);
    return to_float(input[Config::kTransposed ? col * Config::kK + row : row * Config::kN + col]);
  }

  // Neighbouring columns of a row of I, from global memory.
  template <int kRun>
  static __device__ __forceinline__ void load_input_run(float (&run)[kRun], const Element* input,
                                                        const int* order, long long row,
                                                        int first_col, int col) {
    if constexpr (Config::kTransposed) {
#pragma unroll
      for (int n = 0; n < kRun; ++n) run[n] = input_element(input, order, row, first_col + col + n);
    } else if (row < Config::kK && first_col + col < Config::kN) {
      load_vector(run, input + InputRow<Config>::of(order, row) * Config::kN + first_col + col);
    } else {
      clear(run);
    }
  }

  static __device__ __forceinline__ void run(const Element* __restrict__ values,
                                             const Element* __restrict__ input, Element* output,
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
        load_input(shared_input, input, epilogue.column_order, first_row, first_col);
      __syncthreads();

#pragma unroll kUnroll
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
            load_input_run(in[rn], input, epilogue.column_order, first_row + row, first_col, col);
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

  // Canonical values as elements, in the same order. Grid-stride.
  static __device__ __forceinline__ void pack(const float* __restrict__ values,
                                              Element* __restrict__ packed) {
    constexpr long long kValues = static_cast<long long>(Config::kM) * kRowNnz;
    for (long long i = blockIdx.x * static_cast<long long>(blockDim.x) + threadIdx.x; i < kValues;
         i += static_cast<long long>(gridDim.x) * blockDim.x)
      packed[i] = operand<Config>(values[i]);
  }
};
