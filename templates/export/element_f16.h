/* Elements of packed values, I, O and R: the bits of an f16 (IEEE binary16). */
#ifndef RBGP_ELEMENT_H
#define RBGP_ELEMENT_H

#include <math.h>

typedef unsigned short rbgp_element;

static inline float rbgp_load(rbgp_element code) {
  const int exponent = code >> 10 & 31;
  const float mantissa = (float)(code & 1023);
  float size = exponent == 0 ? ldexpf(mantissa, -24) : ldexpf(mantissa + 1024, exponent - 25);
  if (exponent == 31) size = mantissa == 0 ? INFINITY : NAN;
  return (code & 0x8000) != 0 ? -size : size;
}

/* To nearest, ties to even; from 65520 on to infinity. */
static inline rbgp_element rbgp_store(float x) {
  const unsigned sign = signbit(x) ? 0x8000u : 0u;
  const float size = fabsf(x);
  int exponent;
  if (x != x) return 0x7fff;
  if (size >= 65520.0f) return (rbgp_element)(sign | 0x7c00u);
  /* In units of the last place; what rounds up into the next exponent is its first number. */
  exponent = size < 6.103515625e-5f ? 1 : ilogbf(size) + 15;
  return (rbgp_element)(sign + (unsigned)(exponent - 1) * 1024u +
                        (unsigned)nearbyintf(ldexpf(size, 25 - exponent)));
}

/* To an operand of a multiplication. */
static inline float rbgp_round(float x) { return rbgp_load(rbgp_store(x)); }

#endif
