/* @FORMULA@ for one layer, generated for one pattern and one processor (@ARCH@).
 *
 * W is @M@ x @K@ with pattern @CONFIG@, I is @INPUT_ROWS@ x @INPUT_COLS@, O is
 * @OUTPUT_ROWS@ x @OUTPUT_COLS@, row-major @DTYPE@: see element.h.
 * kernel.o has the two entry points at the end; layer.c shows how to call them. Thread-safe, as long as
 * overlapping calls have different outputs and workspaces. */
#ifndef RBGP_LAYER_H
#define RBGP_LAYER_H

#include <stddef.h>

#include "element.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { RBGP_TASKS = @TASKS@ };
#define RBGP_PACKED_BYTES ((size_t)@PACKED_BYTES@)
/* Scratch memory of one thread, aligned to 64 bytes. */
#define RBGP_WORKSPACE_BYTES ((size_t)@WORKSPACE_BYTES@)

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

/* The layer, on all threads. `packed` comes from rbgp_pack; `workspace` has RBGP_WORKSPACE_BYTES for each of
 * rbgp_layer_threads() threads. Pointers are aligned to 64 bytes. */
void rbgp_layer(const void* packed, const float* input, float* output, void* workspace,
                const rbgp_epilogue* epilogue);
int rbgp_layer_threads(void);

/* In kernel.o. Packs values (rows x nnz_per_row, ascending columns) once for many products. */
void rbgp_pack(const float* values, void* packed);
/* One of RBGP_TASKS independent parts of the product. */
void rbgp_kernel(const void* packed, const float* input, float* output, void* workspace,
                 const rbgp_epilogue* epilogue, long long task);

#ifdef __cplusplus
}
#endif
#endif
