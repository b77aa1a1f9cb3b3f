/* Elements of packed values, I, O and R: the bits of a bf16, the upper half of a float. */
#ifndef RBGP_ELEMENT_H
#define RBGP_ELEMENT_H

#include <string.h>

typedef unsigned short rbgp_element;

static inline float rbgp_load(rbgp_element code) {
  const unsigned bits = (unsigned)code << 16;
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/* To nearest, ties to even. */
static inline rbgp_element rbgp_store(float x) {
  unsigned bits;
  memcpy(&bits, &x, sizeof bits);
  if (x != x) return 0x7fff;
  return (rbgp_element)((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

/* To an operand of a multiplication. */
static inline float rbgp_round(float x) { return rbgp_load(rbgp_store(x)); }

#endif
