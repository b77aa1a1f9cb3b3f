// The product W I for an RBGP4-sparse W on CUDA cores, f32: no barrier in the loop, copies by the copy engine
// (TMA).
//
// Grid    kBlocks thread blocks take turns at the tiles of O, each kBlockGroups row tiles high and kBlockN
//         columns wide. Tiles that follow each other share their columns of I, which then come from L2.
//         Where there are fewer tiles than multiprocessors, a cluster of kSplitK blocks makes one tile, each
//         block its part of the steps; then each adds up the sums of all for its part of the rows.
// Block   kBlockGroups x kWarpsN warps. A warp owns one row tile of kWarpRows rows: kMerge vertices of Gi,
//         which then share the union of their columns (with zeros where a row has no value), times
//         kMemberRows rows each. Its lanes stand kLaneRows x kLaneCols, each with a register tile of
//         kThreadRows x kThreadCols.
// Shared  kStages buffers of one step each: the kStepTiles tiles of I that neighbours in Go name, as boxes
//         of kStepRows x kBoxCols, and the values of the block, [row tile][column][row], as kValueBoxes boxes
//         without gaps. Then two barriers a buffer, and (unless Gi is complete) the rows of I of each row tile.
//         Lanes of one column read the same 16 bytes of values, lanes side by side 16 bytes next to each other
//         of I: no bank conflicts. With kSplitK > 1 the sums of the block take the place of the buffers at the end,
//         [vector of 4][thread]: lanes side by side again.
// Steps   run through all tiles of a block without a break. Nobody waits for other warps: a warp waits for
//         the data of its next step, and the last warp that is done with a buffer orders what comes into
//         it next. So warps drift apart by up to kStages steps, and some store while others multiply.
// Bounds  any N that is a multiple of 4, which copies need; what lies outside I arrives as zeros. Rows of W
//         past kM are packed as zeros and not stored.
// Registers  kThreadRows*kThreadCols sums and two sets of kThreadRows + kThreadCols operands.
#pragma once

#include "bulk_copy.cuh"
#include "cluster.cuh"
#include "cluster_sums.cuh"
#include "epilogue.cuh"
#include "launch_order.cuh"
#include "row_index.cuh"
#include "thread_tile.cuh"

template <typename Config, typename Pattern>
struct SimtTma {
  using Tile = ThreadTile<Config::kThreadRows, Config::kThreadCols>;
  static constexpr int kLaneCols = 32 / Config::kLaneRows;
  static constexpr int kWarpRows = Config::kThreadRows * Config::kLaneRows;
  static constexpr int kWarpCols = Config::kThreadCols * kLaneCols;
  static constexpr int kMemberRows = kWarpRows / Config::kMerge;
  static constexpr int kWarps = Config::kBlockGroups * Config::kWarpsN;

  static constexpr int kTileCols = Pattern::kGrRight * Pattern::kGiRight * Pattern::kGbRight;
  static constexpr int kTileNnz = Pattern::kGrRight * Pattern::kGiDegree * Pattern::kGbRight;
  // Columns that a row tile meets in one tile of W; kTileNnz of them, or more where vertices of Gi merged.
  static constexpr int kTileUnion = Pattern::kGrRight * Pattern::kUnion * Pattern::kGbRight;
  static constexpr int kStepRows = Config::kStepTiles * kTileCols;
  static constexpr int kStepUnion = Config::kStepTiles * kTileUnion;
  static constexpr int kTileSteps = Pattern::kGoDegree / Config::kStepTiles;
  static constexpr int kSteps = kTileSteps / Config::kSplitK;  // of a block
  static constexpr int kTileGroups = Pattern::kGiLeft / Config::kMerge;
  static constexpr int kGroupBlocks = kTileGroups / Config::kBlockGroups;
  static constexpr int kTilesM = Pattern::kGoLeft * kGroupBlocks;
  static constexpr int kTilesN = (Config::kN + Config::kBlockN - 1) / Config::kBlockN;
  static constexpr int kTiles = kTilesM * kTilesN;
  static constexpr int kClusters = Config::kBlocks / Config::kSplitK;

  static constexpr int kBoxes = Config::kBlockN / Config::kBoxCols;
  static constexpr int kInputWords = kStepRows * Config::kBlockN;
  static constexpr int kGroupWords = kStepUnion * kWarpRows;
  static constexpr int kValueBoxWords = Config::kValueBoxRows * Config::kValueBoxCols;
  static constexpr int kValueBoxes =
      (Config::kBlockGroups * kGroupWords + kValueBoxWords - 1) / kValueBoxWords;
  static constexpr int kValueWords = kValueBoxes * kValueBoxWords;
  static constexpr int kStageWords = kInputWords + kValueWords;
  static_assert(kInputWords % 32 == 0 && kValueBoxWords % 32 == 0, "boxes are aligned to 128 bytes");
  static constexpr int kVectors = Config::kThreadRows * Tile::kColRuns;  // of sums of a lane
  static constexpr int kSumWords = Config::kSplitK > 1 ? 4 * kVectors * Config::kThreads : 0;
  static constexpr int kBufferWords =
      Config::kStages * kStageWords > kSumWords ? Config::kStages * kStageWords : kSumWords;

  // The rows of I of a row tile: a list of runs of |Gb.V| rows, or all rows in order.
  static constexpr int kRun = Pattern::kListed ? Pattern::kGbRight : 1;
  static constexpr int kRuns = kStepUnion / kRun;
  static constexpr int kBody = Config::kBodyRuns * kRun;  // columns in one turn of the loop
  // Where every column has a row of its own in the list, four are read at once: those of the columns 1 to 4
  // lie aligned, since operands are loaded one column ahead. The last four may end behind the list.
  static constexpr bool kWideList = Pattern::kListed && kRun == 1 && kBody % 4 == 0;
  static constexpr int kListShift = kWideList ? 3 : 0;
  static constexpr int kListStride = kWideList ? (kRuns + 7) / 4 * 4 : kRuns;
  static constexpr int kListWords = Pattern::kListed ? kTileGroups * kListStride : 0;
  static constexpr int kRest = kStepUnion % kBody;  // columns after the last turn

  static_assert(Config::kThreads == 32 * kWarps, "threads");
  static_assert(Config::kBlockN == kWarpCols * Config::kWarpsN, "columns of a block");
  static_assert(Config::kBoxCols % kWarpCols == 0 || kWarpCols % Config::kBoxCols == 0,
                "a warp's columns lie in one box or fill several");
  static_assert(kSteps * Config::kSplitK * Config::kStepTiles == Pattern::kGoDegree,
                "steps of whole tiles, as many in each block");
  static_assert(Config::kSplitK == 1 || kClusters == kTiles,
                "buffers are free at the end of a cluster's only tile");
  static_assert(Config::kThreadRows % Config::kSplitK == 0, "as many rows for each block");
  static_assert(Pattern::kUnion <= Config::kMaxUnion, "room for the columns of a row tile");
  static_assert(4 * (kBufferWords + Config::kStages * 4 + kListWords) <= Config::kSharedBytes,
                "shared memory of a block");

  // Where the runs of 4 columns of a lane are: side by side in a box, or in the next one.
  struct InputRun {
    static __device__ constexpr int offset(int run) {
      const int col = run * 4 * kLaneCols;
      return col / Config::kBoxCols * kStepRows * Config::kBoxCols + col % Config::kBoxCols;
    }
  };

  struct Shared {
    float* stages;
    SharedBarrier* filled;  // one a stage
    SharedBarrier* done;    // one a stage: all warps have what they need of it
    int* lists;
  };

  static __device__ __forceinline__ Shared shared_of(float* words) {
    Shared shared;
    shared.stages = words;
    shared.filled = reinterpret_cast<SharedBarrier*>(words + kBufferWords);
    shared.done = shared.filled + Config::kStages;
    shared.lists = reinterpret_cast<int*>(shared.done + Config::kStages);
    return shared;
  }

  // The place of this block in its cluster, and the first tile of the cluster.
  static __device__ __forceinline__ int rank() {
    return static_cast<int>(blockIdx.x) % Config::kSplitK;
  }
  static __device__ __forceinline__ int first_tile() {
    return static_cast<int>(blockIdx.x) / Config::kSplitK;
  }

  // Orders the data of this block's step number `turn` into a stage.
  static __device__ __forceinline__ void fill(const Shared& shared, int stage, int turn,
                                              const TensorMap& packed, const TensorMap& input) {
    const int tile = first_tile() + turn / kSteps * kClusters;
    const int step = rank() * kSteps + turn % kSteps;
    const int block_m = tile % kTilesM;
    const int first_col = tile / kTilesM * Config::kBlockN;
    float* const to = shared.stages + stage * kStageWords;
    SharedBarrier& filled = shared.filled[stage];
    filled.arrive_expecting(4 * (kInputWords + kValueWords));
#pragma unroll
    for (int t = 0; t < Config::kStepTiles; ++t) {
      const int vo = Pattern::go_neighbour(block_m / kGroupBlocks, step * Config::kStepTiles + t);
#pragma unroll
      for (int box = 0; box < kBoxes; ++box)
        copy_box(to + (box * kStepRows + t * kTileCols) * Config::kBoxCols, input,
                 first_col + box * Config::kBoxCols, vo * kTileCols, filled);
    }
#pragma unroll
    for (int box = 0; box < kValueBoxes; ++box)
      copy_box(to + kInputWords + box * kValueBoxWords, packed, 0,
               ((block_m * kTileSteps + step) * kValueBoxes + box) * Config::kValueBoxRows, filled);
  }

  // Where a warp's operands of a step are.
  struct Source {
    const float* values;
    const float* input;
    const int* list;
  };

  // Of column first + j of a step; `first` is where a run begins.
  static __device__ __forceinline__ int input_row(const Source& from, int first, int j) {
    return Pattern::kListed ? from.list[first / kRun + j / kRun] + j % kRun * Config::kBoxCols
                            : (first + j) * Config::kBoxCols;
  }

  static __device__ __forceinline__ void load(typename Tile::Operands& to, const Source& from,
                                              int column, int row) {
    Tile::template load<Tile::kRowRun * Config::kLaneRows, InputRun>(
        to, from.values + column * kWarpRows, from.input + row);
  }

  // Adds the products of kColumns columns. Operands are loaded one column ahead; those of `first` are in
  // operands[0], and those of first + kColumns will be, where a step has so many.
  template <int kColumns>
  static __device__ __forceinline__ void add_columns(Tile& tile,
                                                     typename Tile::Operands (&operands)[2],
                                                     const Source& from, int first) {
    int rows[kColumns];  // of the columns one ahead
    if constexpr (kWideList && kColumns % 4 == 0) {
#pragma unroll
      for (int j = 0; j < kColumns; j += 4) {
        const int4 four = *reinterpret_cast<const int4*>(from.list + first + j + 1);
        rows[j] = four.x, rows[j + 1] = four.y, rows[j + 2] = four.z, rows[j + 3] = four.w;
      }
    }
#pragma unroll
    for (int j = 0; j < kColumns; ++j) {
      if (j + 1 < kColumns || first + kColumns < kStepUnion) {
        if constexpr (!kWideList || kColumns % 4 != 0)
          rows[j] = j + 1 < kColumns ? input_row(from, first, j + 1)
                                     : input_row(from, first + kColumns, 0);
        load(operands[(j + 1) % 2], from, first + j + 1, rows[j]);
      }
      tile.add_product(operands[j % 2]);
    }
    if constexpr (kColumns % 2 == 1) operands[0] = operands[1];
  }

  // The products of one step.
  static __device__ __forceinline__ void multiply(Tile& tile, const Source& from) {
    typename Tile::Operands operands[2];
    load(operands[0], from, 0, input_row(from, 0, 0));
#pragma unroll 1
    for (int first = 0; first + kBody <= kStepUnion; first += kBody)
      add_columns<kBody>(tile, operands, from, first);
    if constexpr (kRest > 0) add_columns<kRest>(tile, operands, from, kStepUnion - kRest);
  }

  // Row of W of row r of a row tile.
  static __device__ __forceinline__ long long global_row(int block_m, int group, int r) {
    const int ui = Pattern::gi_member(block_m % kGroupBlocks * Config::kBlockGroups + group,
                                      r / kMemberRows);
    return row_index<Pattern>(block_m / kGroupBlocks, ui, r % kMemberRows);
  }

  // Stores rows first_row.. of a lane's register tile, kRows of them.
  template <typename EpilogueConfig, int kRows>
  static __device__ __forceinline__ void store(float (&sums)[kRows][Tile::kColRuns][4], int first_row,
                                               float* output, const EpilogueArguments& epilogue,
                                               int index, int group, int warp_col, int lane) {
    const int lane_row = lane / kLaneCols;
    const int first_col = index / kTilesM * Config::kBlockN + warp_col + lane % kLaneCols * 4;
    const auto row_of = [&](int r) {
      const int row = first_row + r;
      return global_row(index % kTilesM, group,
                        (row / Tile::kRowRun * Config::kLaneRows + lane_row) * Tile::kRowRun +
                            row % Tile::kRowRun);
    };
    const auto col_of = [](int run) { return run * 4 * kLaneCols; };
    Epilogue<EpilogueConfig>::template store<1>(sums, row_of, first_col, col_of, output, epilogue);
  }

  // Sums that went through shared memory, and were scaled before it: see Store in thread_tile.cuh.
  struct Scaled : Config {
    static constexpr int kScale = 0;
  };

  // Adds up this block's part of the rows over the cluster.
  static constexpr int kPartRows = Config::kThreadRows / Config::kSplitK;
  static __device__ __forceinline__ void join(float (&part)[kPartRows][Tile::kColRuns][4],
                                              const Tile& tile, float4* vectors) {
    const ClusterSums<Config::kSplitK, Config::kThreads> shared{vectors};
    constexpr int kPart = kPartRows * Tile::kColRuns;
    __syncthreads();  // the buffers are free
#pragma unroll
    for (int i = 0; i < kVectors; ++i) shared.write(i, tile.sums[i / Tile::kColRuns][i % Tile::kColRuns]);
    cluster_barrier();
    shared.template add_up<kPart>(
        rank() * kPart, [](int i) { return i; },
        [&](int i) { return part[i / Tile::kColRuns][i % Tile::kColRuns]; });
    cluster_barrier();  // nobody reads this block's sums any more: it may end
  }

  // From the sums of a tile to O.
  static __device__ __forceinline__ void finish(Tile& tile, float4* vectors, float* output,
                                                const EpilogueArguments& epilogue, int index,
                                                int group, int warp_col, int lane) {
    if constexpr (Config::kSplitK == 1) {
      if constexpr (!Config::kScale) tile.scale(epilogue.alpha);
      store<Config>(tile.sums, 0, output, epilogue, index, group, warp_col, lane);
    } else {
      tile.scale(epilogue.alpha);
      float part[kPartRows][Tile::kColRuns][4];
      join(part, tile, vectors);
      store<Scaled>(part, rank() * kPartRows, output, epilogue, index, group, warp_col, lane);
    }
  }

  static __device__ __forceinline__ void write_lists(int* lists) {
    if constexpr (Pattern::kListed) {
      for (int i = threadIdx.x; i < kTileGroups * kRuns; i += Config::kThreads) {
        const int run = i % kRuns;
        const int t = run / (Pattern::kGrRight * Pattern::kUnion);
        const int slice = run / Pattern::kUnion % Pattern::kGrRight;
        const int vi = Pattern::gi_column(i / kRuns, run % Pattern::kUnion);
        lists[i / kRuns * kListStride + kListShift + run] =
            (t * kTileCols + (slice * Pattern::kGiRight + vi) * Pattern::kGbRight) *
            Config::kBoxCols;
      }
    }
  }

  static __device__ __forceinline__ void run(const TensorMap& packed, const TensorMap& input,
                                             float* output,
                                             const EpilogueArguments& epilogue) {
    extern __shared__ __align__(128) float4 shared_vectors[];
    const Shared shared = shared_of(reinterpret_cast<float*>(shared_vectors));
    const int lane = threadIdx.x % 32;
    const int warp = threadIdx.x / 32;
    const int group = warp / Config::kWarpsN;
    const int warp_col = warp % Config::kWarpsN * kWarpCols;
    const int box = warp_col / Config::kBoxCols;

    const int tiles = (kTiles - 1 - first_tile()) / kClusters + 1;
    const int turns = tiles * kSteps;
    if (threadIdx.x == 0) {
      for (int stage = 0; stage < Config::kStages; ++stage) {
        shared.filled[stage].init(1);
        shared.done[stage].init(kWarps);
      }
      fence_for_copies();
    }
    write_lists(shared.lists);
    __syncthreads();
    let_next_launch_begin();
    wait_for_earlier_launches();
    if (threadIdx.x == 0)
      for (int stage = 0; stage < Config::kStages && stage < turns; ++stage)
        fill(shared, stage, stage, packed, input);

    const int* list = shared.lists;
    Tile tile;
    tile.clear();
    int stage = 0;
    unsigned parity = 0;
    int turn = 0;
    for (int index = first_tile(); index < kTiles; index += kClusters) {
      if constexpr (Pattern::kListed)
        list = shared.lists +
               (index % kTilesM % kGroupBlocks * Config::kBlockGroups + group) * kListStride +
               kListShift;
      for (int step = 0; step < kSteps; ++step, ++turn) {
        const float* const from = shared.stages + stage * kStageWords;
        shared.filled[stage].wait(parity);
        multiply(tile,
                 {from + kInputWords + group * kGroupWords + lane / kLaneCols * Tile::kRowRun,
                  from + box * kStepRows * Config::kBoxCols + warp_col % Config::kBoxCols +
                      lane % kLaneCols * 4,
                  list});
        __syncwarp();
        if (lane == 0 && shared.done[stage].arrive_last() && turn + Config::kStages < turns) {
          shared.done[stage].wait(parity);  // it is complete: this orders the others' reads before the copy
          fill(shared, stage, turn + Config::kStages, packed, input);
        }
        if (++stage == Config::kStages) {
          stage = 0;
          parity ^= 1;
        }
      }
      finish(tile, shared_vectors, output, epilogue, index, group, warp_col, lane);
      tile.clear();
    }
  }

  // Canonical values -> [tile of rows][step][row tile][column][row], zeros for rows past kM and where a row
  // has no value in a column of its row tile. Grid-stride.
  static __device__ __forceinline__ void pack(const float* __restrict__ values,
                                              float* __restrict__ packed) {
    constexpr long long kWords = static_cast<long long>(kTilesM) * kTileSteps * kValueWords;
    constexpr int kUsed = Config::kBlockGroups * kGroupWords;
    for (long long i = blockIdx.x * static_cast<long long>(blockDim.x) + threadIdx.x; i < kWords;
         i += static_cast<long long>(gridDim.x) * blockDim.x) {
      const int within = i % kValueWords;
      const int step = i / kValueWords % kTileSteps;
      const int block_m = i / kValueWords / kTileSteps;
      const int r = within % kWarpRows;
      const int j = within / kWarpRows % kStepUnion;
      const int group = within / kGroupWords;
      float value = 0.0f;
      if (within < kUsed) {
        const int t = j / kTileUnion;
        const int slice = j % kTileUnion / (Pattern::kUnion * Pattern::kGbRight);
        const int source = Pattern::gi_source(block_m % kGroupBlocks * Config::kBlockGroups + group,
                                              r / kMemberRows,
                                              j / Pattern::kGbRight % Pattern::kUnion);
        const long long u = global_row(block_m, group, r);
        if (source >= 0 && u < Config::kM)
          value = values[u * (Pattern::kGoDegree * kTileNnz) +
                         (step * Config::kStepTiles + t) * kTileNnz +
                         (slice * Pattern::kGiDegree + source) * Pattern::kGbRight +
                         j % Pattern::kGbRight];
      }
      packed[i] = value;
    }
  }
};
