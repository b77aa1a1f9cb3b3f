// Copying a tile of I from global to shared memory in turns that differ by constants: what an address has of the
// thread, of the tile and of the turn is added up once, once a tile and never.
//
// In shared memory rows are kStride bytes apart and have the Config::kBlockN columns of a block: of one row of I
// or, where I lies N x K (kTransposed), of kRowElements of its columns, as many as are a word. Copies are of
// kCopyBytes; where that is 0 rows of I are not whole words, or an order of columns separates the two elements of
// one, and elements are loaded one by one.
#pragma once

#include "async_copy.cuh"
#include "matrix_order.cuh"

template <typename Config, int kTileCols, int kStride>
struct TileCopy {
  using Element = typename Config::Element;
  static constexpr int kElement = sizeof(Element);
  static constexpr int kRowElements = Config::kTransposed ? 4 / kElement : 1;
  static constexpr int kRows = (kTileCols + kRowElements - 1) / kRowElements;

  // How kWalkers threads or warps go over rows of kLength units, one unit a turn each. Where they come back to
  // their column all turns differ by whole rows, a constant number of them.
  template <int kWalkRows, int kLength, int kWalkers>
  struct Walk {
    static constexpr int kUnits = kWalkRows * kLength;
    static constexpr int kTurns = (kUnits + kWalkers - 1) / kWalkers;
    static constexpr bool kStraight = kWalkers % kLength == 0;
    int row, col;  // of the first turn, or where that does not help of this one
    int rows;  // further on
    bool ended;

    __device__ __forceinline__ Walk(int walker, int turn) {
      const int unit = kStraight ? walker : walker + turn * kWalkers;
      row = unit / kLength;
      col = unit % kLength;
      rows = kStraight ? turn * (kWalkers / kLength) : 0;
      ended = kUnits % kWalkers != 0 && walker + turn * kWalkers >= kUnits;
    }
  };

  // The elements of I that the columns of W from first_row on meet in the columns of O from first_col on;
  // `order` as in matrix_order.cuh.
  struct InputTile {
    const Element* input;
    const int* order;
    long long first_row;
    int first_col;

    __device__ __forceinline__ bool has(int row, int col) const {
      return (Config::kN % Config::kBlockN == 0 || first_col + col < Config::kN) &&
             (!Config::kPaddedCols || first_row + row < Config::kK);
    }
    // Element (row + rows, col + cols): of the second numbers, which are constants, nothing is left to add up.
    __device__ __forceinline__ const Element* at(int row, int col, int rows, int cols) const {
      if constexpr (Config::kOrdered) {
        const long long v = InputRow<Config>::of(order, first_row + row + rows);
        return input + index(v, first_col + col + cols);
      } else {
        return input + index(first_row, first_col) + index(row, col) + index(rows, cols);
      }
    }
    static __device__ __forceinline__ long long index(long long row, long long col) {
      return Config::kTransposed ? col * Config::kK + row : row * Config::kN + col;
    }
  };

  // Copies what `to` has room for at once; row and col as those of `at`.
  static __device__ __forceinline__ void copy_unit(unsigned char* to, const InputTile& tile, int row,
                                                   int col, int rows, int cols) {
    if constexpr (Config::kCopyBytes > 0) {
      // From an address outside nothing is read; in an order there is no address outside.
      const bool inside = tile.has(row + rows, col + cols);
      copy_async<Config::kCopyBytes>(
          reinterpret_cast<float*>(to),
          reinterpret_cast<const float*>(
              inside || !Config::kOrdered ? tile.at(row, col, rows, cols) : tile.input),
          inside);
    } else {
      unsigned word = 0;
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        const int r = row + rows + (Config::kTransposed ? i : 0);
        const int c = col + cols + (Config::kTransposed ? 0 : i);
        if (r < kTileCols && tile.has(r, c))
          word |= static_cast<unsigned>(
                      *reinterpret_cast<const unsigned short*>(tile.at(r, c, 0, 0)))
                  << 16 * i;
      }
      *reinterpret_cast<unsigned*>(to) = word;
    }
  }

  // By all threads of a block.
  static __device__ __forceinline__ void copy(unsigned char* to, const InputTile& tile) {
    if constexpr (Config::kTransposed) {
      // A warp copies 4 rows of 8 words: blocks of 4 rows are the walk's columns.
      using Blocks = Walk<(Config::kBlockN + 7) / 8, (kRows + 3) / 4, Config::kThreads / 32>;
#pragma unroll 16
      for (int turn = 0; turn < Blocks::kTurns; ++turn) {
        const Blocks walk(threadIdx.x / 32, turn);
        const int row = walk.col * 4 + static_cast<int>(threadIdx.x) % 4;
        const int col = walk.row * 8 + static_cast<int>(threadIdx.x) % 32 / 4;
        if (walk.ended || (kRows % 4 != 0 && row >= kRows)) continue;
        copy_unit(to + row * kStride + col * 4 + walk.rows * 32, tile, row * kRowElements, col, 0,
                  walk.rows * 8);
      }
    } else {
      constexpr int kUnit = Config::kCopyBytes > 0 ? Config::kCopyBytes : 4;
      using Units = Walk<kRows, Config::kBlockN * kElement / kUnit, Config::kThreads>;
#pragma unroll 16
      for (int turn = 0; turn < Units::kTurns; ++turn) {
        const Units walk(threadIdx.x, turn);
        if (walk.ended) continue;
        copy_unit(to + walk.row * kStride + walk.col * kUnit + walk.rows * kStride, tile, walk.row,
                  walk.col * (kUnit / kElement), walk.rows, 0);
      }
    }
  }
};
