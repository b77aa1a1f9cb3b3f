/* Elements of packed values, I, O and R: floats, of which multiplications take 11 bits of significand. */
#ifndef RBGP_ELEMENT_H
#define RBGP_ELEMENT_H

#include <string.h>

typedef float rbgp_element;

static inline float rbgp_load(rbgp_element x) { return x; }
static inline rbgp_element rbgp_store(float x) { return x; }

/* To an operand of a multiplication: to nearest, ties away from zero. */
static inline float rbgp_round(float x) {
  unsigned bits;
  memcpy(&bits, &x, sizeof bits);
  if ((bits & 0x7f800000u) != 0x7f800000u) bits = (bits + 0x1000u) & ~0x1fffu;
  memcpy(&x, &bits, sizeof bits);
  return x;
}

#endif
