// Bulk copies from global to shared memory (sm_90 and newer): issued by one thread, carried out by the copy
// engine, and counted in bytes by a barrier in shared memory (mbarrier) that readers wait at.
#pragma once

// What the host encodes (cuTensorMapEncodeTiled): a matrix, and the box of it that one copy takes.
struct alignas(64) TensorMap {
  unsigned long long words[16];
};

// A barrier in shared memory (mbarrier). A phase completes when all its arrivals, and all bytes announced
// with them, are there; then the next begins.
struct SharedBarrier {
  unsigned long long state;

  __device__ __forceinline__ unsigned address() const {
    return static_cast<unsigned>(__cvta_generic_to_shared(&state));
  }

  // By one thread, before a __syncthreads that precedes every other use.
  __device__ __forceinline__ void init(unsigned arrivals) {
    asm volatile("mbarrier.init.shared.b64 [%0], %1;" ::"r"(address()), "r"(arrivals) : "memory");
    asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
  }

  // An arrival that announces `bytes` of copies.
  __device__ __forceinline__ void arrive_expecting(unsigned bytes) {
    asm volatile("mbarrier.arrive.expect_tx.shared.b64 _, [%0], %1;" ::"r"(address()), "r"(bytes)
                 : "memory");
  }

  // An arrival; whether it was the last of its phase.
  __device__ __forceinline__ bool arrive_last() {
    unsigned pending;  // before it
    asm volatile(
        "{\n"
        ".reg .b64 before;\n"
        "mbarrier.arrive.shared.b64 before, [%1];\n"
        "mbarrier.pending_count.b64 %0, before;\n"
        "}"
        : "=r"(pending)
        : "r"(address())
        : "memory");
    return pending == 1;
  }

  // Waits for the phases of the given parity, 0 for the first. What others did before they arrived, and
  // what was copied, is there when it returns.
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
                                         SharedBarrier& barrier) {
  asm volatile(
      "cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes"
      " [%0], [%1, {%2, %3}], [%4];" ::"r"(static_cast<unsigned>(__cvta_generic_to_shared(shared))),
      "l"(&map), "r"(col), "r"(row), "r"(barrier.address())
      : "memory");
}

// Copies `bytes`, a multiple of 16; both addresses are aligned to 16 bytes.
__device__ __forceinline__ void copy_bytes(float* shared, const float* global, unsigned bytes,
                                           SharedBarrier& barrier) {
  asm volatile(
      "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" ::"r"(
          static_cast<unsigned>(__cvta_generic_to_shared(shared))),
      "l"(global), "r"(bytes), "r"(barrier.address())
      : "memory");
}
