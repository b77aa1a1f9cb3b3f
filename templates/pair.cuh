// Two neighbouring elements in registers, as they are in memory.
#pragma once

#include "vectors.cuh"

template <typename Element>
struct Pair {  // of 16 bits each
  unsigned bits;

  static __device__ __forceinline__ Pair of(float low, float high) {
    return {pair_of_floats(static_cast<const Element*>(nullptr), low, high)};
  }

  // `to` is aligned to both.
  __device__ __forceinline__ void store(void* to) const { *static_cast<unsigned*>(to) = bits; }
};

template <>
struct Pair<float> {
  float low, high;

  static __device__ __forceinline__ Pair of(float low, float high) { return {low, high}; }

  __device__ __forceinline__ void store(void* to) const {
    *static_cast<float2*>(to) = make_float2(low, high);
  }
};
