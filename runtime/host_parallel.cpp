#include "runtime/host_parallel.hpp"

#include "runtime/processors.hpp"

#include <omp.h>

#include <algorithm>
#include <cstdlib>
#include <limits>

namespace rbgp::runtime {

int host_threads() {
  static const int most = std::getenv("OMP_NUM_THREADS") != nullptr
                              ? std::numeric_limits<int>::max()
                              : granted_processors();
  return std::min(omp_get_max_threads(), most);
}

void parallel_tasks(std::int64_t tasks, int threads, TaskFunction function, void* context) {
  const int team = threads > 0 ? threads : host_threads();
  if (team == 1 || tasks < 2) {
    for (std::int64_t task = 0; task < tasks; ++task) function(context, task, 0);
    return;
  }
  // The team does not shrink to the number of tasks: a runtime that is asked for teams of changing
  // size ends and starts threads, which costs more than threads that find nothing to do.
#pragma omp parallel num_threads(team)
  {
    const int thread = omp_get_thread_num();
#pragma omp for schedule(dynamic, 1)
    for (std::int64_t task = 0; task < tasks; ++task) function(context, task, thread);
  }
}

}  // namespace rbgp::runtime
