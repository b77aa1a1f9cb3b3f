/* @FORMULA@ for one layer, generated for one pattern and for @ARCH@, tuned on @DEVICE@.
 *
 * W is @M@ x @K@ with pattern @CONFIG@, I is @INPUT_ROWS@ x @INPUT_COLS@, O is
 * @OUTPUT_ROWS@ x @OUTPUT_COLS@, row-major @DTYPE@: see element.h. */
#ifndef RBGP_LAYER_H
#define RBGP_LAYER_H

#include <cuda_runtime.h>

#include "element.h"

#define RBGP_PACKED_BYTES ((size_t)@PACKED_BYTES@)

/* What there is beside W I in the formula above: parts that it does not have are not read. */
typedef struct {
  float alpha;
  float beta;            /* where it is 0, the residual is not read */
  const float* bias;     /* @M@ numbers */
  /* R, as O lies, aligned to 16 bytes; it may be O itself, updated in place */
  const rbgp_element* residual;
  /* Row u of the kernel's W is row row_order[u] of O, of R and of the bias; its column v meets row
   * column_order[v] of I. Those of the plan are in pattern.h. */
  const int* row_order;    /* @M@ numbers */
  const int* column_order; /* @K@ numbers */
} rbgp_epilogue;

/* Packs values (rows x nnz_per_row floats, ascending columns), rounded to @DTYPE@, once for many products.
 * Both are device memory, aligned to 16 bytes; asynchronous on the stream. */
cudaError_t rbgp_layer_pack(const float* values, rbgp_element* packed, cudaStream_t stream);

/* The layer, asynchronous on the stream; may be captured in a graph. Pointers, those of the epilogue too, are
 * device memory aligned to 16 bytes; the epilogue itself is read before the call returns. Call
 * rbgp_layer_prepare once before. */
cudaError_t rbgp_layer(const rbgp_element* packed, const rbgp_element* input, rbgp_element* output,
                       const rbgp_epilogue* epilogue, cudaStream_t stream);

/* Allows the kernel its shared memory on the current device. */
cudaError_t rbgp_layer_prepare(void);

#endif
