// Tasks over the host's threads.
//
// OpenMP, because a BLAS built on OpenMP then shares the very same threads: idle workers of one do
// not spin beside the other's, and a comparison of the two is fair.
#pragma once

#include <cstdint>

namespace rbgp::runtime {

// One task: which one, and on which thread of the team (0 .. threads-1). Must not throw.
using TaskFunction = void (*)(void* context, std::int64_t task, int thread);

// Threads that a launch uses: what OpenMP says (OMP_NUM_THREADS, else the processors that the process is bound to),
// without OMP_NUM_THREADS at most granted_processors(): more would halt each other at a container's limit.
int host_threads();

// Calls function(context, t, thread) for every t in 0 .. tasks-1 and returns when all are done.
// `threads` <= 0 means host_threads(); 1 runs the tasks in order on the calling thread. Allocates
// nothing itself and takes no lock; may be called from several threads at once.
void parallel_tasks(std::int64_t tasks, int threads, TaskFunction function, void* context);

}  // namespace rbgp::runtime
