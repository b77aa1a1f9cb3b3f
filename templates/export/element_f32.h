/* Elements of packed values, I, O and R: f32, as floats. */
#ifndef RBGP_ELEMENT_H
#define RBGP_ELEMENT_H

typedef float rbgp_element;

static inline float rbgp_load(rbgp_element x) { return x; }
static inline rbgp_element rbgp_store(float x) { return x; }
/* To an operand of a multiplication. */
static inline float rbgp_round(float x) { return x; }

#endif
