#include "kernel.cu"
#include "layer.h"
@INPUT_MAP_ENCODER@
cudaError_t rbgp_layer_prepare(void) {
  return cudaFuncSetAttribute(rbgp_kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                              Config::kSharedBytes);
}

cudaError_t rbgp_layer_pack(const float* values, float* packed, cudaStream_t stream) {
  @PACK@;
  return cudaGetLastError();
}

cudaError_t rbgp_layer(const float* packed, const float* input, float* output,
                       const rbgp_epilogue* epilogue, cudaStream_t stream) {
  const EpilogueArguments arguments = {epilogue->alpha,    epilogue->beta,      epilogue->bias,
                                       epilogue->residual, epilogue->row_order, epilogue->column_order};
  @ENCODE_INPUT_MAP@rbgp_kernel<<<@BLOCKS@, Config::kThreads, Config::kSharedBytes, stream>>>(
      packed, input, output, arguments@INPUT_MAP_ARGUMENT@);
  return cudaGetLastError();
}
