// W on the pattern with its rows or columns in another order: where a row of the product belongs in O, and
// which row of I a column of W meets.
//
// Config has kRowOrder and kColumnOrder only where the problem has these parts; without them an index is
// what it was, and the order is not read. Rows past kM and columns past kK are in no order: ask first.
#pragma once

template <typename Config, typename = void>
struct OutputRow {
  static constexpr bool kMoved = false;
  static __device__ __forceinline__ long long of(const int*, long long u) { return u; }
};

template <typename Config>
struct OutputRow<Config, decltype(static_cast<void>(Config::kRowOrder))> {
  static constexpr bool kMoved = true;
  static __device__ __forceinline__ int of(const int* order, long long u) { return order[u]; }
};

template <typename Config, typename = void>
struct InputRow {
  static __device__ __forceinline__ long long of(const int*, long long v) { return v; }
};

template <typename Config>
struct InputRow<Config, decltype(static_cast<void>(Config::kColumnOrder))> {
  static __device__ __forceinline__ long long of(const int* order, long long v) { return order[v]; }
};
