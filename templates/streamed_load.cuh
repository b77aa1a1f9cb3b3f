// Loads of what a kernel reads once, in an order and at a time of its own: the compiler moves them over no wait for
// earlier launches, barrier or other such load, and lines of the first-level cache stay for others.
#pragma once

// `from` is aligned to 16 bytes.
__device__ __forceinline__ void load_streamed(float (&to)[4], const float* from) {
  asm volatile("ld.global.L1::no_allocate.v4.f32 {%0, %1, %2, %3}, [%4];"
               : "=f"(to[0]), "=f"(to[1]), "=f"(to[2]), "=f"(to[3])
               : "l"(__cvta_generic_to_global(from)));
}
