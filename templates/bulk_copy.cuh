// Bulk copies from global to shared memory (sm_90 and newer): issued by one thread, carried out by the copy
// engine, and counted in bytes by a barrier in shared memory (mbarrier) that readers wait at.
#pragma once

// What the host encodes (cuTensorMapEncodeTiled): a matrix, and the box of it that one copy takes.
struct alignas(64) TensorMap {
  unsigned long long words[16];
};

// A barrier that completes a phase when its one arrival and all bytes announced with it are there.
struct CopyBarrier {
  unsigned long long state;

  __device__ __forceinline__ unsigned address() const {
    return static_cast<unsigned>(__cvta_generic_to_shared(&state));
  }

  // By one thread, before a __syncthreads that precedes every other use.
  __device__ __forceinline__ void init() {
    asm volatile("mbarrier.init.shared.b64 [%0], 1;" ::"r"(address()) : "memory");
    asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
  }

  // The arrival: the phase completes when `bytes` have been copied.
  __device__ __forceinline__ void expect(unsigned bytes) {
    asm volatile("mbarrier.arrive.expect_tx.shared.b64 _, [%0], %1;" ::"r"(address()), "r"(bytes)
                 : "memory");
  }

  // Waits for the phases of the given parity, 0 for the first.
  __device__ __forceinline__ void wait(unsigned parity) {
    asm volatile(
        "{\n"
        ".reg .pred complete;\n"
        "again:\n"
        "mbarrier.try_wait.parity.shared.b64 complete, [%0], %1;\n"
        "@!complete bra again;\n"
        "}" ::"r"(address()),
        "r"(parity)
        : "memory");
  }
};

// Copies the box of the matrix at (col, row); what is outside the matrix becomes zero, and counts as
// bytes all the same. `shared` is aligned to 128 bytes.
__device__ __forceinline__ void copy_box(float* shared, const TensorMap& map, int col, int row,
                                         CopyBarrier& barrier) {
  asm volatile(
      "cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes"
      " [%0], [%1, {%2, %3}], [%4];" ::"r"(static_cast<unsigned>(__cvta_generic_to_shared(shared))),
      "l"(&map), "r"(col), "r"(row), "r"(barrier.address())
      : "memory");
}

// Copies `bytes`, a multiple of 16; both addresses are aligned to 16 bytes.
__device__ __forceinline__ void copy_bytes(float* shared, const float* global, unsigned bytes,
                                           CopyBarrier& barrier) {
  asm volatile(
      "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" ::"r"(
          static_cast<unsigned>(__cvta_generic_to_shared(shared))),
      "l"(global), "r"(bytes), "r"(barrier.address())
      : "memory");
}

// Adds 1 to a counter in shared memory and returns what it was. What this thread read before is read,
// and what others did before theirs is done, by the time it returns.
__device__ __forceinline__ int count_up(int* counter) {
  int before;
  asm volatile("atom.acq_rel.cta.shared.add.s32 %0, [%1], 1;"
               : "=r"(before)
               : "r"(static_cast<unsigned>(__cvta_generic_to_shared(counter)))
               : "memory");
  return before;
}
