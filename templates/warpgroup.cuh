// What a warpgroup of 128 threads needs for matrix products by wgmma (sm_90a).
#pragma once

// Where an operand lies in shared memory, as the instruction wants to be told (PTX ISA, matrix descriptor):
// the address and two offsets in units of 16 bytes, and the swizzle that its copy applied.
enum { kNoSwizzle = 0, kSwizzle128 = 1 };

__device__ __forceinline__ unsigned long long matrix_descriptor(const void* shared, int leading_bytes,
                                                                int stride_bytes, int swizzle) {
  const auto address = static_cast<unsigned long long>(__cvta_generic_to_shared(shared));
  return (address & 0x3ffff) >> 4 | static_cast<unsigned long long>(leading_bytes >> 4) << 16 |
         static_cast<unsigned long long>(stride_bytes >> 4) << 32 |
         static_cast<unsigned long long>(swizzle) << 62;
}

// The same operand `bytes` further on.
__device__ __forceinline__ unsigned long long advance(unsigned long long descriptor, int bytes) {
  return descriptor + static_cast<unsigned long long>(bytes >> 4);
}

// Before the first product after sums were touched by other instructions.
__device__ __forceinline__ void begin_products() {
  asm volatile("wgmma.fence.sync.aligned;" ::: "memory");
}

// Makes the products issued since the last call one group.
__device__ __forceinline__ void end_products() {
  asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
}

// Until at most kGroups groups of products are under way.
template <int kGroups>
__device__ __forceinline__ void wait_for_products() {
  asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(kGroups) : "memory");
}

// Of kThreads threads of a block, whole warps; `id` is 1 to 15, one for those threads.
template <int kThreads>
__device__ __forceinline__ void barrier_of(int id) {
  asm volatile("bar.sync %0, %1;" ::"r"(id), "n"(kThreads) : "memory");
}

// Stores four 8 x 8 matrices of 16-bit elements transposed, of which a lane has two neighbours in a row each
// as an instruction leaves its sums: `to` is where the lane's row goes, the (lane / 8)-th matrix's (lane % 8)-th.
__device__ __forceinline__ void store_transposed(void* to, unsigned a, unsigned b, unsigned c,
                                                 unsigned d) {
  asm volatile("stmatrix.sync.aligned.m8n8.x4.trans.shared.b16 [%0], {%1, %2, %3, %4};" ::"r"(
                   static_cast<unsigned>(__cvta_generic_to_shared(to))),
               "r"(a), "r"(b), "r"(c), "r"(d)
               : "memory");
}

// Four lanes that follow each other have four words each: the i-th of them gets the i-th words of all.
__device__ __forceinline__ void transpose_four(unsigned (&words)[4]) {
  const bool odd = threadIdx.x & 1, upper = threadIdx.x & 2;
#pragma unroll
  for (int i = 0; i < 4; i += 2) {
    const unsigned got = __shfl_xor_sync(0xffffffffu, odd ? words[i] : words[i + 1], 1);
    words[i] = odd ? got : words[i];
    words[i + 1] = odd ? words[i + 1] : got;
  }
#pragma unroll
  for (int i = 0; i < 2; ++i) {
    const unsigned got = __shfl_xor_sync(0xffffffffu, upper ? words[i] : words[i + 2], 2);
    words[i] = upper ? got : words[i];
    words[i + 2] = upper ? words[i + 2] : got;
  }
}

// Registers a thread, by all warps of a warpgroup; the kernel has a cap at its launch.
template <int kRegisters>
__device__ __forceinline__ void give_up_registers() {
  asm volatile("setmaxnreg.dec.sync.aligned.u32 %0;" ::"n"(kRegisters));
}
template <int kRegisters>
__device__ __forceinline__ void take_registers() {
  asm volatile("setmaxnreg.inc.sync.aligned.u32 %0;" ::"n"(kRegisters));
}
