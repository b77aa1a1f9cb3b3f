// The product W I for an RBGP4-sparse W on the tensor cores of Hopper (wgmma, sm_90a); sums in f32.
//
// Grid    kBlocks thread blocks take turns at the tiles of O, each kBlockGroups row groups of 64 rows high and
//         kBlockN columns wide. Those of a cluster stand kClusterM x kClusterN: blocks side by side share
//         values of W, blocks above each other, all in one row of Go, the tiles of I; each fetches its part
//         for all. Or, meant for fewer tiles than multiprocessors, a cluster of kSplitK blocks makes one tile, each
//         block its part of the steps; then each adds up the sums of all for its part of the columns.
// Block   one producer warp, which orders copies, and kConsumers warpgroups, which multiply. A warpgroup owns
//         kGroups row groups, all kBlockN columns of them: kGroups * kBlockN / 2 sums a thread.
// Slabs   of 32 bytes of a row of W are what an instruction takes, with the rows of I that they meet. A row
//         group multiplies the slabs of its own neighbours in Gi only: where they lie is an offset in a
//         descriptor. Where Gi is a lift, a step can take a part of a tile: some vertices of the graph that was
//         lifted, all clones of each, of which every row group has one as a neighbour.
// Pairs   Where each row of Gi has at most one of every two vertices half a tile apart, as of a 2-lift, kPaired
//         multiplies a tile whole by the sparse instructions, which take two values of four columns: rows of I half
//         a tile apart lie beside each other, W packed has one value for both, and registers say which it is of.
// Shared  kStages buffers of one step each: kStepCols rows of I in boxes 128 bytes wide under the 128-byte
//         swizzle (transposed: its columns), and for each row group its kGroupSlabs slabs of values, as core
//         matrices of 8 rows x 16 bytes one after the other. Then room for parts of O on their way out
//         (kStoreBytes), and two barriers a buffer, three where I is converted. With kSplitK > 1 the sums of the
//         block take the place of the buffers at the end.
// Floats  are multiplied with columns of I in one piece: in layout kn three warps beside the producer turn each
//         box of 32 x 32 round (input_conversion.cuh). In f32x3 what an instruction drops of a float is a
//         second term: of W packed, of I made by the same warps. Sums of a step are made by themselves, small
//         products first, and added as floats: tensor cores cut off where additions of floats round.
// Stores  O leaves in pairs of neighbours, kStoreBoxes boxes at a time. As many of a tile's stores as registers can
//         hold beside the sums (kLateStores, the last ones) wait, and are spread over the steps of the block's next
//         tile, so that tensor cores do not stand still meanwhile.
// Steps   run through all tiles of a block without a break, so that the next tile's data arrive during the
//         epilogue. Warpgroups wait for data only, never for each other, and may drift apart by kStages steps.
// Bounds  any N whose rows of I are whole pieces of 16 bytes, which copies need (transposed: any K); what lies
//         outside I arrives as zeros, what lies outside O is not stored.
// Registers  the producer's are given to the consumers (kConsumerRegisters).
#pragma once

#include "bulk_copy.cuh"
#include "cluster.cuh"
#include "cluster_sums.cuh"
#include "direct_store.cuh"
#include "epilogue.cuh"
#include "input_conversion.cuh"
#include "launch_order.cuh"
#include "pair.cuh"
#include "ring_place.cuh"
#include "row_index.cuh"
#include "warpgroup.cuh"
#include "wgmma_neighbours.cuh"
#include "wgmma_pack.cuh"
#include "wgmma_store.cuh"

template <typename Config, typename Pattern>
struct Wgmma {
  using Element = typename Config::Element;
  static constexpr int kGroupRows = 64;
  static constexpr int kRowBytes = 128;  // of a box
  static constexpr int kBoxCols = kRowBytes / sizeof(Element);
  static constexpr int kPieceBytes = 16;  // what the swizzle moves
  static constexpr int kPiece = kPieceBytes / sizeof(Element);
  static constexpr int kSlab = 2 * kPiece;  // columns of W, as packed
  static constexpr int kSlabInput = Config::kPaired ? 2 * kSlab : kSlab;  // rows of I that they meet
  static constexpr int kTerms = Config::kTerms;  // whose sum an operand is
  static constexpr int kGroups = Config::kBlockGroups / Config::kConsumers;
  static constexpr int kSums = Config::kBlockN / 2;  // of a thread and row group
  static constexpr int kWarps = 4 * Config::kConsumers;
  static constexpr bool kTurned = !Config::kTransposed && sizeof(Element) == 4;
  static constexpr bool kByRows = !Config::kTransposed && !kTurned;  // how instructions meet I
  static constexpr bool kConverted = kTurned || kTerms > 1;
  static constexpr int kConvertWarps = 3;
  static constexpr int kWarpRows = 16;

  static constexpr int kTileCols = Pattern::kGrRight * Pattern::kGiRight * Pattern::kGbRight;
  // A step takes several tiles of I, or a part of one.
  static constexpr int kStepTiles = Config::kStepCols > kTileCols ? Config::kStepCols / kTileCols : 1;
  static constexpr int kPartCols = Config::kStepCols / kStepTiles;
  static constexpr int kParts = kTileCols / kPartCols;
  static constexpr int kSteps = Pattern::kGoDegree * kParts / kStepTiles;  // of a tile
  static constexpr int kBlockSteps = kSteps / Config::kSplitK;
  static constexpr int kBlockDegree = Pattern::kGoDegree / Config::kSplitK;  // tiles of I that a block meets
  static constexpr int kGroupSlabs = kStepTiles * Config::kPartSlabs;
  static constexpr int kGroupBlocks = Pattern::kGiLeft / Config::kBlockGroups;
  static constexpr int kTilesM = Pattern::kGoLeft * kGroupBlocks;
  static constexpr int kTilesN = (Config::kN + Config::kBlockN - 1) / Config::kBlockN;
  // A cluster takes kClusterM x kClusterN tiles at a turn.
  static constexpr int kCluster = Config::kClusterM * Config::kClusterN;
  static constexpr int kTurnsM = kTilesM / Config::kClusterM;
  static constexpr int kTurnsN = (kTilesN + Config::kClusterN - 1) / Config::kClusterN;
  static constexpr int kTurns = kTurnsM * kTurnsN;
  static constexpr int kClusters = Config::kBlocks / (kCluster * Config::kSplitK);

  // Columns of a part that one clone has; kClones is 1 unless a part is of a sparse Gi or columns are paired.
  static constexpr int kCloneCols = kPartCols / Config::kClones;
  static constexpr int kListedParts = Config::kClones > 1 ? kParts : 1;

  // What a row group multiplies of a part of a tile: where its slabs of I are, in bytes from the step's first, and
  // where columns are paired which of them its rows have, as the instruction takes it.
  struct Slabs {
    int offsets[kGroupSlabs];
    unsigned selected[Config::kPaired ? Config::kPartSlabs : 1];
  };

  // Boxes of I that a part of a tile is copied as: side by side along a row of I, as it lies.
  static constexpr int kPartBoxes = (Config::kTransposed ? kPartCols : Config::kBlockN) / kBoxCols *
                                    (kTurned ? kPartCols / kBoxCols : 1);
  static constexpr int kInputBytes = Config::kStepCols * Config::kBlockN * sizeof(Element);
  static constexpr int kSlabBytes = kGroupRows * kSlab * sizeof(Element);
  static constexpr int kGroupBytes = kTerms * kGroupSlabs * kSlabBytes;
  static constexpr int kValueBytes = Config::kBlockGroups * kGroupBytes;
  static constexpr int kStageBytes = kTerms * kInputBytes + kValueBytes;
  static constexpr int kStageBarriers = kConverted ? 3 : 2;
  static constexpr int kSumBytes =
      Config::kSplitK > 1 ? Config::kBlockGroups * kGroupRows * Config::kBlockN * 4 : 0;
  static constexpr int kBufferBytes =
      Config::kStages * kStageBytes > kSumBytes ? Config::kStages * kStageBytes : kSumBytes;

  // Of a tile, what a block finishes.
  static constexpr int kFinishedCols = Config::kBlockN / Config::kSplitK;
  static constexpr int kFinished = kSums / Config::kSplitK;

  // What a warpgroup stores of a row group at a time, and how often until a tile is stored.
  static constexpr int kStoreCols =
      Config::kTransposed ? Config::kStoreRows : Config::kStoreBoxes * kBoxCols;
  static constexpr int kGroupStores = Config::kStoreBytes > 0 ? kFinishedCols / kStoreCols : 0;
  static constexpr int kStores = kGroups * kGroupStores;
  static constexpr int kEarlyStores = kStores - Config::kLateStores;

  static_assert(Config::kThreads == 128 * (Config::kConsumers + 1), "threads");
  static_assert(kBufferBytes + Config::kStages * kStageBarriers * sizeof(SharedBarrier) + Config::kStoreBytes <=
                    Config::kSharedBytes,
                "shared memory of a block");
  static_assert(kBlockDegree * Config::kSplitK == Pattern::kGoDegree && kBlockDegree % kStepTiles == 0,
                "steps of whole tiles, as many in each block");
  static_assert(kTerms == 1 || Config::kLateStores == 0, "no products run on while sums are added up");
  static_assert(Config::kSplitK == 1 || (kCluster == 1 && kClusters == kTurns),
                "buffers are free at the end of a cluster's only tile");

  struct Shared {
    unsigned char* stages;
    unsigned char* stores;
    SharedBarrier* filled;  // one a stage
    SharedBarrier* done;    // one a stage: all warps that multiply have what they need of it
    SharedBarrier* converted;  // one a stage: I is as instructions take it
  };

  static __device__ __forceinline__ Shared shared_of(unsigned char* bytes) {
    Shared shared;
    shared.stages = bytes;
    shared.stores = bytes + kBufferBytes;
    shared.filled = reinterpret_cast<SharedBarrier*>(shared.stores + Config::kStoreBytes);
    shared.done = shared.filled + Config::kStages;
    shared.converted = shared.done + Config::kStages;
    return shared;
  }

  using Place = RingPlace<Config::kStages>;
  using Pairs = Pair<Element>[kFinished / 2];  // a thread's elements of O, of a row group

  // The place of this block in its cluster.
  static __device__ __forceinline__ int rank_m() {
    return static_cast<int>(blockIdx.x) % Config::kClusterM;
  }
  static __device__ __forceinline__ int rank_n() {
    return static_cast<int>(blockIdx.x) % kCluster / Config::kClusterM;
  }
  static __device__ __forceinline__ int rank_k() {
    return static_cast<int>(blockIdx.x) % Config::kSplitK;
  }
  static __device__ __forceinline__ int first_turn() {
    return static_cast<int>(blockIdx.x) / (kCluster * Config::kSplitK);
  }
  static __device__ __forceinline__ int tile_m(int turn) {
    return turn % kTurnsM * Config::kClusterM + rank_m();
  }
  static __device__ __forceinline__ int first_col(int turn) {
    return (turn / kTurnsM * Config::kClusterN + rank_n()) * Config::kBlockN;
  }
  static __device__ __forceinline__ int first_finished_col(int turn) {
    return first_col(turn) + rank_k() * kFinishedCols;
  }

  // The first row group of a warpgroup, in Gi.
  static __device__ __forceinline__ int first_group(int turn, int consumer) {
    return tile_m(turn) % kGroupBlocks * Config::kBlockGroups + consumer * kGroups;
  }

  // Copies columns `column`.. of W's, kPartCols of them, of I: for part `t` of a step. Of clones, and of paired
  // columns, these are the first, and the others lie further on. Blocks above each other share the boxes or
  // (transposed) the rows of each.
  static __device__ __forceinline__ void copy_input(unsigned char* to, const TensorMap& input,
                                                    int t, int column, int col,
                                                    SharedBarrier& filled) {
    constexpr int kBlocksBelow = (1 << Config::kClusterM) - 1;
    constexpr int kShare = Config::kTransposed ? 1 : Config::kClusterM;
    constexpr int kBoxRows = Config::kBlockN / Config::kClusterM;  // transposed
#pragma unroll
    for (int i = 0; i < kPartBoxes * (Config::kPaired ? 1 : Config::kClones); i += kShare) {
      const int box = i % kPartBoxes + (kShare > 1 ? rank_m() : 0);
      const int clone = i / kPartBoxes;
      // Of a box as it lies: which it is along a row of I, and along a column.
      const int along = kTurned ? box % (Config::kBlockN / kBoxCols) : box;
      const int down = kTurned ? box / (Config::kBlockN / kBoxCols) : 0;
      const int row = kTurned ? (t * kPartBoxes + box) * kBoxCols
                      : Config::kTransposed
                          ? (t * kPartBoxes + box) * Config::kBlockN + rank_m() * kBoxRows
                          : box * Config::kStepCols + t * kPartCols + clone * kCloneCols;
      const int x = (Config::kTransposed ? column : col) + along * kBoxCols;
      const int y = Config::kTransposed
                        ? col + rank_m() * kBoxRows
                        : column + down * kBoxCols + clone * (kTileCols / Config::kClones);
      unsigned char* const box_to = to + row * kRowBytes;
      const int blocks = kBlocksBelow << rank_n() * Config::kClusterM;
      if constexpr (Config::kClusterM == 1 && !Config::kPaired)
        copy_box(box_to, input, x, y, filled);
      else if constexpr (Config::kClusterM == 1)
        copy_paired_box(box_to, input, x, y, filled);
      else if constexpr (!Config::kPaired)
        copy_box_to(blocks, box_to, input, x, y, filled);
      else
        copy_paired_box_to(blocks, box_to, input, x, y, filled);
    }
  }

  // Copies this block's part of a step's values, a box, to all blocks beside it. The steps of all tiles are
  // numbered one after the other.
  static __device__ __forceinline__ void copy_values(unsigned char* to, const TensorMap& packed,
                                                     int step, SharedBarrier& filled) {
    constexpr int kBlocksBeside = ((1 << kCluster) - 1) / ((1 << Config::kClusterM) - 1);
    constexpr int kPart = kValueBytes / Config::kClusterN;
    static_assert(kPart == Config::kValueBoxRows * Config::kValueBoxCols * sizeof(Element),
                  "a box is a block's part of the values");
    const int row = (step * Config::kClusterN + rank_n()) * Config::kValueBoxRows;
    if constexpr (Config::kClusterN == 1)
      copy_box(to, packed, 0, row, filled);
    else
      copy_box_to(kBlocksBeside << rank_m(), to + rank_n() * kPart, packed, 0, row, filled);
  }

  // What the producer warp does.
  static __device__ __forceinline__ void produce(const Shared& shared, const TensorMap& packed,
                                                 const TensorMap& input) {
    const bool leads = threadIdx.x % 32 == 0;
    WgmmaNeighbours<Pattern, Wgmma> neighbours;
    Place place;
    for (int turn = first_turn(); turn < kTurns; turn += kClusters) {
      int tile = 0;
      for (int step = 0; step < kBlockSteps; ++step) {
        SharedBarrier& filled = shared.filled[place.stage];
        unsigned char* const to = shared.stages + place.stage * kStageBytes;
        shared.done[place.stage].wait(place.parity ^ 1);
        if (leads) filled.arrive_expecting(kInputBytes + kValueBytes);
#pragma unroll
        for (int t = 0; t < kStepTiles; ++t) {
          if (step % kParts == 0) tile = neighbours.next() * kTileCols;
          if (leads)
            copy_input(to, input, t, tile + step % kParts * kCloneCols, first_col(turn), filled);
        }
        if (leads)
          copy_values(to + kTerms * kInputBytes, packed,
                      tile_m(turn) * kSteps + rank_k() * kBlockSteps + step, filled);
        place.next();
      }
    }
  }

  // What the warps beside the producer do where I is not yet as instructions take it.
  static __device__ __forceinline__ void convert(const Shared& shared) {
    constexpr int kVectors = kInputBytes / sizeof(float4);
    Place place;
    for (int turn = first_turn(); turn < kTurns; turn += kClusters)
      for (int step = 0; step < kBlockSteps; ++step) {
        shared.filled[place.stage].wait(place.parity);
        convert_input<kTurned, kTerms, kVectors, kConvertWarps>(
            reinterpret_cast<float4*>(shared.stages + place.stage * kStageBytes),
            threadIdx.x / 32 % 4 - 1);
        fence_for_copies();
        __syncwarp();
        if (threadIdx.x % 32 == 0) shared.converted[place.stage].arrive();
        place.next();
      }
  }

  // Bytes from a step's first slab of I to the s-th one of a row group.
  static __device__ __forceinline__ int slab_offset(int group, int part, int s) {
    const int of_part = s % Config::kPartSlabs;
    const int slab =
        Config::kPaired ? of_part : Pattern::slab(group, part * Config::kPartSlabs + of_part);
    const int column = s / Config::kPartSlabs * kPartCols + slab * kSlabInput;
    return kByRows ? column * kRowBytes
                   : column / kBoxCols * Config::kBlockN * kRowBytes +
                         column % kBoxCols * static_cast<int>(sizeof(Element));
  }

  static __device__ __forceinline__ Slabs slabs_of(int turn, int group, int part) {
    Slabs slabs;
#pragma unroll
    for (int s = 0; s < kGroupSlabs; ++s) slabs.offsets[s] = slab_offset(group, part, s);
    if constexpr (Config::kPaired) {
      // Of four lanes that have the same two rows the instruction asks the first for the first half of the columns, the
      // second for the other; the low half of a word is the upper row's (PTX ISA, sparse matrix storage).
      const int lane = threadIdx.x % 32;
      const long long u = row_of(turn, group, threadIdx.x / 32 % 4 * kWarpRows + lane / 4);
      const long long lower = row_of(turn, group, threadIdx.x / 32 % 4 * kWarpRows + lane / 4 + 8);
#pragma unroll
      for (int s = 0; s < Config::kPartSlabs; ++s) {
        const int half = 2 * (part * Config::kPartSlabs + s) + lane % 2;
        slabs.selected[s] = Pattern::selected(u, half) | Pattern::selected(lower, half) << 16;
      }
    }
    return slabs;
  }

  static __device__ __forceinline__ void release(const Shared& shared, int stage) {
    const int lane = threadIdx.x % 32;
    if constexpr (kCluster == 1) {
      if (lane == 0) shared.done[stage].arrive();
    } else if (lane < kCluster) {
      shared.done[stage].arrive_at(lane);
    }
  }

  // Adds the products of a row group and a step: of all its slabs, term `w` of W and `i` of I.
  static __device__ __forceinline__ void multiply_terms(float (&sums)[kSums], unsigned long long values,
                                                        unsigned long long input,
                                                        const Slabs& slabs, int w, int i, bool add) {
#pragma unroll
    for (int s = 0; s < kGroupSlabs; ++s) {
      const unsigned long long slab_values = advance(values, (w * kGroupSlabs + s) * kSlabBytes);
      const unsigned long long slab_input = advance(input, i * kInputBytes + slabs.offsets[s]);
      if constexpr (Config::kPaired)
        Config::multiply(sums, slab_values, slab_input, slabs.selected[s % Config::kPartSlabs],
                         add || s > 0);
      else
        Config::multiply(sums, slab_values, slab_input, add || s > 0);
    }
  }

  // Waits for a step, and adds or assigns its products to the sums. Gives back the stage `last` before it, or where
  // sums of a step are made by themselves its own. Products are under way during `meanwhile`, which leaves the sums
  // alone.
  template <typename Meanwhile>
  static __device__ __forceinline__ void multiply_step(const Shared& shared,
                                                       float (&sums)[kGroups][kSums], int consumer,
                                                       const Place& place,
                                                       const Slabs (&slabs)[kGroups],
                                                       bool add, int last, Meanwhile meanwhile) {
    const unsigned char* const from = shared.stages + place.stage * kStageBytes;
    // I: 8 rows of a box are 1024 bytes; boxes of further columns (never more, transposed) are a step's
    // rows apart.
    const unsigned long long input =
        matrix_descriptor(from, Config::kStepCols * kRowBytes, 8 * kRowBytes, kSwizzle128);
    // W: core matrices are 128 bytes; those of a slab's second half come after all rows.
    const unsigned long long values =
        matrix_descriptor(from + kTerms * kInputBytes + consumer * kGroups * kGroupBytes,
                          kSlabBytes / 2, 8 * kPieceBytes, kNoSwizzle);
    shared.filled[place.stage].wait(place.parity);
    if constexpr (kConverted) shared.converted[place.stage].wait(place.parity);
    if constexpr (kTerms == 1) {
      begin_products();
#pragma unroll
      for (int g = 0; g < kGroups; ++g)
        multiply_terms(sums[g], advance(values, g * kGroupBytes), input, slabs[g], 0, 0, add);
      end_products();
      meanwhile();
      wait_for_products<1>();
      if (add) release(shared, last);
    } else {
#pragma unroll
      for (int g = 0; g < kGroups; ++g) {
        const unsigned long long of_group = advance(values, g * kGroupBytes);
        float part[kSums];
        begin_products();
        multiply_terms(part, of_group, input, slabs[g], 1, 0, false);
        multiply_terms(part, of_group, input, slabs[g], 0, 1, true);
        multiply_terms(part, of_group, input, slabs[g], 0, 0, true);
        end_products();
        wait_for_products<0>();
#pragma unroll
        for (int i = 0; i < kSums; ++i) sums[g][i] = add ? sums[g][i] + part[i] : part[i];
      }
      release(shared, place.stage);
    }
  }

  // The step of the next tile that a late store waits for.
  static __device__ __forceinline__ int late_step(int i) {
    return (i - kEarlyStores) * kBlockSteps / Config::kLateStores;
  }

  // What a warpgroup that multiplies does.
  static __device__ __forceinline__ void consume(const Shared& shared, int consumer,
                                                 const TensorMap& output_map, Element* output,
                                                 const EpilogueArguments& epilogue) {
    constexpr int kNone = -1;
    Place place;
    float sums[kGroups][kSums];
    Pairs pairs[kGroups];
    int waiting = kNone;  // the turn whose pairs wait to be stored
    for (int turn = first_turn(); turn < kTurns; turn += kClusters) {
      const int first = first_group(turn, consumer);
      Slabs slabs[kListedParts][kGroups];
#pragma unroll
      for (int part = 0; part < kListedParts; ++part)
#pragma unroll
        for (int g = 0; g < kGroups; ++g) slabs[part][g] = slabs_of(turn, first + g, part);
      int last = 0;
      for (int step = 0; step < kBlockSteps; step += kListedParts)
#pragma unroll
        for (int part = 0; part < kListedParts; ++part) {
          multiply_step(shared, sums, consumer, place, slabs[part], step + part > 0, last, [&] {
            if constexpr (Config::kLateStores > 0)
              if (waiting != kNone)
                store_tile(shared, pairs, consumer, waiting, output_map, [&](int i) {
                  return i >= kEarlyStores && late_step(i) == step + part;
                });
          });
          last = place.stage;
          place.next();
        }
      if constexpr (kTerms == 1) {
        wait_for_products<0>();
        release(shared, last);
      }
      const auto finish_tile = [&](auto& finished) {
#pragma unroll
        for (int g = 0; g < kGroups; ++g) {
          finish_group(finished[g], pairs[g], turn, first + g, output, epilogue);
          if constexpr (kEarlyStores > 0)
            store_group(shared, pairs[g], consumer, g, turn, output_map,
                        [](int i) { return i < kEarlyStores; });
        }
      };
      if constexpr (Config::kSplitK > 1) {
        float joined[kGroups][kFinished];
        join(joined, sums, shared);
        finish_tile(joined);
      } else {
        finish_tile(sums);
      }
      if constexpr (Config::kLateStores > 0) waiting = turn;
    }
    if constexpr (Config::kLateStores > 0)
      if (waiting != kNone)
        store_tile(shared, pairs, consumer, waiting, output_map,
                   [](int i) { return i >= kEarlyStores; });
    if constexpr (kStores > 0) wait_for_stores();
  }

  // Adds up this block's part of the columns over the cluster.
  static __device__ __forceinline__ void join(float (&joined)[kGroups][kFinished],
                                              const float (&sums)[kGroups][kSums], const Shared& shared) {
    constexpr int kVectors = kSums / 4, kPart = kFinished / 4;  // of a row group
    constexpr int kThreads = 128 * Config::kConsumers;
    const ClusterSums<Config::kSplitK, kThreads> vectors{reinterpret_cast<float4*>(shared.stages)};
    barrier_of<kThreads>(1 + Config::kConsumers);  // the buffers are free
#pragma unroll
    for (int i = 0; i < kGroups * kVectors; ++i)
      vectors.write(i, sums[i / kVectors] + i % kVectors * 4);
    cluster_barrier();
    vectors.template add_up<kGroups * kPart>(
        rank_k() * kPart, [](int i) { return i / kPart * kVectors + i % kPart; },
        [&](int i) { return joined[i / kPart] + i % kPart * 4; });
    cluster_barrier();  // nobody reads this block's sums any more: it may end
  }

  // The epilogue of two sums of row u of O, of columns c and c + 1.
  static __device__ __forceinline__ void finish(float* sums, long long u, int c, float bias,
                                                const EpilogueArguments& epilogue) {
    float two[2] = {sums[0], sums[1]};
    float add[2] = {0.0f, 0.0f};
    if constexpr (Config::kScale) two[0] *= epilogue.alpha, two[1] *= epilogue.alpha;
    if constexpr (Config::kResidual) {
      const auto* const residual = static_cast<const Element*>(epilogue.residual);
      if (epilogue.beta != 0.0f) {
        if constexpr (!Config::kTransposed) {
          if (c < Config::kN) load_vector(add, residual + u * Config::kN + c);
        } else {
#pragma unroll
          for (int i = 0; i < 2; ++i)
            if (c + i < Config::kN)
              add[i] = to_float(residual[static_cast<long long>(c + i) * Config::kM + u]);
        }
#pragma unroll
        for (int i = 0; i < 2; ++i) two[i] = fmaf(epilogue.beta, add[i], two[i]);
      }
    }
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      if constexpr (Config::kBias) two[i] += bias;
      if constexpr (Config::kActivation != kNoActivation)
        two[i] = Config::kActivation == kRelu ? relu(two[i]) : gelu(two[i]);
      sums[i] = two[i];
    }
  }

  // Row r of a row group, in O.
  static __device__ __forceinline__ auto row_of(int turn, int group, int r) {
    return row_index<Pattern>(tile_m(turn) / kGroupBlocks, group, r);
  }

  // From the sums of a row group to elements of O, stored or in pairs. A lane has 2 rows of its warp's 16, 8 apart, and
  // of each 2 of every 8 columns.
  static __device__ __forceinline__ void finish_group(float (&sums)[kFinished], Pairs& pairs, int turn,
                                                      int group, Element* output,
                                                      const EpilogueArguments& epilogue) {
    const int lane = threadIdx.x % 32;
    const int warp = threadIdx.x / 32 % 4;
    const int col = first_finished_col(turn);
    long long rows[2];
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const long long u = row_of(turn, group, warp * kWarpRows + half * 8 + lane / 4);
      rows[half] = u < Config::kM ? static_cast<long long>(OutputRow<Config>::of(epilogue.row_order, u))
                                  : Config::kM;
      if (rows[half] == Config::kM) continue;
      const float bias = Config::kBias ? epilogue.bias[rows[half]] : 0.0f;
#pragma unroll
      for (int j = 0; j < kFinished / 4; ++j)
        finish(sums + 4 * j + 2 * half, rows[half], col + 8 * j + lane % 4 * 2, bias, epilogue);
    }
    if constexpr (Config::kStoreBytes == 0) {
      store_directly<Config>(sums, rows, col, output);
    } else {
#pragma unroll
      for (int i = 0; i < kFinished / 2; ++i)
        pairs[i] = Pair<Element>::of(sums[2 * i], sums[2 * i + 1]);
    }
  }

  // Stores what is wanted of row group g of a warpgroup: parts of kStores.
  template <typename Wanted>
  static __device__ __forceinline__ void store_group(const Shared& shared, const Pairs& pairs,
                                                     int consumer, int g, int turn,
                                                     const TensorMap& output_map, Wanted wanted) {
    const int group = first_group(turn, consumer) + g;
#pragma unroll
    for (int i = g * kGroupStores; i < (g + 1) * kGroupStores; ++i)
      if (wanted(i)) {
        if constexpr (Config::kTransposed)
          WgmmaStore<Config, Wgmma>::columns(shared.stores, pairs, consumer, i, turn, group, output_map);
        else
          WgmmaStore<Config, Wgmma>::rows(shared.stores, pairs, consumer, i, turn, group, output_map);
      }
  }

  template <typename Wanted>
  static __device__ __forceinline__ void store_tile(const Shared& shared, const Pairs (&pairs)[kGroups],
                                                    int consumer, int turn, const TensorMap& output_map,
                                                    Wanted wanted) {
#pragma unroll
    for (int g = 0; g < kGroups; ++g)
      store_group(shared, pairs[g], consumer, g, turn, output_map, wanted);
  }

  static __device__ __forceinline__ void run(const TensorMap& packed, const TensorMap& input,
                                             const TensorMap& output_map, Element* output,
                                             const EpilogueArguments& epilogue) {
    extern __shared__ __align__(1024) unsigned char shared_bytes[];
    const Shared shared = shared_of(shared_bytes);
    if (threadIdx.x == 0) {
      for (int stage = 0; stage < Config::kStages; ++stage) {
        shared.filled[stage].init(1);
        shared.done[stage].init(kWarps * kCluster);
        if constexpr (kConverted) shared.converted[stage].init(kConvertWarps);
      }
      fence_for_copies();
    }
    if constexpr (kCluster > 1)
      cluster_barrier();
    else
      __syncthreads();
    let_next_launch_begin();
    wait_for_earlier_launches();
    const int warpgroup = threadIdx.x / 128;
    if (warpgroup == Config::kConsumers) {
      give_up_registers<Config::kProducerRegisters>();
      if (threadIdx.x / 32 % 4 == 0)
        produce(shared, packed, input);
      else if constexpr (kConverted)
        convert(shared);
      if constexpr (Config::kSplitK > 1) cluster_barrier(), cluster_barrier();  // those of join
    } else {
      take_registers<Config::kConsumerRegisters>();
      consume(shared, warpgroup, output_map, output, epilogue);
    }
    // Others may still copy into this block's memory or arrive at its barriers.
    if constexpr (kCluster > 1) cluster_barrier();
  }

  static __device__ __forceinline__ void pack(const float* __restrict__ values,
                                              Element* __restrict__ packed) {
    WgmmaPack<Config, Pattern, Wgmma>::pack(values, packed);
  }
};
