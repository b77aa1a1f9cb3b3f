// The product W I for an RBGP4-sparse W and few columns of I on CUDA cores, f32: values of W stream to registers,
// each lane of a warp takes columns of W of its own.
//
// Grid    one thread block for kBlockGroups row groups of a tile of W and kBlockN columns of O.
// Block   kBlockGroups x kSplitK warps. A warp owns one row group, or its part of the group's columns. Its lanes
//         stand kLanesK x kLanesN: those of one k share kCols columns of W, kLanesK apart, and share out the
//         columns of I by pieces of kWidth. In a turn a warp multiplies kLanesK * kCols columns of W.
// Values  lie as they are used: lane by lane, 16 bytes each, turn by turn, warp by warp. They are loaded kAhead turns
//         ahead, so that all of a block's reads of W are whole lines, and many of them under way.
// Shared  the rows of I that kStageTiles neighbours in Go name, kStageRows of them; two such chunks where there
//         are several, so that one is copied while the other is multiplied. Then, unless Gi is complete, the
//         place in a tile of each column of a row group. Where I is K x N, rows lie one after the other; lanes read
//         pieces of neighbouring rows, which a swizzle puts into different banks where a row has an even number of
//         pieces of 16 bytes. Where I is N x K (kTransposed) each of its columns lies by itself, kPlane words long:
//         lanes read neighbouring words, and kPlane keeps different columns in different banks. Of a Gi that is a
//         lift a row has one of all vertices that are equal modulo its degree: in the order of these remainders, with
//         tiles kTilePad rows apart, its neighbours are in different banks, too. At the end the sums of warps that
//         share a row group take the place of I.
// Sums    of a lane are those of its columns of W. Lanes add them up in a tree, in each step of which half of the
//         sums go to one half of the lanes where they can be halved; then the kSplitK parts are added.
// Bounds  any N; columns past kN are read as they come and not stored. Rows of W past kM and columns beyond the end
//         of a chunk are packed as zeros, rows of I past kK copied as zeros; columns beyond the end of a chunk are
//         not multiplied with what lies there. Copies are of 16 bytes where rows of I have whole ones, or all of a
//         tile's rows together, else of 8 or 4.
// Registers  kRows*kLaneCols sums, kAhead*kVectors*4 values, kLaneCols of I.
#pragma once

#include "async_copy.cuh"
#include "epilogue.cuh"
#include "launch_order.cuh"
#include "row_index.cuh"
#include "streamed_load.cuh"

// The largest power of two that divides n, at most `most`.
__device__ constexpr int power_of_two(int n, int most) {
  int power = 1;
  while (power < most && n % (2 * power) == 0) power *= 2;
  return power;
}

// Sums of kR rows and kC columns, added up over lanes that differ in bits from kOffset down to kLeast. Rows, then
// columns are halved between the lanes while they can be; what is left is in the first rows and columns.
template <int kOffset, int kLeast, int kR, int kC, int kRows, int kCols>
__device__ __forceinline__ void fold(float (&sums)[kRows][kCols]) {
  if constexpr (kOffset >= kLeast) {
    constexpr bool kHalvesRows = kR % 2 == 0;
    constexpr bool kHalvesCols = !kHalvesRows && kC % 2 == 0;
    constexpr int kLeftR = kHalvesRows ? kR / 2 : kR;
    constexpr int kLeftC = kHalvesCols ? kC / 2 : kC;
    const bool upper = (threadIdx.x & kOffset) != 0;
#pragma unroll
    for (int r = 0; r < kLeftR; ++r)
#pragma unroll
      for (int n = 0; n < kLeftC; ++n) {
        float& low = sums[r][n];
        float& high = sums[kHalvesRows ? r + kLeftR : r][kHalvesCols ? n + kLeftC : n];
        const float kept = upper ? high : low;
        const float sent = upper ? low : high;
        low = kept + __uint_as_float(__shfl_sync(0xffffffffu, __float_as_uint(sent),
                                                 threadIdx.x % 32 ^ kOffset));
      }
    fold<kOffset / 2, kLeast, kLeftR, kLeftC>(sums);
  }
}

template <typename Config, typename Pattern>
struct SimtGather {
  static constexpr int kRows = Pattern::kGrLeft * Pattern::kGbLeft;  // of a row group
  static constexpr int kLanesK = 32 / Config::kLanesN;
  // Columns of W and vectors of values of a lane in a turn.
  static constexpr int kCols = 4 / power_of_two(kRows, 4);
  static constexpr int kVectors = kRows * kCols / 4;
  static constexpr int kTurnCols = kLanesK * kCols;
  static constexpr int kTurnWords = 4 * kVectors * kLanesK;

  static constexpr int kTileCols = Pattern::kGrRight * Pattern::kGiRight * Pattern::kGbRight;
  static constexpr int kTileNnz = Pattern::kGrRight * Pattern::kGiDegree * Pattern::kGbRight;
  static constexpr int kRowNnz = Pattern::kGoDegree * kTileNnz;
  static constexpr int kChunks = Pattern::kGoDegree / Config::kStageTiles;
  static constexpr int kChunkCols = Config::kStageTiles * kTileNnz;
  static constexpr int kTileStride = kTileCols + Config::kTilePad;
  static constexpr int kStageRows = Config::kStageTiles * kTileStride;
  static constexpr int kWarpTurns = kChunks * Config::kTurns;
  // Whether turns go beyond the columns of a chunk.
  static constexpr bool kRagged = Config::kSplitK * Config::kTurns * kTurnCols > kChunkCols;
  static constexpr int kGroupBlocks = Pattern::kGiLeft / Config::kBlockGroups;
  static constexpr int kBlocksM = Pattern::kGoLeft * kGroupBlocks;
  static constexpr int kWarps = Config::kBlockGroups * Config::kSplitK;

  // Columns of I of a lane: kLanePieces runs of kWidth.
  static constexpr int kWidth = Config::kTransposed ? 1 : power_of_two(Config::kBlockN, 4);
  static constexpr int kPieces = Config::kBlockN / kWidth;
  static constexpr int kLanePieces = (kPieces + Config::kLanesN - 1) / Config::kLanesN;
  static constexpr int kLaneCols = kLanePieces * kWidth;
  static constexpr int kPaddedN = kLaneCols * Config::kLanesN;

  // Of 8 lanes that read 16 bytes each at once, those of kSlots rows have to meet different banks.
  static constexpr int kSlots = 8 / Config::kLanesN;
  static constexpr int kSwizzle =
      kWidth == 4 && kPieces % Config::kLanesN == 0 ? power_of_two(kLanePieces, kSlots) : 1;
  static constexpr int kPlane = Config::kLanesN == 1
                                    ? (kStageRows + 3) / 4 * 4
                                    : (kStageRows + 31) / 32 * 32 + 32 / Config::kLanesN;
  static constexpr int kInputWords =
      Config::kTransposed ? kPaddedN * kPlane
                          : (kStageRows * Config::kBlockN + kPaddedN - Config::kBlockN + 3) / 4 * 4;
  static constexpr int kBuffers = kChunks > 1 ? 2 : 1;

  // What a lane has of the sums in the end: of kRows / kRowParts rows and kLaneCols / kColParts columns.
  static constexpr int kRowParts = power_of_two(kRows, kLanesK);
  static constexpr int kColParts = power_of_two(kLaneCols, kLanesK / kRowParts);
  static constexpr int kSame = kLanesK / kRowParts / kColParts;  // lanes that have the same
  static constexpr int kEndRows = kRows / kRowParts;
  static constexpr int kEndCols = kLaneCols / kColParts;
  static constexpr int kEndWidth = power_of_two(kEndCols, kWidth);
  static constexpr int kEndRuns = kEndCols / kEndWidth;
  static constexpr int kJoinWords = (kWarps - Config::kBlockGroups) * 32 * kEndRows * kEndCols;
  static constexpr int kFloatWords =
      kBuffers * kInputWords > kJoinWords ? kBuffers * kInputWords : kJoinWords;
  static constexpr int kPlaces = Pattern::kGiComplete ? 0 : Config::kBlockGroups * kTileNnz;

  static_assert(Config::kThreads == 32 * kWarps, "threads of a block");
  static_assert(Config::kSharedBytes == 4 * kFloatWords + (kPlaces + 1) / 2 * 4,
                "shared memory of a block");
  static_assert(kChunks * Config::kStageTiles == Pattern::kGoDegree, "chunks divide a row of Go");
  static_assert(Config::kTurns % Config::kAhead == 0, "values ahead divide the turns");
  static_assert(Config::kSplitK * Config::kTurns * kTurnCols >= kChunkCols, "turns cover a chunk");
  static_assert(Config::kBlockN == Config::kN || kPaddedN == Config::kBlockN, "columns of a block");

  // Which of the columns of a block a lane's column x is; `n` counts the lanes of one k.
  static __device__ __forceinline__ int col_of(int n, int x) {
    return (x / kWidth * Config::kLanesN + n) * kWidth + x % kWidth;
  }

  // Where a piece of a row of I is in shared memory.
  static __device__ __forceinline__ int word_of(int row, int piece) {
    const int turned = row / (kSlots / kSwizzle) % kSwizzle * Config::kLanesN;
    return row * Config::kBlockN + (piece ^ turned) * kWidth;
  }

  // The threads of a block share out kCount things. The number of turns is a constant, for the compiler.
  template <int kCount, typename Do>
  static __device__ __forceinline__ void share_out(Do one) {
    constexpr int kTurns = (kCount + Config::kThreads - 1) / Config::kThreads;
#pragma unroll 4
    for (int turn = 0; turn < kTurns; ++turn) {
      const unsigned i = turn * Config::kThreads + threadIdx.x;
      if (kCount % Config::kThreads == 0 || i < kCount) one(i);
    }
  }

  static __device__ __forceinline__ void fill_places(unsigned short* places, int first_group) {
    if constexpr (kPlaces > 0) share_out<kPlaces>([&](unsigned i) {
      const int j = i % kTileNnz;
      const int slice = j / (Pattern::kGiDegree * Pattern::kGbRight);
      const int group = first_group + i / kTileNnz;
      const int vi = Pattern::gi_neighbour(
          group, Pattern::gi_order(group, j / Pattern::kGbRight % Pattern::kGiDegree));
      places[i] = static_cast<unsigned short>((slice * Pattern::kGiRight + vi) * Pattern::kGbRight +
                                              j % Pattern::kGbRight);
    });
  }

  // Where row `row` of a chunk of I is in shared memory.
  static __device__ __forceinline__ unsigned stage_row(unsigned row) {
    return row / kTileCols * kTileStride + row % kTileCols;
  }

  // The column of W that it meets.
  static __device__ __forceinline__ long long column(int uo, int chunk, unsigned row) {
    const int vo = Pattern::go_neighbour(uo, chunk * Config::kStageTiles + row / kTileCols);
    return static_cast<long long>(vo) * kTileCols + row % kTileCols;
  }

  // Columns of W are neighbouring rows of I, all there and in order: a tile of them is a piece of memory.
  static __device__ __forceinline__ void copy_whole_tiles(float* stage, const float* input, int uo,
                                                          int chunk) {
    constexpr int kTileVectors = kTileCols * Config::kN / 4;
    share_out<Config::kStageTiles * kTileVectors>([&](unsigned i) {
      const int vo = Pattern::go_neighbour(uo, chunk * Config::kStageTiles + i / kTileVectors);
      copy_async<16>(
          stage + i / kTileVectors * (kTileStride * Config::kN) + i % kTileVectors * 4,
          input + (static_cast<long long>(vo) * kTileVectors + i % kTileVectors) * 4, true);
    });
  }

  static __device__ __forceinline__ void copy_rows(float* stage, const float* input,
                                                   const int* order, int uo, int chunk,
                                                   int first_col) {
    constexpr int kRun = Config::kCopyRun;
    constexpr int kRuns = Config::kBlockN / kRun;
    share_out<Config::kStageTiles * kTileCols * kRuns>([&](unsigned i) {
      const unsigned row = i / kRuns;
      const int col = i % kRuns * kRun;
      const long long v = column(uo, chunk, row);
      const bool valid = v < Config::kK && first_col + col < Config::kN;
      const long long at =
          valid ? static_cast<long long>(InputRow<Config>::of(order, v)) * Config::kN + first_col + col
                : 0;
      copy_async<4 * kRun>(stage + word_of(stage_row(row), col / kWidth) + col % kWidth, input + at, valid);
    });
  }

  static __device__ __forceinline__ void copy_columns(float* stage, const float* input,
                                                      const int* order, int uo, int chunk,
                                                      int first_col) {
    constexpr int kRun = Config::kCopyRun;
    constexpr int kRuns = Config::kStageTiles * kTileCols / kRun;
    share_out<Config::kBlockN * kRuns>([&](unsigned i) {
      const unsigned row = i % kRuns * kRun;
      const int col = i / kRuns;
      const long long v = column(uo, chunk, row);
      const bool valid = v < Config::kK && first_col + col < Config::kN;
      const long long at = valid ? static_cast<long long>(first_col + col) * Config::kK +
                                       InputRow<Config>::of(order, v)
                                 : 0;
      copy_async<4 * kRun>(stage + col * kPlane + stage_row(row), input + at, valid);
    });
  }

  static __device__ __forceinline__ void copy_chunk(float* stage, const float* input,
                                                    const int* order, int uo, int chunk,
                                                    int first_col) {
    if constexpr (Config::kWholeTiles)
      copy_whole_tiles(stage, input, uo, chunk);
    else if constexpr (Config::kTransposed)
      copy_columns(stage, input, order, uo, chunk, first_col);
    else
      copy_rows(stage, input, order, uo, chunk, first_col);
    commit_copies();
  }

  static __device__ __forceinline__ void load_values(float (&values)[kVectors][4],
                                                     const float* from) {
#pragma unroll
    for (int i = 0; i < kVectors; ++i) load_streamed(values[i], from + 4 * kLanesK * i);
  }

  // A lane's columns of a row of I.
  static __device__ __forceinline__ void load_input(float (&in)[kLaneCols], const float* stage,
                                                    int row, int n) {
#pragma unroll
    for (int i = 0; i < kLanePieces; ++i) {
      const int piece = i * Config::kLanesN + n;
      if constexpr (Config::kTransposed) {
        in[i] = stage[piece * kPlane + row];
      } else {
        float run[kWidth];
        load_vector(run, stage + word_of(row, piece));
#pragma unroll
        for (int w = 0; w < kWidth; ++w) in[i * kWidth + w] = run[w];
      }
    }
  }

  // The products of a turn of a lane, whose first column is column `first` of a chunk.
  static __device__ __forceinline__ void multiply(float (&sums)[kRows][kLaneCols],
                                                  const float (&values)[kVectors][4],
                                                  const float* stage, const unsigned short* places,
                                                  int first, int n) {
#pragma unroll
    for (int c = 0; c < kCols; ++c) {
      const int j = first + c * kLanesK;
      const bool valid = !kRagged || j < kChunkCols;
      int row = j;
      if constexpr (!Pattern::kGiComplete) row = j / kTileNnz * kTileStride + places[j % kTileNnz];
      float in[kLaneCols];
      load_input(in, stage, valid ? row : 0, n);
#pragma unroll
      for (int x = 0; x < kLaneCols; ++x) {
        if (!valid) in[x] = 0.0f;
#pragma unroll
        for (int r = 0; r < kRows; ++r)
          sums[r][x] += values[(c * kRows + r) / 4][(c * kRows + r) % 4] * in[x];
      }
    }
  }

  static __device__ __forceinline__ void run(const float* packed, const float* input, float* output,
                                             const EpilogueArguments& epilogue) {
    extern __shared__ float4 shared_vectors[];
    float* const stages = reinterpret_cast<float*>(shared_vectors);
    unsigned short* const places = reinterpret_cast<unsigned short*>(stages + kFloatWords);
    const int block_m = blockIdx.x % kBlocksM;
    const int first_col = blockIdx.x / kBlocksM * Config::kBlockN;
    const int uo = block_m / kGroupBlocks;
    const int first_group = block_m % kGroupBlocks * Config::kBlockGroups;
    const int group = threadIdx.x / 32 / Config::kSplitK;
    const int part = threadIdx.x / 32 % Config::kSplitK;
    const int k = threadIdx.x % 32 / Config::kLanesN;
    const int n = threadIdx.x % Config::kLanesN;

    fill_places(places, first_group);
    if constexpr (Config::kOverlapsLaunches) {
      let_next_launch_begin();
      wait_for_earlier_launches();
    }
    // What comes next of the values of this lane.
    const float* next = packed +
                        (static_cast<long long>(block_m) * kWarps + threadIdx.x / 32) *
                            (kWarpTurns * kTurnWords) +
                        4 * k;
    float values[Config::kAhead][kVectors][4];
#pragma unroll
    for (int ahead = 0; ahead < Config::kAhead; ++ahead)
      load_values(values[ahead], next + ahead * kTurnWords);
    copy_chunk(stages, input, epilogue.column_order, uo, 0, first_col);

    float sums[kRows][kLaneCols];
#pragma unroll
    for (int i = 0; i < kRows * kLaneCols; ++i) sums[i / kLaneCols][i % kLaneCols] = 0.0f;
    for (int chunk = 0; chunk < kChunks; ++chunk) {
      wait_copies<0>();
      // This chunk is there for all, and all are done with the buffer that is filled next.
      __syncthreads();
      if (chunk + 1 < kChunks)
        copy_chunk(stages + (chunk + 1) % kBuffers * kInputWords, input, epilogue.column_order, uo,
                   chunk + 1, first_col);
      const float* const stage = stages + chunk % kBuffers * kInputWords;
      for (int turn = 0; turn < Config::kTurns; turn += Config::kAhead) {
        next += Config::kAhead * kTurnWords;
        const bool more = chunk + 1 < kChunks || turn + Config::kAhead < Config::kTurns;
#pragma unroll
        for (int ahead = 0; ahead < Config::kAhead; ++ahead) {
          const int first = (part * Config::kTurns + turn + ahead) * kTurnCols + k;
          multiply(sums, values[ahead], stage, places + group * kTileNnz, first, n);
          if (more) load_values(values[ahead], next + ahead * kTurnWords);
        }
      }
    }
    fold<16, Config::kLanesN, kRows, kLaneCols>(sums);
    store(sums, stages, output, epilogue, uo, first_group, first_col);
  }

  // Joins the parts of a row group and makes O of them.
  static __device__ __forceinline__ void store(const float (&sums)[kRows][kLaneCols], float* join,
                                               float* output, const EpilogueArguments& epilogue,
                                               int uo, int first_group, int first_col) {
    const int group = threadIdx.x / 32 / Config::kSplitK;
    const int part = threadIdx.x / 32 % Config::kSplitK;
    const int lane = threadIdx.x % 32;
    float ends[kEndRows][kEndRuns][kEndWidth];
#pragma unroll
    for (int i = 0; i < kEndRows * kEndCols; ++i)
      ends[i / kEndCols][i % kEndCols / kEndWidth][i % kEndWidth] =
          sums[i / kEndCols][i % kEndCols];
    if constexpr (Config::kSplitK > 1) {
      __syncthreads();  // all are done with I
      float* const mine = join + group * (Config::kSplitK - 1) * 32 * kEndRows * kEndCols + lane;
#pragma unroll
      for (int i = 0; i < kEndRows * kEndCols; ++i)
        if (part > 0)
          mine[((part - 1) * kEndRows * kEndCols + i) * 32] =
              ends[i / kEndCols][i % kEndCols / kEndWidth][i % kEndWidth];
      __syncthreads();
      if (part > 0) return;
#pragma unroll
      for (int i = 0; i < kEndRows * kEndCols; ++i)
#pragma unroll
        for (int other = 0; other < Config::kSplitK - 1; ++other)
          ends[i / kEndCols][i % kEndCols / kEndWidth][i % kEndWidth] +=
              mine[(other * kEndRows * kEndCols + i) * 32];
    }
    const int k = lane / Config::kLanesN;
    if (k % kSame != 0) return;
    const int first_row = k / (kLanesK / kRowParts) * kEndRows;
    const int first_x = k / kSame % kColParts * kEndCols;
    const auto row_of = [&](int r) {
      return row_index<Pattern>(uo, first_group + group, first_row + r);
    };
    const auto run_of = [&](int run) {
      return col_of(lane % Config::kLanesN, first_x + run * kEndWidth);
    };
    constexpr int kAdjacent = power_of_two(Pattern::kGbLeft, power_of_two(kEndRows, 4));
    Epilogue<Config>::template store<kAdjacent>(ends, row_of, first_col, run_of, output, epilogue);
  }

  // Canonical values -> [row group][part][chunk][turn][vector][lane][4]; of a lane's turn the rows of a column of W
  // follow each other, and columns are in Gi's order. Zeros where there is no row or column. Grid-stride.
  static __device__ __forceinline__ void pack(const float* __restrict__ values,
                                              float* __restrict__ packed) {
    constexpr long long kWarpWords = kWarpTurns * kTurnWords;
    constexpr long long kWords =
        kWarpWords * Pattern::kGoLeft * Pattern::kGiLeft * Config::kSplitK;
    for (long long i = blockIdx.x * static_cast<long long>(blockDim.x) + threadIdx.x; i < kWords;
         i += static_cast<long long>(gridDim.x) * blockDim.x) {
      const int word = i % kWarpWords;
      const int warp = i / kWarpWords;
      const int value = word / (4 * kLanesK) % kVectors * 4 + word % 4;
      const int turn = word / kTurnWords % Config::kTurns;
      const int chunk = word / kTurnWords / Config::kTurns;
      const int j = (warp % Config::kSplitK * Config::kTurns + turn) * kTurnCols +
                    value / kRows * kLanesK + word / 4 % kLanesK;
      const int group = warp / Config::kSplitK;
      int source = j;  // in the canonical order
      if constexpr (!Pattern::kGiComplete) {
        const int ink = j / Pattern::kGbRight % Pattern::kGiDegree;
        source += (Pattern::gi_order(group % Pattern::kGiLeft, ink) - ink) * Pattern::kGbRight;
      }
      const long long u = row_index<Pattern>(group / Pattern::kGiLeft, group % Pattern::kGiLeft,
                                             value % kRows);
      packed[i] = u < Config::kM && j < kChunkCols
                      ? values[u * kRowNnz + chunk * kChunkCols + source]
                      : 0.0f;
    }
  }
};
