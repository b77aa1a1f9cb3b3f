#include "kernel.cu"
#include "layer.h"

cudaError_t rbgp_layer_prepare(void) {
  return cudaFuncSetAttribute(rbgp_kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                              Config::kSharedBytes);
}

cudaError_t rbgp_layer(const float* values, const float* input, float* output,
                       cudaStream_t stream) {
  rbgp_kernel<<<@BLOCKS@, Config::kThreads, Config::kSharedBytes, stream>>>(values, input,
                                                                             output);
  return cudaGetLastError();
}
