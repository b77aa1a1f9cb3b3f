// Thread blocks of a cluster (sm_90 and newer): they run at the same time, and read each other's shared
// memory.
#pragma once

// All threads of the thread blocks of a cluster. What they wrote before it, to shared memory too, is there
// for the others when it returns.
__device__ __forceinline__ void cluster_barrier() {
  asm volatile(
      "barrier.cluster.arrive.aligned;\n"
      "barrier.cluster.wait.aligned;" ::
          : "memory");
}

// What thread block `block` of the cluster has in its shared memory where this one has `shared`. The block
// must have begun, and must not have ended.
struct PeerVectors {
  unsigned address;

  __device__ __forceinline__ PeerVectors(const float4* shared, unsigned block) {
    asm volatile("mapa.shared::cluster.u32 %0, %1, %2;"
                 : "=r"(address)
                 : "r"(static_cast<unsigned>(__cvta_generic_to_shared(shared))), "r"(block));
  }

  __device__ __forceinline__ float4 operator[](int i) const {
    float4 vector;
    asm volatile("ld.shared::cluster.v4.f32 {%0, %1, %2, %3}, [%4];"
                 : "=f"(vector.x), "=f"(vector.y), "=f"(vector.z), "=f"(vector.w)
                 : "r"(address + i * static_cast<unsigned>(sizeof(float4)))
                 : "memory");
    return vector;
  }
};
