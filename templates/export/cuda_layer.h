/* O = W I for one layer, generated for one pattern and tuned on @DEVICE@ (@ARCH@).
 *
 * W is @M@ x @K@ with pattern @CONFIG@, I is @K@ x @N@, O is @M@ x @N@, row-major f32. */
#ifndef RBGP_LAYER_H
#define RBGP_LAYER_H

#include <cuda_runtime.h>

#define RBGP_PACKED_BYTES ((size_t)@PACKED_BYTES@)

/* Packs values (rows x nnz_per_row, ascending columns) once for many products. Both are device memory,
 * aligned to 16 bytes; asynchronous on the stream. */
cudaError_t rbgp_layer_pack(const float* values, float* packed, cudaStream_t stream);

/* O = W I, asynchronous on the stream; may be captured in a graph. Pointers are device memory aligned to 16
 * bytes. Call rbgp_layer_prepare once before. */
cudaError_t rbgp_layer(const float* packed, const float* input, float* output,
                       cudaStream_t stream);

/* Allows the kernel its shared memory on the current device. */
cudaError_t rbgp_layer_prepare(void);

#endif
