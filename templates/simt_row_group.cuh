// The product W I for an RBGP4-sparse W on CUDA cores, f32: one warp a row group, asynchronous copies.
//
// Grid    kBlocks thread blocks take turns at the tiles of O, each kBlockGroups row groups high (a Gi
//         vertex each, after row groups were split to kTileRows rows) and kBlockN columns wide. Tiles
//         that follow each other share their columns of I, which then come from L2.
// Block   kBlockGroups x kWarpsN warps. A warp owns one row group and 128*kRepeatN columns; a lane owns
//         all rows of the group and kRepeatN runs of 4 columns. So all lanes of a warp need the same
//         values of W, which shared memory broadcasts, and the same rows of I.
// Shared  kStages buffers of one step each: the tile of I that a neighbour in Go names, kStepRows x
//         kInputStride, and the packed values of the block, [group][j][row]. Then, unless Gi is
//         complete, the row of I of each j, a list a group. Lanes read 16 bytes next to each other,
//         or all the same: no bank conflicts. Where I is N x K (kTransposed), single words are copied,
//         8 rows of 4 columns by a warp, to rows that are 4 words longer than kBlockN: see
//         transposed.cuh.
// Used rows  (kUsedRows) of a tile of I are those of the kUnion vertices on Gi's right side that the
//         vertices of a block meet: they alone are copied, one after the other. Which those are is a
//         list for each set of vertices that share a block, behind the lists of the groups. Vertices
//         with common neighbours share a block, so a row group's place says nothing of its rows of W.
// Steps   run through all tiles of a block without a break: while the last steps of a tile are
//         multiplied and O is stored, the first steps of the next tile are under way.
// Bounds  any N: columns past kN are copied as zeros and not stored; 16-byte accesses to I and O need
//         kN to be a multiple of 4, otherwise single words are moved. Rows of W past kM are packed as zeros and not
//         stored, rows of I past kK (a padded problem) are copied as zeros.
// Registers  kTileRows*4*kRepeatN accumulators, kTileRows values, 4*kRepeatN of I.
#pragma once

#include "async_copy.cuh"
#include "epilogue.cuh"
#include "row_index.cuh"
#include "thread_tile.cuh"
#include "transposed.cuh"

template <typename Config, typename Pattern>
struct RowGroup {
  static constexpr int kTileRows = Pattern::kGrLeft * Pattern::kGbLeft;
  using Tile = ThreadTile<kTileRows, 4 * Config::kRepeatN>;
  static constexpr int kTileCols = Pattern::kGrRight * Pattern::kGiRight * Pattern::kGbRight;
  static constexpr int kStepNnz = Pattern::kGrRight * Pattern::kGiDegree * Pattern::kGbRight;
  static constexpr int kSteps = Pattern::kGoDegree;
  static constexpr int kGroupBlocks = Pattern::kGiLeft / Config::kBlockGroups;
  static constexpr int kTilesM = Pattern::kGoLeft * kGroupBlocks;
  static constexpr int kTilesN = (Config::kN + Config::kBlockN - 1) / Config::kBlockN;
  static constexpr int kTiles = kTilesM * kTilesN;

  static constexpr int kSliceRows = Pattern::kUnion * Pattern::kGbRight;  // copied, of a slice
  static constexpr int kStepRows = Pattern::kGrRight * kSliceRows;

  using Transposed = TransposedTile<kStepRows, Config::kBlockN>;
  static constexpr int kInputStride = Config::kTransposed ? Transposed::kStride : Config::kBlockN;
  static constexpr int kInputWords = kStepRows * kInputStride;
  static constexpr int kGroupWords = kStepNnz * kTileRows;
  static constexpr int kValueWords = Config::kBlockGroups * kGroupWords;
  static constexpr int kStageWords = kInputWords + (kValueWords + 3) / 4 * 4;
  static constexpr int kRowWords = Pattern::kGiComplete ? 0 : Config::kBlockGroups * kStepNnz;
  static constexpr int kListBlocks = kGroupBlocks / Pattern::kLists;  // that share a list of used rows
  static constexpr int kUsedWords = Config::kUsedRows ? Pattern::kLists * Pattern::kUnion : 0;
  // Exports name Config by a macro, which nvcc does not look for in a pragma.
  static constexpr int kUnroll = Config::kUnroll;

  static_assert(Config::kThreads == 32 * Config::kBlockGroups * Config::kWarpsN, "threads");
  static_assert(Config::kBlockN == 128 * Config::kRepeatN * Config::kWarpsN, "columns of a block");
  // Unions of used rows may be smaller than the largest that there could be.
  static_assert(4 * (Config::kStages * kStageWords + kRowWords + kUsedWords) <= Config::kSharedBytes,
                "shared memory of a block");

  // Where the copies are: they run ahead of the products, over the end of a tile into the next.
  struct Copier {
    int tile;
    int step = 0;
    int vo;  // neighbour of this step, read a step early: it is a load that the copies wait for
  };

  static __device__ __forceinline__ int neighbour(int tile, int step) {
    return tile < kTiles ? Pattern::go_neighbour(tile % kTilesM / kGroupBlocks, step) : 0;
  }

  // The row of a tile of I that is copied as row `row`; `used` is the list of this block.
  static __device__ __forceinline__ int tile_row(const int* used, int row) {
    if constexpr (Config::kUsedRows)
      return row / kSliceRows * (Pattern::kGiRight * Pattern::kGbRight) +
             used[row / Pattern::kGbRight % Pattern::kUnion] + row % Pattern::kGbRight;
    else
      return row;
  }

  // `order` names the row of I that a column of W meets.
  static __device__ __forceinline__ void copy_input(float* stage, const float* __restrict__ input,
                                                    const int* order, const int* used,
                                                    long long first_row, int first_col) {
    if constexpr (Config::kTransposed) {
#pragma unroll 8
      for (int i = threadIdx.x; i < Transposed::kWords; i += Config::kThreads) {
        const int row = Transposed::row(i);
        const int col = Transposed::col(i);
        if (Transposed::kPadded && row >= kStepRows) continue;
        const long long v = first_row + tile_row(used, row);
        const bool valid = first_col + col < Config::kN && v < Config::kK;
        const long long at = valid ? static_cast<long long>(first_col + col) * Config::kK +
                                         InputRow<Config>::of(order, v)
                                   : 0;
        copy_async<4>(stage + row * kInputStride + col, input + at, valid);
      }
    } else {
      constexpr int kRun = Config::kInputVector;
      constexpr int kRuns = Config::kBlockN / kRun;
#pragma unroll 8
      for (int i = threadIdx.x; i < kStepRows * kRuns; i += Config::kThreads) {
        const int row = i / kRuns;
        const int col = i % kRuns * kRun;
        const long long v = first_row + tile_row(used, row);
        const bool valid = first_col + col < Config::kN && v < Config::kK;
        const long long at =
            valid ? InputRow<Config>::of(order, v) * Config::kN + first_col + col : 0;
        copy_async<4 * kRun>(stage + row * kInputStride + col, input + at, valid);
      }
    }
  }

  static __device__ __forceinline__ void copy_step(Copier& copier, float* stage,
                                                   const float* __restrict__ packed,
                                                   const float* __restrict__ input,
                                                   const int* order, const int* used) {
    if (copier.tile < kTiles) {
      copy_input(stage, input, order,
                 used + copier.tile % kGroupBlocks / kListBlocks * Pattern::kUnion,
                 static_cast<long long>(copier.vo) * kTileCols,
                 copier.tile / kTilesM * Config::kBlockN);
      const float* const values =
          packed + (static_cast<long long>(copier.tile % kTilesM) * kSteps + copier.step) *
                       kValueWords;
      constexpr int kValueRun = kValueWords % 4 == 0 ? 4 : 1;
#pragma unroll 4
      for (int i = threadIdx.x * kValueRun; i < kValueWords; i += Config::kThreads * kValueRun)
        copy_async<4 * kValueRun>(stage + kInputWords + i, values + i, true);
      if (++copier.step == kSteps) {
        copier.step = 0;
        copier.tile += Config::kBlocks;
      }
      copier.vo = neighbour(copier.tile, copier.step);
    }
    // Committed even when empty: the number of groups is what waiting counts.
    commit_copies();
  }

  // A lane's columns: runs of 4, 128 apart.
  struct InputRun {
    static __device__ constexpr int offset(int run) { return 128 * run; }
  };

  // The product of one step, for this warp's row group and columns.
  static __device__ __forceinline__ void multiply(Tile& tile, const float* stage, const int* rows,
                                                  int group, int col) {
    const float* const values = stage + kInputWords + group * kGroupWords;
#pragma unroll kUnroll
    for (int j = 0; j < kStepNnz; ++j) {
      const int row = Pattern::kGiComplete ? j * kInputStride : rows[group * kStepNnz + j];
      typename Tile::Operands operands;
      Tile::template load<Tile::kRowRun, InputRun>(operands, values + j * kTileRows,
                                                   stage + row + col);
      tile.add_product(operands);
    }
  }

  // Row of W of row r of a group.
  static __device__ __forceinline__ long long global_row(int block_m, int group, int r) {
    return row_index<Pattern>(
        block_m / kGroupBlocks,
        Pattern::gi_member(block_m % kGroupBlocks * Config::kBlockGroups + group), r);
  }

  static __device__ __forceinline__ void store(Tile& tile, float* output,
                                               const EpilogueArguments& epilogue, int index,
                                               int group, int block_col) {
    const auto row_of = [&](int r) { return global_row(index % kTilesM, group, r); };
    const auto col_of = [](int run) { return InputRun::offset(run); };
    if constexpr (!Config::kScale) tile.scale(epilogue.alpha);
    Epilogue<Config>::template store<Pattern::kGbLeft>(
        tile.sums, row_of, index / kTilesM * Config::kBlockN + block_col, col_of, output, epilogue);
  }

  static __device__ __forceinline__ void run(const float* __restrict__ packed,
                                             const float* __restrict__ input, float* output,
                                             const EpilogueArguments& epilogue) {
    extern __shared__ float4 shared_vectors[];
    float* const stages = reinterpret_cast<float*>(shared_vectors);
    int* const rows = reinterpret_cast<int*>(stages + Config::kStages * kStageWords);
    int* const used = rows + kRowWords;
    const int warp = threadIdx.x / 32;
    const int group = warp / Config::kWarpsN;
    const int col = warp % Config::kWarpsN * 128 * Config::kRepeatN + threadIdx.x % 32 * 4;

    int index = blockIdx.x;
    Copier copier{index, 0, neighbour(index, 0)};
    if constexpr (Config::kUsedRows) {
      for (int i = threadIdx.x; i < kUsedWords; i += Config::kThreads)
        used[i] = Pattern::gi_column(i / Pattern::kUnion, i % Pattern::kUnion) * Pattern::kGbRight;
      __syncthreads();
    }
    for (int stage = 0; stage < Config::kStages - 1; ++stage)
      copy_step(copier, stages + stage * kStageWords, packed, input, epilogue.column_order, used);

    Tile tile;
    tile.clear();
    int stage = 0;
    int next_stage = Config::kStages - 1;
    int list_of = -1;  // the part of the tile whose lists of rows are in shared memory
    for (; index < kTiles; index += Config::kBlocks) {
      if (!Pattern::kGiComplete && index % kGroupBlocks != list_of) {
        list_of = index % kGroupBlocks;
        __syncthreads();  // the last tile's products are done with the lists
        for (int i = threadIdx.x; i < kRowWords; i += Config::kThreads) {
          const int j = i % kStepNnz;
          const int slice = j / (Pattern::kGiDegree * Pattern::kGbRight);
          const int place = Pattern::gi_place(list_of * Config::kBlockGroups + i / kStepNnz,
                                              j / Pattern::kGbRight % Pattern::kGiDegree);
          rows[i] =
              (slice * kSliceRows + place * Pattern::kGbRight + j % Pattern::kGbRight) * kInputStride;
        }
      }
      for (int step = 0; step < kSteps; ++step) {
        wait_copies<Config::kStages - 2>();
        // This step's copies are there for all, and all are done with the buffer filled next.
        __syncthreads();
        copy_step(copier, stages + next_stage * kStageWords, packed, input, epilogue.column_order,
                  used);
        multiply(tile, stages + stage * kStageWords, rows, group, col);
        stage = stage + 1 == Config::kStages ? 0 : stage + 1;
        next_stage = next_stage + 1 == Config::kStages ? 0 : next_stage + 1;
      }
      store(tile, output, epilogue, index, group, col);
      tile.clear();
    }
    wait_copies<0>();
  }

  // Canonical values -> [tile of rows][step][group][j][row], zeros for rows past kM. Grid-stride.
  static __device__ __forceinline__ void pack(const float* __restrict__ values,
                                              float* __restrict__ packed) {
    constexpr long long kWords = static_cast<long long>(kTilesM) * kSteps * kValueWords;
    for (long long i = blockIdx.x * static_cast<long long>(blockDim.x) + threadIdx.x; i < kWords;
         i += static_cast<long long>(gridDim.x) * blockDim.x) {
      const int r = i % kTileRows;
      const int j = i / kTileRows % kStepNnz;
      const int group = i / kGroupWords % Config::kBlockGroups;
      const int step = i / kValueWords % kSteps;
      const int block_m = i / kValueWords / kSteps;
      const long long u = global_row(block_m, group, r);
      packed[i] = u < Config::kM ? values[u * (kSteps * kStepNnz) + step * kStepNnz + j] : 0.0f;
    }
  }
};
