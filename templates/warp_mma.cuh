// What a warp needs for matrix products by mma.sync (sm_80 and newer): 16 rows of W times 8 columns of I, 32
// bytes of a row of W deep (16 columns of bf16 and f16, 8 of tf32), added to sums in f32.
//
// With g = lane / 4 and t = lane % 4 a lane has
//   of W     4 words: rows g and g + 8 of the first half of the depth, then of the second;
//   of I     2 words, of column g: from the first half and from the second;
//   of sums  columns 2t and 2t + 1 of rows g and g + 8.
// A word of a half is its t-th: elements 2t and 2t + 1 of 8, or in tf32 element t of 4.
// After element.cuh, which says what elements are.
#pragma once

// Adds a product to two pairs of sums. The pointer only says of which elements.
__device__ __forceinline__ void multiply_add(float (&upper)[2], float (&lower)[2], const uint4& w,
                                             unsigned first, unsigned second, const Bf16*) {
  asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, "
      "%9}, {%0, %1, %2, %3};"
      : "+f"(upper[0]), "+f"(upper[1]), "+f"(lower[0]), "+f"(lower[1])
      : "r"(w.x), "r"(w.y), "r"(w.z), "r"(w.w), "r"(first), "r"(second));
}
__device__ __forceinline__ void multiply_add(float (&upper)[2], float (&lower)[2], const uint4& w,
                                             unsigned first, unsigned second, const F16*) {
  asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, "
      "%9}, {%0, %1, %2, %3};"
      : "+f"(upper[0]), "+f"(upper[1]), "+f"(lower[0]), "+f"(lower[1])
      : "r"(w.x), "r"(w.y), "r"(w.z), "r"(w.w), "r"(first), "r"(second));
}
__device__ __forceinline__ void multiply_add(float (&upper)[2], float (&lower)[2], const uint4& w,
                                             unsigned first, unsigned second, const float*) {
  asm("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, "
      "%9}, {%0, %1, %2, %3};"
      : "+f"(upper[0]), "+f"(upper[1]), "+f"(lower[0]), "+f"(lower[1])
      : "r"(w.x), "r"(w.y), "r"(w.z), "r"(w.w), "r"(first), "r"(second));
}

// Loads four 8 x 8 matrices of 16-bit elements from shared memory, transposed. `row` is where the (lane %
// 8)-th row of the (lane / 8)-th matrix begins, aligned to 16 bytes; rows may lie anywhere. A lane gets of
// each matrix the elements of rows 2t and 2t + 1 in column g.
__device__ __forceinline__ void load_transposed(unsigned (&to)[4], const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
               : "r"(static_cast<unsigned>(__cvta_generic_to_shared(row)))
               : "memory");
}

// Four of the bytes of two words: each hexadecimal digit of `bytes` is one of the 8,
// those of `a` first.
__device__ __forceinline__ unsigned select_bytes(unsigned a, unsigned b, unsigned bytes) {
  unsigned selected;
  asm("prmt.b32 %0, %1, %2, %3;" : "=r"(selected) : "r"(a), "r"(b), "r"(bytes));
  return selected;
}
