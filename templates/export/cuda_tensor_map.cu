// The kernel moves boxes of matrices with the copy engine, which takes a description of each. The driver
// encodes it, on the host; its entry point is asked of the runtime, so that nothing more is linked.
#include <cudaTypedefs.h>

/* pair_rows other than 0: rows so far apart take turns in a box, whose second stride is shorter than its first then:
 * drivers take that. */
static cudaError_t encode_map(const void* matrix, cuuint64_t rows, cuuint64_t cols,
                              cuuint32_t box_rows, cuuint32_t box_cols, CUtensorMapSwizzle swizzle,
                              cuuint64_t pair_rows, TensorMap* map) {
  static PFN_cuTensorMapEncodeTiled_v12000 encode = 0;
  if (!encode) {
    void* entry = 0;
    cudaDriverEntryPointQueryResult found;
#if CUDART_VERSION >= 12050
    const cudaError_t status = cudaGetDriverEntryPointByVersion(
        "cuTensorMapEncodeTiled", &entry, 12000, cudaEnableDefault, &found);
#else
    const cudaError_t status =
        cudaGetDriverEntryPoint("cuTensorMapEncodeTiled", &entry, cudaEnableDefault, &found);
#endif
    if (status != cudaSuccess) return status;
    if (found != cudaDriverEntryPointSuccess) return cudaErrorNotSupported;
    encode = (PFN_cuTensorMapEncodeTiled_v12000)entry;
  }
  const cuuint64_t row_bytes = sizeof(rbgp_element) * cols;
  const cuuint64_t sizes[] = {cols, pair_rows ? 2 : rows, rows - pair_rows};
  const cuuint64_t strides[] = {pair_rows ? pair_rows * row_bytes : row_bytes, row_bytes};
  const cuuint32_t box[] = {box_cols, pair_rows ? 2 : box_rows, box_rows / 2};
  const cuuint32_t steps[] = {1, 1, 1};
  const CUresult status =
      encode((CUtensorMap*)map, CU_TENSOR_MAP_DATA_TYPE_@MAP_TYPE@, pair_rows ? 3 : 2, (void*)matrix, sizes,
             strides, box, steps, CU_TENSOR_MAP_INTERLEAVE_NONE, swizzle, CU_TENSOR_MAP_L2_PROMOTION_L2_128B,
             CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE);
  return status == CUDA_SUCCESS ? cudaSuccess : cudaErrorInvalidValue;
}
