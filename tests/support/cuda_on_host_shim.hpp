// Put before emitted CUDA source so that the host's compiler takes it: the words of the language, vectors,
// and a thread block as fibers with a real barrier. Compiled with AddressSanitizer, which checks every
// access; shared memory and packed values start as NaN. See cuda_on_host.hpp.
#pragma once

#include <ucontext.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#define __device__
#define __global__
#define __shared__
#define __forceinline__ inline
#define __launch_bounds__(...)

struct float2 {
  float x, y;
};
struct alignas(16) float4 {
  float x, y, z, w;
};
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
inline Dim3 threadIdx, blockIdx, blockDim, gridDim;

namespace cuda_on_host {

[[noreturn]] inline void give_up(const char* why) {
  std::fprintf(stderr, "cuda_on_host: %s\n", why);
  std::exit(3);
}

// An asynchronous copy lands as late as the kernel allows: when its group is waited for.
struct Copy {
  void* to;
  const void* from;
  int bytes;
  bool valid;
};

struct Fiber {
  ucontext_t context;
  std::unique_ptr<char[]> stack;
  bool done = false;
  std::vector<Copy> open_group;
  std::deque<std::vector<Copy>> groups;
};

inline std::vector<Fiber> fibers;
inline ucontext_t scheduler;
inline unsigned running = 0;
inline const std::function<void()>* body = nullptr;

inline void enter_fiber() {
  (*body)();
  if (!fibers[running].open_group.empty() || !fibers[running].groups.empty())
    give_up("a thread ended with copies under way");
  fibers[running].done = true;
  swapcontext(&fibers[running].context, &scheduler);
}

inline void barrier() { swapcontext(&fibers[running].context, &scheduler); }

// Runs one thread block: every thread up to the barrier, in the order asked for, then on to the next.
inline void run_block(unsigned threads, bool backwards, const std::function<void()>& thread_body) {
  constexpr std::size_t kStackBytes = 128 << 10;
  fibers.clear();
  fibers.resize(threads);
  body = &thread_body;
  for (Fiber& fiber : fibers) {
    fiber.stack = std::make_unique<char[]>(kStackBytes);
    getcontext(&fiber.context);
    fiber.context.uc_stack = {fiber.stack.get(), 0, kStackBytes};
    fiber.context.uc_link = nullptr;
    makecontext(&fiber.context, enter_fiber, 0);
  }
  for (unsigned alive = threads; alive > 0;) {
    unsigned ended = 0;
    for (unsigned turn = 0; turn < threads; ++turn) {
      running = backwards ? threads - 1 - turn : turn;
      threadIdx = {running, 0, 0};
      swapcontext(&scheduler, &fibers[running].context);
      ended += fibers[running].done;
    }
    if (ended != 0 && ended != threads) give_up("a barrier that only some threads reach");
    alive -= ended;
  }
}

inline void copy_later(void* to, const void* from, int bytes, bool valid) {
  fibers[running].open_group.push_back({to, from, bytes, valid});
}

inline void commit() {
  Fiber& fiber = fibers[running];
  fiber.groups.push_back(std::move(fiber.open_group));
  fiber.open_group.clear();
}

inline void wait(std::size_t pending) {
  Fiber& fiber = fibers[running];
  for (; fiber.groups.size() > pending; fiber.groups.pop_front())
    for (const Copy& copy : fiber.groups.front())
      if (copy.valid)
        std::memcpy(copy.to, copy.from, static_cast<std::size_t>(copy.bytes));
      else
        std::memset(copy.to, 0, static_cast<std::size_t>(copy.bytes));
}

}  // namespace cuda_on_host

inline void __syncthreads() { cuda_on_host::barrier(); }
