// Thread blocks of a cluster (sm_90 and newer): they run at the same time.
#pragma once

// All threads of the thread blocks of a cluster. What they wrote before it, to shared memory too, is there
// for the others when it returns.
__device__ __forceinline__ void cluster_barrier() {
  asm volatile(
      "barrier.cluster.arrive.aligned;\n"
      "barrier.cluster.wait.aligned;" ::
          : "memory");
}
