// Neighbouring floats of a thread, 1, 2 or 4 of them, moved in one access. Addresses are aligned to it.
#pragma once

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
