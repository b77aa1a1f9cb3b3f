/* Checks a layer against a naive product and its epilogue in double precision. */
#ifndef RBGP_CHECK_H
#define RBGP_CHECK_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "layer.h"
#include "pattern.h"

static float* random_floats(long long count, unsigned long long seed) {
  float* values = (float*)malloc(sizeof(float) * (size_t)count);
  if (values == NULL) exit(1);
  for (long long i = 0; i < count; ++i) {
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    values[i] = (float)(seed >> 40) / (float)(1 << 23) - 1.0f;
  }
  return values;
}

/* Values as the pattern wants them: zero in columns past RBGP_K. */
static float* random_values(void) {
  float* values = random_floats((long long)RBGP_M * RBGP_NNZ_PER_ROW, 1);
  for (long long u = 0; u < RBGP_M; ++u)
    for (long long j = 0; j < RBGP_NNZ_PER_ROW; ++j)
      if (rbgp_column(u, j) >= RBGP_K) values[u * RBGP_NNZ_PER_ROW + j] = 0.0f;
  return values;
}

/* Element of O from a sum; `at` is where it lies, in row `row`. */
static double finished(double sum, long long row, long long at, const rbgp_epilogue* epilogue) {
  if (RBGP_SCALE) sum *= epilogue->alpha;
  if (RBGP_RESIDUAL) sum += (double)epilogue->beta * epilogue->residual[at];
  if (RBGP_BIAS) sum += epilogue->bias[row];
  if (RBGP_RELU) sum = sum < 0 ? 0 : sum;
  if (RBGP_GELU) sum = sum / 2 * erfc(-sum / sqrt(2.0));
  return sum;
}

/* 0 when the relative Frobenius error is below 1e-5; an element that was not written is NaN. The epilogue
 * has pointers to host memory. */
static int check_output(const float* values, const float* input, const rbgp_epilogue* epilogue,
                        const float* output) {
  double error = 0, norm = 0;
  double* sums = (double*)malloc(sizeof(double) * RBGP_N);
  if (sums == NULL) return 1;
  for (long long u = 0; u < RBGP_M; ++u) {
    for (long long n = 0; n < RBGP_N; ++n) sums[n] = 0;
    for (long long j = 0; j < RBGP_NNZ_PER_ROW; ++j) {
      const double w = values[u * RBGP_NNZ_PER_ROW + j];
      const long long v = rbgp_column(u, j);
      if (v >= RBGP_K) continue;
      const long long input_row = RBGP_COLUMN_ORDER ? epilogue->column_order[v] : v;
      for (long long n = 0; n < RBGP_N; ++n) sums[n] += w * input[rbgp_input_at(input_row, n)];
    }
    const long long row = RBGP_ROW_ORDER ? epilogue->row_order[u] : u;
    for (long long n = 0; n < RBGP_N; ++n) {
      const long long at = rbgp_output_at(row, n);
      const double wanted = finished(sums[n], row, at, epilogue);
      error += (output[at] - wanted) * (output[at] - wanted);
      norm += wanted * wanted;
    }
  }
  free(sums);
  error = sqrt(error / norm);
  printf("relative error %.3g: %s\n", error, error < 1e-5 ? "right" : "WRONG");
  return error < 1e-5 ? 0 : 1;
}

#endif
