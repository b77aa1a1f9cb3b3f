/* The pattern of W: @CONFIG@
 *
 * W is RBGP_M x RBGP_K. Row u holds RBGP_NNZ_PER_ROW values, in ascending columns; values of columns past
 * RBGP_K (a padded layer) are zero. */
#ifndef RBGP_PATTERN_H
#define RBGP_PATTERN_H

enum {
  RBGP_M = @M@,
  RBGP_K = @K@,
  RBGP_N = @N@,
  RBGP_NNZ_PER_ROW = @NNZ_PER_ROW@,
  RBGP_GO_DEGREE = @GO_DEGREE@,
  RBGP_GR_LEFT = @GR_LEFT@,
  RBGP_GR_RIGHT = @GR_RIGHT@,
  RBGP_GI_LEFT = @GI_LEFT@,
  RBGP_GI_RIGHT = @GI_RIGHT@,
  RBGP_GI_DEGREE = @GI_DEGREE@,
  RBGP_GB_LEFT = @GB_LEFT@,
  RBGP_GB_RIGHT = @GB_RIGHT@
};

/* What the layer makes of the product: @FORMULA@ */
enum {
  RBGP_TRANSPOSED = @TRANSPOSED@, /* 1: I is N x K and O N x M; 0: I is K x N and O M x N */
  RBGP_SCALE = @SCALE@, /* which parts there are */
  RBGP_RESIDUAL = @RESIDUAL@,
  RBGP_BIAS = @BIAS@,
  RBGP_RELU = @RELU@,
  RBGP_GELU = @GELU@,
  RBGP_ROW_ORDER = @HAS_ROW_ORDER@,
  RBGP_COLUMN_ORDER = @HAS_COLUMN_ORDER@
};

/* Where elements of I and of O lie, for sample n. */
static inline long long rbgp_input_at(long long v, long long n) {
  return RBGP_TRANSPOSED ? n * RBGP_K + v : v * RBGP_N + n;
}

static inline long long rbgp_output_at(long long u, long long n) {
  return RBGP_TRANSPOSED ? n * RBGP_M + u : u * RBGP_N + n;
}

static const int rbgp_go[] = {@GO_ADJACENCY@};

static const int rbgp_gi[] = {@GI_ADJACENCY@};

/* The orders that W stands on the pattern in, for the epilogue; not read where there is no such part. Of a plan that
   has the part and no order it is the reverse one, for the test: that of W comes with each launch. */
static const int rbgp_row_order[] = {@ROW_ORDER@};

static const int rbgp_column_order[] = {@COLUMN_ORDER@};

/* Column of value j of row u. Indices are four mixed-radix digits, one a base graph. */
static inline long long rbgp_column(long long u, long long j) {
  const long long ui = u / RBGP_GB_LEFT % RBGP_GI_LEFT;
  const long long uo = u / RBGP_GB_LEFT / RBGP_GI_LEFT / RBGP_GR_LEFT;
  const long long vb = j % RBGP_GB_RIGHT;
  const long long ji = j / RBGP_GB_RIGHT % RBGP_GI_DEGREE;
  const long long vr = j / RBGP_GB_RIGHT / RBGP_GI_DEGREE % RBGP_GR_RIGHT;
  const long long jo = j / RBGP_GB_RIGHT / RBGP_GI_DEGREE / RBGP_GR_RIGHT;
  const long long vo = rbgp_go[uo * RBGP_GO_DEGREE + jo];
  const long long vi = rbgp_gi[ui * RBGP_GI_DEGREE + ji];
  return ((vo * RBGP_GR_RIGHT + vr) * RBGP_GI_RIGHT + vi) * RBGP_GB_RIGHT + vb;
}

#endif
