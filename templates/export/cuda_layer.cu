// Of each layer its own, where a program has several.
#define Config rbgp_Config
#define Pattern rbgp_Pattern
#include "kernel.cu"
#include "layer.h"
@MAP_ENCODER@
cudaError_t rbgp_layer_prepare(void) {
  return cudaFuncSetAttribute(rbgp_kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                              Config::kSharedBytes);
}

cudaError_t rbgp_layer_pack(const float* values, rbgp_element* packed, cudaStream_t stream) {
  @PACK@;
  return cudaGetLastError();
}

cudaError_t rbgp_layer(const rbgp_element* packed, const rbgp_element* input, rbgp_element* output,
                       const rbgp_epilogue* epilogue, cudaStream_t stream) {
  // Kernels multiply by alpha whether or not the formula has one.
  const EpilogueArguments arguments = {@SCALE@ ? epilogue->alpha : 1.0f, epilogue->beta,
                                       epilogue->bias, epilogue->residual,
                                       epilogue->row_order, epilogue->column_order};
  // A kernel that waits itself for launches before it may begin while they end: from driver 12.3 on, which graphs
  // keep that from.
  static int driver = 0;
  if (driver == 0) cudaDriverGetVersion(&driver);
  cudaLaunchAttribute overlap = {};
  overlap.id = cudaLaunchAttributeProgrammaticStreamSerialization;
  overlap.val.programmaticStreamSerializationAllowed = 1;
  cudaLaunchConfig_t launch = {};
  launch.gridDim = @BLOCKS@;
  launch.blockDim = Config::kThreads;
  launch.dynamicSmemBytes = Config::kSharedBytes;
  launch.stream = stream;
  launch.attrs = &overlap;
  launch.numAttrs = @OVERLAPS_LAUNCHES@ && driver >= 12030 ? 1 : 0;
  @ENCODE_MAPS@return cudaLaunchKernelEx(&launch, rbgp_kernel, (const Config::Element*)packed,
                            (const Config::Element*)input, (Config::Element*)output,
                            arguments@MAP_ARGUMENTS@);
}
