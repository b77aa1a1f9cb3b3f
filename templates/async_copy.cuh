// Asynchronous copies from global to shared memory (sm_80 and newer): issued by a thread, committed in
// groups, waited for by the same thread. What other threads copied is there after a barrier that
// follows their wait.
#pragma once

// Copies kBytes from global to shared memory behind the thread's back, or zeros where not `valid`.
template <int kBytes>
__device__ __forceinline__ void copy_async(float* shared, const float* global, bool valid) {
  const unsigned to = static_cast<unsigned>(__cvta_generic_to_shared(shared));
  const int bytes = valid ? kBytes : 0;
  if constexpr (kBytes == 16)
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(to), "l"(global), "r"(bytes));
  else
    asm volatile("cp.async.ca.shared.global [%0], [%1], %2, %3;" ::"r"(to), "l"(global), "n"(kBytes),
                 "r"(bytes));
}

__device__ __forceinline__ void commit_copies() { asm volatile("cp.async.commit_group;"); }

template <int kPending>
__device__ __forceinline__ void wait_copies() {
  asm volatile("cp.async.wait_group %0;" ::"n"(kPending));
}
