// Neighbouring elements of a thread, 1, 2 or 4 of them, moved in one access. Addresses are aligned to it.
// In registers they are floats, whatever they are in memory.
#pragma once

#include "element.cuh"

__device__ __forceinline__ void load_vector(float (&to)[1], const float* from) { to[0] = *from; }

__device__ __forceinline__ void load_vector(float (&to)[2], const float* from) {
  const float2 vector = *reinterpret_cast<const float2*>(from);
  to[0] = vector.x, to[1] = vector.y;
}

__device__ __forceinline__ void load_vector(float (&to)[4], const float* from) {
  const float4 vector = *reinterpret_cast<const float4*>(from);
  to[0] = vector.x, to[1] = vector.y, to[2] = vector.z, to[3] = vector.w;
}

__device__ __forceinline__ void store_vector(float* to, const float (&from)[1]) { *to = from[0]; }

__device__ __forceinline__ void store_vector(float* to, const float (&from)[2]) {
  *reinterpret_cast<float2*>(to) = make_float2(from[0], from[1]);
}

__device__ __forceinline__ void store_vector(float* to, const float (&from)[4]) {
  *reinterpret_cast<float4*>(to) = make_float4(from[0], from[1], from[2], from[3]);
}

// Elements of 16 bits.

template <typename Element>
__device__ __forceinline__ float float_of_bits(unsigned bits) {
  Element element;
  element.bits = static_cast<unsigned short>(bits);
  return to_float(element);
}

template <typename Element>
__device__ __forceinline__ void load_vector(float (&to)[1], const Element* from) {
  to[0] = to_float(*from);
}

template <typename Element>
__device__ __forceinline__ void load_vector(float (&to)[2], const Element* from) {
  const unsigned pair = *reinterpret_cast<const unsigned*>(from);
  to[0] = float_of_bits<Element>(pair), to[1] = float_of_bits<Element>(pair >> 16);
}

template <typename Element>
__device__ __forceinline__ void load_vector(float (&to)[4], const Element* from) {
  const uint2 pairs = *reinterpret_cast<const uint2*>(from);
  to[0] = float_of_bits<Element>(pairs.x), to[1] = float_of_bits<Element>(pairs.x >> 16);
  to[2] = float_of_bits<Element>(pairs.y), to[3] = float_of_bits<Element>(pairs.y >> 16);
}

template <typename Element>
__device__ __forceinline__ void store_vector(Element* to, const float (&from)[1]) {
  from_float(*to, from[0]);
}

template <typename Element>
__device__ __forceinline__ void store_vector(Element* to, const float (&from)[2]) {
  *reinterpret_cast<unsigned*>(to) = pair_of_floats(to, from[0], from[1]);
}

template <typename Element>
__device__ __forceinline__ void store_vector(Element* to, const float (&from)[4]) {
  *reinterpret_cast<uint2*>(to) =
      make_uint2(pair_of_floats(to, from[0], from[1]), pair_of_floats(to, from[2], from[3]));
}
