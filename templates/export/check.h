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

/* Values as the pattern wants them: zero in columns past RBGP_K. Like the elements of I, they are what
 * multiplications take, so that nothing is rounded on the way. */
static float* random_values(void) {
  float* values = random_floats((long long)RBGP_M * RBGP_NNZ_PER_ROW, 1);
  for (long long u = 0; u < RBGP_M; ++u)
    for (long long j = 0; j < RBGP_NNZ_PER_ROW; ++j) {
      float* value = &values[u * RBGP_NNZ_PER_ROW + j];
      *value = rbgp_column(u, j) >= RBGP_K ? 0.0f : rbgp_round(*value);
    }
  return values;
}

static rbgp_element* random_elements(long long count, unsigned long long seed) {
  float* values = random_floats(count, seed);
  rbgp_element* elements = (rbgp_element*)malloc(sizeof(rbgp_element) * (size_t)count);
  if (elements == NULL) exit(1);
  for (long long i = 0; i < count; ++i) elements[i] = rbgp_store(rbgp_round(values[i]));
  free(values);
  return elements;
}

/* Element of O from a sum; `at` is where it lies, in row `row`. */
static double finished(double sum, long long row, long long at, const rbgp_epilogue* epilogue) {
  if (RBGP_SCALE) sum *= epilogue->alpha;
  if (RBGP_RESIDUAL) sum += (double)epilogue->beta * rbgp_load(epilogue->residual[at]);
  if (RBGP_BIAS) sum += epilogue->bias[row];
  if (RBGP_RELU) sum = sum < 0 ? 0 : sum;
  if (RBGP_GELU) sum = sum / 2 * erfc(-sum / sqrt(2.0));
  return sum;
}

/* 0 when the relative Frobenius error is below what rounding leaves; an element that was not written is NaN.
 * The epilogue has pointers to host memory. */
static int check_output(const float* values, const rbgp_element* input,
                        const rbgp_epilogue* epilogue, const rbgp_element* output) {
  const double tolerance = @TOLERANCE@;
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
      for (long long n = 0; n < RBGP_N; ++n)
        sums[n] += w * rbgp_load(input[rbgp_input_at(input_row, n)]);
    }
    const long long row = RBGP_ROW_ORDER ? epilogue->row_order[u] : u;
    for (long long n = 0; n < RBGP_N; ++n) {
      const long long at = rbgp_output_at(row, n);
      const double wanted = finished(sums[n], row, at, epilogue);
      const double difference = rbgp_load(output[at]) - wanted;
      error += difference * difference;
      norm += wanted * wanted;
    }
  }
  free(sums);
  error = norm == 0 ? sqrt(error) : sqrt(error / norm); /* relu may leave zeros alone */
  printf("relative error %.3g: %s\n", error, error < tolerance ? "right" : "WRONG");
  return error < tolerance ? 0 : 1;
}

#endif
