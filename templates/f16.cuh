// Between f16 and float, by the instructions for it: toolkit headers may be missing where NVRTC is not.
#pragma once

__device__ __forceinline__ float float_of_f16(unsigned short bits) {
  float x;
  asm("cvt.f32.f16 %0, %1;" : "=f"(x) : "h"(bits));
  return x;
}

// To nearest, ties to even; too large for f16 is infinity.
__device__ __forceinline__ unsigned short f16_of_float(float x) {
  unsigned short bits;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(x));
  return bits;
}
