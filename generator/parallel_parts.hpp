// Independent work over threads of this process, for conversions and searches on the host.
#pragma once

#include <cstdint>
#include <functional>

namespace rbgp {

// Threads that `threads` asks for: itself, or one a processor where it is 0 or less.
int thread_count(int threads);

// As many as so many operations, of a nanosecond or so, are worth starting.
int threads_worth(std::int64_t operations);

// Calls work(begin, end) for parts that make up 0 .. count-1, each part on one thread, and returns when all
// are done. Where the parts begin depends on the number of threads: what work does must not. What it throws
// is thrown on when all have ended. Where the system gives no more threads, the calling one does the rest.
void parallel_parts(std::int64_t count, int threads,
                    const std::function<void(std::int64_t begin, std::int64_t end)>& work);

}  // namespace rbgp
