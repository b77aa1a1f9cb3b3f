#pragma once

#include "cluster.cuh"

// Adds up sums of the blocks of a cluster, kThreads threads each that hold sums of the same places. Vectors of 4 sums
// lie [vector][thread] in shared memory: lanes side by side, without bank conflicts. Between writing and adding up, and
// between adding up and the end of a block, lies a cluster_barrier().
template <int kBlocks, int kThreads>
struct ClusterSums {
  float4* shared;

  // This thread's vector number i.
  __device__ __forceinline__ void write(int i, const float* four) const {
    shared[i * kThreads + threadIdx.x] = make_float4(four[0], four[1], four[2], four[3]);
  }

  // To the four sums at to(i), i from 0 to kVectors, adds up vector number first + place(i) of all blocks, in the order
  // of the blocks: the same bits in every run.
  template <int kVectors, typename Place, typename To>
  __device__ __forceinline__ void add_up(int first, Place place, To to) const {
#pragma unroll
    for (int block = 0; block < kBlocks; ++block) {
      const PeerVectors peer(shared + first * kThreads + threadIdx.x, block);
#pragma unroll
      for (int i = 0; i < kVectors; ++i) {
        float* const four = to(i);
        const float4 more = peer[place(i) * kThreads];
        four[0] = block == 0 ? more.x : four[0] + more.x;
        four[1] = block == 0 ? more.y : four[1] + more.y;
        four[2] = block == 0 ? more.z : four[2] + more.z;
        four[3] = block == 0 ? more.w : four[3] + more.w;
      }
    }
  }
};
