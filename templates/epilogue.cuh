// From the sums of a thread to O: O = activation(alpha S + beta R + bias), in the layout of the problem.
//
// Config says which parts there are (kScale, kResidual, kBias, kActivation) and how O lies (kTransposed:
// N x M, not M x N) and of what elements (Element): what is absent is not in the code. R lies as O does and
// may be O: a thread reads all its elements of R before it writes one of O, and no other thread has them.
//
// Accesses are as wide as the layout gives them: neighbouring columns of a row of O as it is, neighbouring
// rows (|Gb.U| of them) of a column of O transposed. With an order of rows (matrix_order.cuh) no two rows of
// a thread are known to be neighbours.
#pragma once

#include "gelu_numbers.cuh"
#include "matrix_order.cuh"
#include "vectors.cuh"

// As rbgp::EpilogueArguments.
struct EpilogueArguments {
  float alpha;
  float beta;
  const float* bias;  // kM
  const void* residual;  // of Config::Element
  const int* row_order;  // kM
  const int* column_order;  // kK
};

enum { kNoActivation, kRelu, kGelu };

__device__ __forceinline__ float relu(float x) { return x < 0.0f ? 0.0f : x; }  // NaN stays NaN

__device__ __forceinline__ float gelu(float x) {
  using Numbers = GeluNumbers;
  const float a = fabsf(x);
  const float t = 1.0f / fmaf(a, Numbers::kSlope, 1.0f);
  float tail = fmaf(Numbers::kTail9, t, Numbers::kTail8);
  tail = fmaf(tail, t, Numbers::kTail7);
  tail = fmaf(tail, t, Numbers::kTail6);
  tail = fmaf(tail, t, Numbers::kTail5);
  tail = fmaf(tail, t, Numbers::kTail4);
  tail = fmaf(tail, t, Numbers::kTail3);
  tail = fmaf(tail, t, Numbers::kTail2);
  tail = fmaf(tail, t, Numbers::kTail1);
  tail = fmaf(tail, t, Numbers::kTail0);

  const float square = a * a;
  const float rounded_away = fmaf(a, a, -square);
  const float exponent = fmaf(-0.5f * square, Numbers::kLog2E, Numbers::kRound);
  const float whole = exponent - Numbers::kRound;
  float r = fmaf(whole, -Numbers::kLog2High, -0.5f * square);
  r = fmaf(whole, -Numbers::kLog2Low, r);
  r = fmaf(rounded_away, -0.5f, r);
  float power = fmaf(Numbers::kExp6, r, Numbers::kExp5);
  power = fmaf(power, r, Numbers::kExp4);
  power = fmaf(power, r, Numbers::kExp3);
  power = fmaf(power, r, Numbers::kExp2);
  power = fmaf(r * r, power, r) + 1.0f;
  // Times 2^whole, which stands in the low bits of `exponent`.
  power = __uint_as_float(__float_as_uint(power) + (__float_as_uint(exponent) << 23));
  return relu(x) - (a < Numbers::kEnd ? a * tail * power : 0.0f);
}

template <typename Config>
struct Epilogue {
  using Element = typename Config::Element;

  // Rows of a column of O that one access takes, of kAdjacent that follow each other.
  template <int kAdjacent>
  static constexpr int kVectorRows = kAdjacent % 4 == 0 && Config::kM % 4 == 0   ? 4
                                     : kAdjacent % 2 == 0 && Config::kM % 2 == 0 ? 2
                                                                                 : 1;

  // Calls visit(vector, at, u) for all elements of O that the sums of a thread belong to: `vector` are sums
  // that lie next to each other from element `at` of O; u is the row of the first.
  template <int kAdjacent, int kRows, int kRuns, int kWidth, typename RowOf, typename ColOf,
            typename Visit>
  static __device__ __forceinline__ void for_each_vector(float (&sums)[kRows][kRuns][kWidth],
                                                         RowOf row_of, int first_col, ColOf col_of,
                                                         Visit visit) {
    constexpr int kStep = Config::kTransposed ? kVectorRows<kAdjacent> : 1;
#pragma unroll
    for (int r = 0; r < kRows; r += kStep) {
      const long long u = row_of(r);
      if (u >= Config::kM) continue;
#pragma unroll
      for (int run = 0; run < kRuns; ++run) {
        const int col = col_of(run);
        if constexpr (!Config::kTransposed && Config::kN % kWidth == 0) {
          if (first_col + col < Config::kN)
            visit(sums[r][run], u * Config::kN + first_col + col, u);
        } else {
#pragma unroll
          for (int n = 0; n < kWidth; ++n) {
            if (first_col + col + n >= Config::kN) continue;
            float vector[kStep];
#pragma unroll
            for (int i = 0; i < kStep; ++i) vector[i] = sums[r + i][run][n];
            visit(vector,
                  Config::kTransposed
                      ? static_cast<long long>(first_col + col + n) * Config::kM + u
                      : u * Config::kN + first_col + col + n,
                  u);
#pragma unroll
            for (int i = 0; i < kStep; ++i) sums[r + i][run][n] = vector[i];
          }
        }
      }
    }
  }

  // Stores the sums of a thread: kRows rows, row_of(r) of W, of which kAdjacent follow each other from every
  // multiple of kAdjacent on, and kRuns runs of kWidth neighbouring columns, from first_col + col_of(run)
  // on: what is the same for all runs is in one or the other as the family's addresses come out best. Rows
  // past kM and columns past kN are neither read nor written.
  template <int kAdjacent, int kRows, int kRuns, int kWidth, typename RowOf, typename ColOf>
  static __device__ __forceinline__ void store(float (&sums)[kRows][kRuns][kWidth], RowOf row_of,
                                               int first_col, ColOf col_of, Element* output,
                                               const EpilogueArguments& arguments) {
    if constexpr (OutputRow<Config>::kMoved) {
      // All of the order that a thread needs is under way before it waits for any.
      int rows[kRows];
#pragma unroll
      for (int r = 0; r < kRows; ++r) {
        const long long u = row_of(r);
        rows[r] = u < Config::kM ? OutputRow<Config>::of(arguments.row_order, u) : Config::kM;
      }
      store_rows<1>(sums, [&](int r) { return rows[r]; }, first_col, col_of, output, arguments);
    } else {
      store_rows<kAdjacent>(sums, row_of, first_col, col_of, output, arguments);
    }
  }

 private:
  // The same, of rows of O.
  template <int kAdjacent, int kRows, int kRuns, int kWidth, typename RowOf, typename ColOf>
  static __device__ __forceinline__ void store_rows(float (&sums)[kRows][kRuns][kWidth],
                                                    RowOf row_of, int first_col, ColOf col_of,
                                                    Element* output,
                                                    const EpilogueArguments& arguments) {
    if constexpr (Config::kScale) {
#pragma unroll
      for (int i = 0; i < kRows * kRuns * kWidth; ++i)
        sums[i / kWidth / kRuns][i / kWidth % kRuns][i % kWidth] *= arguments.alpha;
    }
    // All loads come before the first store, which they could otherwise not be moved over.
    if constexpr (Config::kResidual) {
      const auto* const from = static_cast<const Element*>(arguments.residual);
      if (arguments.beta != 0.0f)
        for_each_vector<kAdjacent>(
            sums, row_of, first_col, col_of, [&](auto& vector, long long at, long long) {
              constexpr int kCount = sizeof vector / sizeof vector[0];
              float residual[kCount];
              load_vector(residual, from + at);
#pragma unroll
              for (int i = 0; i < kCount; ++i)
                vector[i] = fmaf(arguments.beta, residual[i], vector[i]);
            });
    }
    if constexpr (Config::kBias) {
      for_each_vector<kAdjacent>(
          sums, row_of, first_col, col_of, [&](auto& vector, long long, long long u) {
            constexpr int kCount = sizeof vector / sizeof vector[0];
#pragma unroll
            for (int i = 0; i < kCount; ++i)
              vector[i] += arguments.bias[Config::kTransposed ? u + i : u];
          });
    }
    for_each_vector<kAdjacent>(
        sums, row_of, first_col, col_of, [&](auto& vector, long long at, long long) {
          if constexpr (Config::kActivation != kNoActivation) {
            constexpr int kCount = sizeof vector / sizeof vector[0];
#pragma unroll
            for (int i = 0; i < kCount; ++i)
              vector[i] = Config::kActivation == kRelu ? relu(vector[i]) : gelu(vector[i]);
          }
          store_vector(output + at, vector);
        });
  }
};
