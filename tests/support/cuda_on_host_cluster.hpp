// Takes the place of templates/cluster.cuh.

inline void cluster_barrier() { cuda_on_host::cluster_barrier(); }

struct PeerVectors {
  const float4* shared;
  unsigned block;

  PeerVectors(const float4* shared, unsigned block) : shared(shared), block(block) {}

  float4 operator[](int i) const {
    if (cuda_on_host::shared_offset(shared + i) + sizeof(float4) > cuda_on_host::shared_bytes)
      cuda_on_host::give_up("a read past the shared memory of another block");
    return *reinterpret_cast<const float4*>(cuda_on_host::peer_address(shared + i, block));
  }
};
