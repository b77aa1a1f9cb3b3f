// Elements of packed values, I, O and R as they lie in memory, and the floats that a thread makes of them.
//
// Config::Element is float for f32, f32x3 and tf32, Bf16 or F16. Narrowing rounds to nearest, ties to even;
// operands of tf32 are floats that operand() has rounded.
#pragma once

#include "f16.cuh"

struct Bf16 {
  unsigned short bits;
};
struct F16 {
  unsigned short bits;
};

__device__ __forceinline__ float to_float(float x) { return x; }
__device__ __forceinline__ float to_float(Bf16 x) {
  return __uint_as_float(static_cast<unsigned>(x.bits) << 16);
}
__device__ __forceinline__ float to_float(F16 x) { return float_of_f16(x.bits); }

__device__ __forceinline__ void from_float(float& to, float x) { to = x; }
__device__ __forceinline__ void from_float(Bf16& to, float x) {
  const unsigned bits = __float_as_uint(x);
  const unsigned rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
  // A NaN's bits may round to 0.
  to.bits = static_cast<unsigned short>(x == x ? rounded : 0x7fff);
}
__device__ __forceinline__ void from_float(F16& to, float x) { to.bits = f16_of_float(x); }

// Two elements of 16 bits in a word, the first in its low half. The pointer only says which they are.
__device__ __forceinline__ unsigned pair_of_floats(const Bf16*, float low, float high) {
#if __CUDA_ARCH__ >= 800
  unsigned pair;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
  return pair;
#else
  Bf16 first, second;
  from_float(first, low);
  from_float(second, high);
  return first.bits | static_cast<unsigned>(second.bits) << 16;
#endif
}
__device__ __forceinline__ unsigned pair_of_floats(const F16*, float low, float high) {
#if __CUDA_ARCH__ >= 800
  unsigned pair;
  asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
  return pair;
#else
  return f16_of_float(low) | static_cast<unsigned>(f16_of_float(high)) << 16;
#endif
}

// To 10 bits of mantissa, ties away from zero, as cvt.rna.tf32.f32 on sm_80.
__device__ __forceinline__ float round_to_tf32(float x) {
  const unsigned bits = __float_as_uint(x);
  return (bits & 0x7f800000) == 0x7f800000 ? x : __uint_as_float((bits + 0x1000) & ~0x1fffu);
}

// What tensor cores drop of a float: they take the first 10 bits of its mantissa. Nothing of an infinity.
__device__ __forceinline__ float tf32_rest(float x) {
  const unsigned bits = __float_as_uint(x);
  return (bits & 0x7fffffff) == 0x7f800000 ? 0.0f : x - __uint_as_float(bits & 0xffffe000);
}

// What is packed of a canonical value of W.
template <typename Config>
__device__ __forceinline__ typename Config::Element operand(float value) {
  typename Config::Element element;
  from_float(element, Config::kTf32 ? round_to_tf32(value) : value);
  return element;
}
