/* Checks a layer against a naive product in double precision. */
#ifndef RBGP_CHECK_H
#define RBGP_CHECK_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

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

/* 0 when the relative Frobenius error is below 1e-5; an element that was not written is NaN. */
static int check_output(const float* values, const float* input, const float* output) {
  double error = 0, norm = 0;
  double* row = (double*)malloc(sizeof(double) * RBGP_N);
  if (row == NULL) return 1;
  for (long long u = 0; u < RBGP_M; ++u) {
    for (long long n = 0; n < RBGP_N; ++n) row[n] = 0;
    for (long long j = 0; j < RBGP_NNZ_PER_ROW; ++j) {
      const double w = values[u * RBGP_NNZ_PER_ROW + j];
      const long long v = rbgp_column(u, j);
      if (v >= RBGP_K) continue;
      for (long long n = 0; n < RBGP_N; ++n) row[n] += w * input[v * RBGP_N + n];
    }
    for (long long n = 0; n < RBGP_N; ++n) {
      const double difference = output[u * RBGP_N + n] - row[n];
      error += difference * difference;
      norm += row[n] * row[n];
    }
  }
  free(row);
  error = sqrt(error / norm);
  printf("relative error %.3g: %s\n", error, error < 1e-5 ? "right" : "WRONG");
  return error < 1e-5 ? 0 : 1;
}

#endif
