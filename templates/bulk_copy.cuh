// Bulk copies between global and shared memory (sm_90 and newer): issued by one thread, carried out by the copy
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
  }

  // An arrival that announces `bytes` of copies.
  __device__ __forceinline__ void arrive_expecting(unsigned bytes) {
    asm volatile("mbarrier.arrive.expect_tx.shared.b64 _, [%0], %1;" ::"r"(address()), "r"(bytes)
                 : "memory");
  }

  __device__ __forceinline__ void arrive() {
    asm volatile("mbarrier.arrive.shared.b64 _, [%0];" ::"r"(address()) : "memory");
  }

  // An arrival at the barrier in the same place of another thread block of the cluster.
  __device__ __forceinline__ void arrive_at(unsigned block) {
    asm volatile(
        "{\n"
        ".reg .b32 remote;\n"
        "mapa.shared::cluster.u32 remote, %0, %1;\n"
        "mbarrier.arrive.shared::cluster.b64 _, [remote];\n"
        "}" ::"r"(address()),
        "r"(block)
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
// bytes all the same. `shared` is aligned to 128 bytes, and to 1024 under a swizzle.
__device__ __forceinline__ void copy_box(void* shared, const TensorMap& map, int col, int row,
                                         SharedBarrier& barrier) {
  asm volatile(
      "cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes"
      " [%0], [%1, {%2, %3}], [%4];" ::"r"(static_cast<unsigned>(__cvta_generic_to_shared(shared))),
      "l"(&map), "r"(col), "r"(row), "r"(barrier.address())
      : "memory");
}

// The same into all thread blocks of the cluster that `blocks` has a bit for: each has it at the same place,
// and counts it at the same place.
__device__ __forceinline__ void copy_box_to(unsigned short blocks, void* shared, const TensorMap& map,
                                            int col, int row, SharedBarrier& barrier) {
  asm volatile(
      "cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::cluster"
      " [%0], [%1, {%2, %3}], [%4], %5;" ::"r"(
          static_cast<unsigned>(__cvta_generic_to_shared(shared))),
      "l"(&map), "r"(col), "r"(row), "r"(barrier.address()), "h"(blocks)
      : "memory");
}

// Both of a matrix whose rows are paired: a box has by turns rows from `row` on and those that belong to them.
__device__ __forceinline__ void copy_paired_box(void* shared, const TensorMap& map, int col, int row,
                                                SharedBarrier& barrier) {
  asm volatile(
      "cp.async.bulk.tensor.3d.shared::cluster.global.mbarrier::complete_tx::bytes"
      " [%0], [%1, {%2, 0, %3}], [%4];" ::"r"(
          static_cast<unsigned>(__cvta_generic_to_shared(shared))),
      "l"(&map), "r"(col), "r"(row), "r"(barrier.address())
      : "memory");
}

__device__ __forceinline__ void copy_paired_box_to(unsigned short blocks, void* shared,
                                                   const TensorMap& map, int col, int row,
                                                   SharedBarrier& barrier) {
  asm volatile(
      "cp.async.bulk.tensor.3d.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::cluster"
      " [%0], [%1, {%2, 0, %3}], [%4], %5;" ::"r"(
          static_cast<unsigned>(__cvta_generic_to_shared(shared))),
      "l"(&map), "r"(col), "r"(row), "r"(barrier.address()), "h"(blocks)
      : "memory");
}

// Copies a box from shared memory to the matrix at (col, row); what is outside the matrix is left out.
// Each thread that wrote the box has called fence_for_copies before.
__device__ __forceinline__ void store_box(const TensorMap& map, int col, int row, const void* shared) {
  asm volatile("cp.async.bulk.tensor.2d.global.shared::cta.bulk_group [%0, {%1, %2}], [%3];" ::"l"(&map),
               "r"(col), "r"(row),
               "r"(static_cast<unsigned>(__cvta_generic_to_shared(shared)))
               : "memory");
}

// Makes a thread's writes to shared memory visible to copies.
__device__ __forceinline__ void fence_for_copies() {
  asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
}

// Of the thread that stored: makes its stores since the last call one group.
__device__ __forceinline__ void end_stores() {
  asm volatile("cp.async.bulk.commit_group;" ::: "memory");
}

// Until all but the last kGroups groups of this thread's stores have read shared memory.
template <int kGroups>
__device__ __forceinline__ void wait_until_stores_read() {
  asm volatile("cp.async.bulk.wait_group.read %0;" ::"n"(kGroups) : "memory");
}

// Until all of this thread's stores are done.
__device__ __forceinline__ void wait_for_stores() {
  asm volatile("cp.async.bulk.wait_group 0;" ::: "memory");
}
