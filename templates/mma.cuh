// The product W I for an RBGP4-sparse W on tensor cores by mma.sync (sm_80 and newer); sums in f32.
//
// Grid    kBlocks thread blocks take turns at the tiles of O, each kBlockGroups row tiles of kTileRows rows high and
//         kBlockN columns wide. Tiles that follow each other share their columns of I.
// Block   kBlockGroups x kWarpsN warps. A warp owns one row tile, kFragments instructions of 16 rows with the
//         same columns of W, and kWarpCols columns of O.
// Gather  An instruction takes kDepth columns of W, whichever they are: those of a row tile's neighbours in Gi, in
//         an order of the generator (gather_order.hpp), with zeros at the end. Gi is the same in all tiles, so
//         that a lane keeps where its rows of I are for all steps. What is read of I serves all fragments of a row
//         tile and no other one: shared memory delivers 256 bytes for each 8 columns and kDepth columns of
//         W, and is what bounds this kernel where kFragments is 1 (docs/performance.md).
// Shared  kStages buffers of one step: the tiles of I that kStepTiles neighbours in Go name, the packed values, one
//         16-byte piece a lane and fragment (kSharedValues; otherwise they come straight to registers, a step ahead),
//         and a row of zeros for what fills slices up (kPadded). Then room for each warp's part of O on its way out.
//         Elements of 16 bits by rows: rows of kBlockN elements and 16 bytes, of which ldmatrix takes 8 rows x 16
//         bytes at once. They lie in all 32 banks where the rows differ modulo 8, which the order sees to.
//         Others: rows of words, one element of tf32 or two neighbours in a column of I, and 8 words more. A load
//         takes 4 rows x 8 words, in all banks where the rows differ modulo 4; copies of 4 bytes write as many.
// Steps   run through all tiles of a block without a break, copies kStages - 1 steps ahead (tile_copy.cuh).
// Stores  in rows of O as it lies (fragment_store.cuh). No warp waits for another there.
// Bounds  any N and K: what lies outside I is zero, what lies outside O is not stored.
// Registers  kFragments*kWarpCols/2 sums, 8 words of I and 8*kFragments of W, the current part and the next; where
//         values are not shared, 4*kFragments*kSlices of W.
#pragma once

#include "async_copy.cuh"
#include "fragment_store.cuh"
#include "row_index.cuh"
#include "tile_copy.cuh"
#include "warp_mma.cuh"

template <typename Config, typename Pattern>
struct Mma {
  using Element = typename Config::Element;
  static constexpr int kElement = sizeof(Element);
  static constexpr bool kMatrices = kElement == 2 && !Config::kTransposed;  // by ldmatrix
  static constexpr int kFragmentRows = 16;
  static constexpr int kDepth = 32 / kElement;
  static constexpr int kTileRows = Pattern::kGrLeft * Pattern::kGbLeft;
  static constexpr int kFragments = kTileRows / kFragmentRows;
  static constexpr int kSlices = Config::kSlots / kDepth;  // of a step
  static constexpr int kWarpCols = Config::kBlockN / Config::kWarpsN;
  static constexpr int kPartCols = 16;  // that a lane reads of I at once
  static constexpr int kParts = kWarpCols / kPartCols;

  static constexpr int kTileCols = Pattern::kGrRight * Pattern::kGiRight * Pattern::kGbRight;
  static constexpr int kStepNnz = Config::kStepTiles * Pattern::kTileNnz;
  static constexpr int kSteps = Pattern::kGoDegree / Config::kStepTiles;
  static constexpr int kGroupBlocks = Pattern::kGiLeft / Config::kBlockGroups;
  static constexpr int kTilesM = Pattern::kGoLeft * kGroupBlocks;
  static constexpr int kTilesN = (Config::kN + Config::kBlockN - 1) / Config::kBlockN;
  static constexpr int kTiles = kTilesM * kTilesN;

  // A tile of I in shared memory.
  static constexpr int kStride =
      kMatrices ? Config::kBlockN * kElement + 16 : (Config::kBlockN + 8) * 4;
  using Copy = TileCopy<Config, kTileCols, kStride>;
  static constexpr int kRowElements = Copy::kRowElements;
  static constexpr int kInputRows = Copy::kRows;
  static constexpr int kInputBytes = Config::kStepTiles * kInputRows * kStride;
  static constexpr int kGroupPieces = kSlices * kFragments * 32;
  static constexpr int kValuePieces = Config::kBlockGroups * kGroupPieces;
  static constexpr int kValueBytes = Config::kSharedValues ? kValuePieces * 16 : 0;
  static constexpr int kZeros = kInputBytes + kValueBytes;
  static constexpr int kStageBytes = kZeros + (Config::kPadded ? kStride : 0);

  using Store = FragmentStore<Config, Pattern::kGbLeft>;
  using Sums = float[2 * kFragments][kWarpCols / 8][2];

  static_assert(Config::kThreads == 32 * Config::kBlockGroups * Config::kWarpsN, "threads");
  static_assert(kFragments * kFragmentRows == kTileRows, "whole fragments");
  static_assert(kParts * kPartCols * Config::kWarpsN == Config::kBlockN, "whole parts of columns");
  static_assert(Config::kSharedBytes ==
                    Config::kStages * kStageBytes + Config::kThreads / 32 * Store::kRoomFloats * 4,
                "shared memory of a block");

  static __device__ __forceinline__ int lane() { return threadIdx.x % 32; }

  // ---- Copies ----

  // Where they are: they run ahead of the products, over the end of a tile into the next.
  struct Copier {
    const Element* packed;
    int tile;
    int step = 0;
    int uo, first_col;  // of the tile
    const uint4* values;  // of the step, from this thread's on
    int neighbours[Config::kStepTiles];  // of the step, read a step early: copies wait for them

    __device__ __forceinline__ Copier(const Element* all, int first) : packed(all), tile(first) {
      begin_tile();
      read();
    }

    __device__ __forceinline__ void begin_tile() {
      uo = tile % kTilesM / kGroupBlocks;
      first_col = tile / kTilesM * Config::kBlockN;
      values = step_values(packed, tile, 0) + threadIdx.x;
    }
    __device__ __forceinline__ void read() {
#pragma unroll
      for (int t = 0; t < Config::kStepTiles; ++t)
        neighbours[t] =
            tile < kTiles ? Pattern::go_neighbour(uo, step * Config::kStepTiles + t) : 0;
    }
    __device__ __forceinline__ void next() {
      values += kValuePieces;
      if (++step == kSteps) {
        step = 0;
        tile += Config::kBlocks;
        begin_tile();
      }
      read();
    }
  };

  // The packed values of a step, all of a block.
  static __device__ __forceinline__ const uint4* step_values(const Element* packed, int tile,
                                                             int step) {
    return reinterpret_cast<const uint4*>(packed) +
           (static_cast<long long>(tile % kTilesM) * kSteps + step) * kValuePieces;
  }

  static __device__ __forceinline__ void copy_step(Copier& copier, unsigned char* stage,
                                                   const Element* input, const int* order) {
    if (copier.tile < kTiles) {
#pragma unroll
      for (int t = 0; t < Config::kStepTiles; ++t)
        Copy::copy(stage + t * kInputRows * kStride,
                  {input, order, static_cast<long long>(copier.neighbours[t]) * kTileCols,
                   copier.first_col});
      if constexpr (Config::kSharedValues) {
        using Pieces = typename Copy::template Walk<1, kValuePieces, Config::kThreads>;
        unsigned char* const to = stage + kInputBytes + threadIdx.x * 16;
#pragma unroll 16
        for (int turn = 0; turn < Pieces::kTurns; ++turn) {
          if (Pieces(threadIdx.x, turn).ended) continue;
          copy_async<16>(reinterpret_cast<float*>(to + turn * Config::kThreads * 16),
                         reinterpret_cast<const float*>(copier.values + turn * Config::kThreads),
                         true);
        }
      }
      copier.next();
    }
    // Committed even when empty: the number of groups is what waiting counts.
    commit_copies();
  }

  // ---- Products ----

  // Where a lane's rows of I are in a stage, for all slices of a row tile's columns.
  struct Gather {
    // Two elements of a word that are not neighbours come from two.
    static constexpr bool kSingles = !kMatrices && kRowElements == 2 && !Config::kPairs;
    static constexpr int kLoads = kMatrices ? 1 : kSingles ? 4 : 2;
    int offset[kSlices][kLoads];
    unsigned halves[kSlices][2];  // of a pair of words, as select_bytes takes them

    static __device__ __forceinline__ int row_offset(int row) {
      return row < 0 ? kZeros : row / kRowElements * kStride;
    }

    // For a row tile and columns from `col` of the block's on.
    __device__ __forceinline__ void find(int group, int col) {
#pragma unroll
      for (int slice = 0; slice < kSlices; ++slice) {
        const int first = slice * kDepth;
        if constexpr (kMatrices) {
          offset[slice][0] = row_offset(Pattern::gather_row(group, first + lane() % 16)) +
                             (col + lane() / 16 * 8) * kElement;
        } else {
#pragma unroll
          for (int half = 0; half < 2; ++half) {
            constexpr int kWord = 4 / kElement;
            const int slot = first + (half * 4 + lane() % 4) * kWord;
            const int row = Pattern::gather_row(group, slot);
            const int place = (col + lane() / 4) * 4;
            offset[slice][kLoads / 2 * half] = row_offset(row) + place;
            if constexpr (kSingles) {
              const int second = Pattern::gather_row(group, slot + 1);
              offset[slice][2 * half + 1] = row_offset(second) + place;
              halves[slice][half] =
                  (row & 1 && row > 0 ? 0x32u : 0x10u) | (second & 1 && second > 0 ? 0x7600u : 0x5400u);
            }
          }
        }
      }
    }

    static __device__ __forceinline__ unsigned word(const unsigned char* at) {
      return *reinterpret_cast<const unsigned*>(at);
    }

    // This lane's words of I for a slice and two times 8 columns.
    __device__ __forceinline__ void load(unsigned (&to)[4], const unsigned char* stage, int slice,
                                         int part) const {
      if constexpr (kMatrices) {
        load_transposed(to, stage + offset[slice][0] + part * kPartCols * kElement);
      } else {
#pragma unroll
        for (int i = 0; i < 4; ++i) {
          const unsigned char* const at = stage + (part * 2 + i / 2) * 32;
          if constexpr (kSingles)
            to[i] = select_bytes(word(at + offset[slice][i % 2 * 2]),
                                 word(at + offset[slice][i % 2 * 2 + 1]), halves[slice][i % 2]);
          else
            to[i] = word(at + offset[slice][i % 2]);
        }
      }
    }
  };

  // Adds the product of a step. piece(i) is the lane's i-th piece of values, of which done(i) says that it was
  // used.
  template <typename Piece, typename Done>
  static __device__ __forceinline__ void multiply(Sums& sums, const unsigned char* stage,
                                                  const Gather& gather, Piece piece, Done done) {
    uint4 values[2][kFragments];
    unsigned input[2][4];
#pragma unroll
    for (int f = 0; f < kFragments; ++f) values[0][f] = piece(f);
    gather.load(input[0], stage, 0, 0);
#pragma unroll
    for (int i = 0; i < kSlices * kParts; ++i) {
      const int slice = i / kParts;
      const int part = i % kParts;
      if (part == 0 && slice + 1 < kSlices)
#pragma unroll
        for (int f = 0; f < kFragments; ++f)
          values[(slice + 1) % 2][f] = piece((slice + 1) * kFragments + f);
      if (i + 1 < kSlices * kParts)
        gather.load(input[(i + 1) % 2], stage, (i + 1) / kParts, (i + 1) % kParts);
#pragma unroll
      for (int f = 0; f < kFragments; ++f)
#pragma unroll
        for (int half = 0; half < 2; ++half)
          multiply_add(sums[2 * f][2 * part + half], sums[2 * f + 1][2 * part + half],
                       values[slice % 2][f], input[i % 2][2 * half], input[i % 2][2 * half + 1],
                       static_cast<const Element*>(nullptr));
      if (part + 1 == kParts)
#pragma unroll
        for (int f = 0; f < kFragments; ++f) done(slice * kFragments + f);
    }
  }

  static __device__ __forceinline__ void clear(Sums& sums) {
#pragma unroll
    for (int r = 0; r < 2 * kFragments; ++r)
#pragma unroll
      for (int c = 0; c < kWarpCols / 4; ++c) sums[r][c / 2][c % 2] = 0.0f;
  }

  static __device__ __forceinline__ void run(const Element* __restrict__ packed,
                                             const Element* __restrict__ input, Element* output,
                                             const EpilogueArguments& epilogue) {
    extern __shared__ float4 shared_vectors[];
    auto* const stages = reinterpret_cast<unsigned char*>(shared_vectors);
    float* const rooms = reinterpret_cast<float*>(stages + Config::kStages * kStageBytes);
    const int warp = threadIdx.x / 32;
    const int block_group = warp / Config::kWarpsN;
    const int warp_col = warp % Config::kWarpsN * kWarpCols;
    if constexpr (Config::kPadded)
      for (int i = threadIdx.x; i < Config::kStages * kStride / 4; i += Config::kThreads)
        *reinterpret_cast<unsigned*>(stages + i / (kStride / 4) * kStageBytes + kZeros +
                                     i % (kStride / 4) * 4) = 0;

    int index = blockIdx.x;
    Copier copier(packed, index);
    for (int stage = 0; stage < Config::kStages - 1; ++stage)
      copy_step(copier, stages + stage * kStageBytes, input, epilogue.column_order);

    // Where values are not shared: those of the next step take the place of each that was used.
    uint4 values[kSlices * kFragments];
    const int first_piece = block_group * kGroupPieces + lane();
    if constexpr (!Config::kSharedValues)
#pragma unroll
      for (int i = 0; i < kSlices * kFragments; ++i)
        values[i] = step_values(packed, index, 0)[first_piece + i * 32];
    // Of the warps that share a scheduler some copy before they multiply and some after: the tensor cores have
    // work while others issue copies.
    const bool early = warp / 4 % 2 == 0;
    int stage = 0;
    int next_stage = Config::kStages - 1;
    for (; index < kTiles; index += Config::kBlocks) {
      const int group = index % kGroupBlocks * Config::kBlockGroups + block_group;
      Gather gather;
      gather.find(group, warp_col);
      Sums sums;
      clear(sums);
      for (int step = 0; step < kSteps; ++step) {
        wait_copies<Config::kStages - 2>();
        // This step's copies are there for all, and all are done with the buffer filled next.
        __syncthreads();
        unsigned char* const to = stages + next_stage * kStageBytes;
        if (early) copy_step(copier, to, input, epilogue.column_order);
        const unsigned char* const from = stages + stage * kStageBytes;
        if constexpr (Config::kSharedValues) {
          const uint4* const pieces =
              reinterpret_cast<const uint4*>(from + kInputBytes) + first_piece;
          multiply(
              sums, from, gather, [&](int i) { return pieces[i * 32]; }, [](int) {});
        } else {
          // After the last step any values do.
          const bool same = step + 1 < kSteps || index + Config::kBlocks >= kTiles;
          const uint4* const coming =
              step_values(packed, same ? index : index + Config::kBlocks, (step + 1) % kSteps) +
              first_piece;
          multiply(
              sums, from, gather, [&](int i) { return values[i]; },
              [&](int i) { values[i] = coming[i * 32]; });
        }
        if (!early) copy_step(copier, to, input, epilogue.column_order);
        next_stage = stage;
        stage = stage + 1 == Config::kStages ? 0 : stage + 1;
      }
      const int uo = index % kTilesM / kGroupBlocks;
      const int col = index / kTilesM * Config::kBlockN + warp_col;
      Store::store(
          sums, rooms + warp * Store::kRoomFloats,
          [&](int r) { return row_index<Pattern>(uo, group, r); }, col, output, epilogue);
    }
    wait_copies<0>();
  }

  // Canonical values -> [tile of rows][step][row tile][slice][fragment][lane][word], zeros for rows past kM and
  // for what fills slices up. Grid-stride, 16 bytes each.
  static __device__ __forceinline__ void pack(const float* __restrict__ values,
                                              Element* __restrict__ packed) {
    constexpr long long kPieces = static_cast<long long>(kTilesM) * kSteps * kValuePieces;
    constexpr int kWord = 4 / kElement;
    for (long long i = blockIdx.x * static_cast<long long>(blockDim.x) + threadIdx.x; i < kPieces;
         i += static_cast<long long>(gridDim.x) * blockDim.x) {
      const int to_lane = i % 32;
      const int f = i / 32 % kFragments;
      const int slice = i / (32 * kFragments) % kSlices;
      const int step = i / kValuePieces % kSteps;
      const int block_m = i / kValuePieces / kSteps;
      const int group = block_m % kGroupBlocks * Config::kBlockGroups +
                        static_cast<int>(i / kGroupPieces % Config::kBlockGroups);
      alignas(16) Element piece[4 * kWord];
#pragma unroll
      for (int j = 0; j < 4 * kWord; ++j) {
        const int word = j / kWord;
        const int row = f * kFragmentRows + word % 2 * 8 + to_lane / 4;
        const int slot = slice * kDepth + (word / 2 * 4 + to_lane % 4) * kWord + j % kWord;
        const long long u = row_index<Pattern>(block_m / kGroupBlocks, group, row);
        const int source = Pattern::gather_source(group, slot);
        piece[j] = operand<Config>(
            u < Config::kM && source >= 0
                ? values[u * (static_cast<long long>(kSteps) * kStepNnz) + step * kStepNnz + source]
                : 0.0f);
      }
      reinterpret_cast<uint4*>(packed)[i] = *reinterpret_cast<const uint4*>(piece);
    }
  }
};
