// Put before emitted CUDA source so that the host's compiler takes it: the words of the language, vectors, and
// what stands in for threads, barriers and copies. That is carried out by cuda_on_host_runtime.cpp, which all
// programs share, compiled once as this header is. Compiled with AddressSanitizer, which checks every access.
// See cuda_on_host.hpp.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#define __device__
#define __global__
#define __shared__
#define __forceinline__ inline
#define __grid_constant__
#define __launch_bounds__(...)
#define __cluster_dims__(...)

struct float2 {
  float x, y;
};
struct alignas(16) float4 {
  float x, y, z, w;
};
struct alignas(8) uint2 {
  unsigned x, y;
};
inline uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
struct alignas(16) int4 {
  int x, y, z, w;
};
struct alignas(16) uint4 {
  unsigned x, y, z, w;
};
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }
inline float2 make_float2(float x, float y) { return {x, y}; }
inline unsigned __float_as_uint(float value) {
  unsigned bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}
inline float __uint_as_float(unsigned bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }

struct Dim3 {
  unsigned x = 0, y = 0, z = 0;
};
extern Dim3 threadIdx, blockIdx, blockDim, gridDim;

namespace cuda_on_host {

// Of the program, which defines them.
extern const unsigned shared_bytes;  // of a block

[[noreturn]] void give_up(const char* why);

// Memory of the device, exactly as large as asked for, so that AddressSanitizer sees the first access past its
// end. NaN, or what a file holds. Lives as long as the program.
struct Buffer {
  explicit Buffer(std::size_t bytes);
  explicit Buffer(const std::string& file);
  explicit Buffer(const std::vector<char>& content);
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  void write(const std::string& file) const;

  template <typename T>
  T* as() const {
    return reinterpret_cast<T*>(data);
  }
  template <typename T>
  const T* or_null() const {
    return size == 0 ? nullptr : as<T>();
  }
  char* data;
  std::size_t size;
};

// Runs a kernel's threads, cluster by cluster. A warp goes as far ahead of the others as they let it: what only
// holds while warps keep step does not hold here.
void launch(unsigned blocks, unsigned cluster, unsigned threads, bool backwards,
            const std::function<void()>& thread);

// Of the thread that runs: its number in its warp.
unsigned lane();
// What a lane of its warp shows the others of a product's operands.
std::array<unsigned, 6>& operands_of(unsigned lane);

void barrier();
void cluster_barrier();
void named_barrier(int id, unsigned threads);
void warp_barrier();
// Every lane of a warp shows a word to the others.
unsigned shuffle(unsigned word, unsigned lane);

// Asynchronous copies land as late as the kernel allows: when their group is waited for.
void copy_later(void* to, const void* from, int bytes, bool valid);
void commit();
void wait(std::size_t pending);

// Barriers in shared memory that count arrivals and bytes. Copies that one counts land when somebody waits for
// it; until then their destination is NaN, so that a read too early, and one too late of what was there
// before, both show.
void barrier_init(void* barrier, unsigned arrivals);
bool barrier_arrive(void* barrier, unsigned bytes);  // whether it was the last arrival of its phase
void barrier_wait(void* barrier, unsigned parity);
void bulk_copy(void* to, const void* from, unsigned bytes, void* barrier);  // from null: zeros

// Addresses in shared memory, from 0.
std::size_t shared_offset(const void* shared);
char* shared_address(std::size_t offset);
// The same place in another block of the cluster.
char* peer_address(const void* shared, unsigned rank);
// Where the swizzle of 128 bytes puts what would be at `offset`: pieces of 16 bytes change places by the row.
inline std::size_t swizzled(std::size_t offset) { return offset ^ (offset >> 7 & 7) << 4; }

// Stores from shared to global memory read and write as late as they may. They read what fences have made
// visible: all lanes of a warp write what one of them stores.
void fence();
void require_fences();
void store_later(void* to, const void* from, unsigned bytes);
void end_store_group();
void finish_stores(std::size_t pending);

// Matrix products: issued by all lanes of a warp together, and waited for together.
void begin_product_group();
void product_later(std::function<void()> product);
void end_product_group();
void finish_products(std::size_t pending);

}  // namespace cuda_on_host

inline void __syncwarp() { cuda_on_host::warp_barrier(); }
inline void __syncthreads() { cuda_on_host::barrier(); }

template <typename Word>
Word __shfl_sync(unsigned, Word word, int lane) {
  static_assert(sizeof(Word) == 4, "a word");
  return static_cast<Word>(
      cuda_on_host::shuffle(static_cast<unsigned>(word), static_cast<unsigned>(lane)));
}
