#include "layer.h"

#ifdef _OPENMP
#include <omp.h>
int rbgp_layer_threads(void) { return omp_get_max_threads(); }
#else
int rbgp_layer_threads(void) { return 1; }
#endif

void rbgp_layer(const void* packed, const float* input, float* output, void* workspace,
                const rbgp_epilogue* epilogue) {
#ifdef _OPENMP
#pragma omp parallel for schedule(dynamic, 1)
#endif
  for (long long task = 0; task < RBGP_TASKS; ++task) {
    int thread = 0;
#ifdef _OPENMP
    thread = omp_get_thread_num();
#endif
    rbgp_kernel(packed, input, output, (char*)workspace + (size_t)thread * RBGP_WORKSPACE_BYTES,
                epilogue, task);
  }
}
