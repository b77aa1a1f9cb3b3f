// The order in which kernels of wgmma.cuh want values of W.
#pragma once

#include "element.cuh"
#include "row_index.cuh"
#include "vectors.cuh"

// Kernel is the Wgmma whose steps and slabs they are for.
template <typename Config, typename Pattern, typename Kernel>
struct WgmmaPack {
  // The piece of the packed values that lane number i makes: each its own, one after the other. Where values are looked
  // up one by one, lanes have 8 rows of several pieces each, so that those of a row read the same lines.
  static __device__ __forceinline__ unsigned piece_of(unsigned i) {
    if constexpr (!Pattern::kFilled) {
      return i;
    } else {
      constexpr unsigned kRows = 8;
      constexpr unsigned kRowPieces = 2 * Kernel::kGroupSlabs;
      constexpr unsigned kLanePieces = kRowPieces % 4 == 0 ? 4 : 2;
      const unsigned within = i % (kRowPieces * Kernel::kGroupRows);  // of a row group and term
      const unsigned row =
          within % kRows + within / (kRows * kLanePieces) % (Kernel::kGroupRows / kRows) * kRows;
      const unsigned piece =
          within / kRows % kLanePieces + within / (Kernel::kGroupRows * kLanePieces) * kLanePieces;
      return i - within + piece * Kernel::kGroupRows + row;
    }
  }

  // Canonical values -> [tile of rows][step][row group][term][slab][half a slab][row][column], zeros for rows
  // past kM and where a row has no value in a column that its group multiplies. Grid-stride, 16 bytes each.
  static __device__ __forceinline__ void pack(const float* __restrict__ values,
                                              typename Kernel::Element* __restrict__ packed) {
    constexpr long long kPieces = static_cast<long long>(Kernel::kTilesM) * Kernel::kSteps *
                                  (Kernel::kValueBytes / Kernel::kPieceBytes);
    static_assert(kPieces < 1ll << 31, "pieces that 32 bits count");
    for (unsigned lane = blockIdx.x * blockDim.x + threadIdx.x; lane < kPieces;
         lane += gridDim.x * blockDim.x) {
      const unsigned i = piece_of(lane);
      const int r = i % Kernel::kGroupRows;
      const int half = i / Kernel::kGroupRows % 2;
      const int s = i / (2 * Kernel::kGroupRows) % Kernel::kGroupSlabs;
      const int term = i / (2 * Kernel::kGroupRows * Kernel::kGroupSlabs) % Kernel::kTerms;
      const int groups = i / (2 * Kernel::kGroupRows * Kernel::kGroupSlabs * Kernel::kTerms);
      const int group = groups % Config::kBlockGroups;
      const int step = groups / Config::kBlockGroups % Kernel::kSteps;
      const int block_m = groups / Config::kBlockGroups / Kernel::kSteps;
      const int tile = step / Kernel::kParts * Kernel::kStepTiles + s / Config::kPartSlabs;
      const long long u =
          row_index<Pattern>(block_m / Kernel::kGroupBlocks,
                             block_m % Kernel::kGroupBlocks * Config::kBlockGroups + group, r);
      const long long first =
          u * (Pattern::kGoDegree * Pattern::kTileNnz) + tile * Pattern::kTileNnz;
      // Of paired columns, the first of each two.
      int column =
          step % Kernel::kParts * (Kernel::kPartCols * Kernel::kSlab / Kernel::kSlabInput) +
          s % Config::kPartSlabs * Kernel::kSlab;
      if constexpr (Config::kClones > 1 && !Config::kPaired)
        column = Pattern::value_slab(block_m % Kernel::kGroupBlocks * Config::kBlockGroups + group,
                                     step % Kernel::kParts * Config::kPartSlabs + s) *
                 Kernel::kSlab;
      column += half * Kernel::kPiece;
      float canonical[Kernel::kPiece / 4][4] = {};
      if constexpr (Pattern::kFilled) {
#pragma unroll
        for (int j = 0; j < Kernel::kPiece; ++j) {
          const int source = Pattern::source(u, column + j);
          if (u < Config::kM && source >= 0) canonical[j / 4][j % 4] = values[first + source];
        }
      } else if (u < Config::kM) {
#pragma unroll
        for (int j = 0; j < Kernel::kPiece / 4; ++j)
          load_vector(canonical[j], values + first + column + 4 * j);
      }
      alignas(Kernel::kPieceBytes) typename Kernel::Element piece[Kernel::kPiece];
#pragma unroll
      for (int j = 0; j < Kernel::kPiece; ++j) {
        const float value = canonical[j / 4][j % 4];
        piece[j] = operand<Config>(value);
        if constexpr (Kernel::kTerms > 1)
          if (term > 0) piece[j] = tf32_rest(value);
      }
      reinterpret_cast<uint4*>(packed)[i] = *reinterpret_cast<const uint4*>(piece);
    }
  }
};
