// What a kernel does with its sums before they are O, O = activation(alpha W I + beta R + bias), and
// where it finds rows of I and puts rows of O.
//
// Which parts there are is a choice of the problem (Epilogue), made when the kernel is generated: a part
// that is absent costs no instruction. Their numbers are given at launch (EpilogueArguments).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rbgp {

enum class Activation {
  none,
  relu,  // max(x, 0); of NaN, NaN
  // x/2 (1 + erf(x/sqrt(2))), the exact form and not the one with tanh; 0 at minus infinity. Within a
  // relative error of 1e-6 of it, everywhere, in f32.
  gelu,
};

std::string_view to_string(Activation activation);  // "none", "relu", "gelu"

struct Epilogue {
  bool scale = false;  // alpha; without it alpha is 1
  bool residual = false;  // beta R, R of O's size and layout
  bool bias = false;  // one number a row of W
  Activation activation = Activation::none;
  // W stands on the pattern with its rows or columns in another order (see MatrixOrder). With row_order,
  // row u of the kernel's W is row row_order[u] of O, of R and of the bias; with column_order, its column v
  // meets row column_order[v] of I. Every family has row_order; column_order those that copy I row by row.
  bool row_order = false;
  bool column_order = false;

  // The parts that there are, with commas between them, in any order: "scale,residual,bias,gelu". "none"
  // and an empty text have no part. Errors: invalid_argument, naming the known ones, for another part,
  // for one that is there twice, and for two activations.
  static Epilogue parse(std::string_view text);
  std::string to_string() const;  // in one order, the activation last; "none" without parts
  std::string formula() const;  // "O = relu(alpha W I + bias)", and ", rows by row_order" after it

  bool empty() const { return *this == Epilogue{}; }
  bool operator==(const Epilogue&) const = default;
};

// The numbers of an epilogue. Those of parts that the problem does not have keep their defaults. Pointers
// are memory of the device that the kernel runs on, and stay valid until the launch is over. The layout
// of this struct is what kernels are called with.
struct EpilogueArguments {
  float alpha = 1;
  float beta = 1;  // where it is 0, R is not read and may be null
  const float* bias = nullptr;  // m numbers
  // R, stored as O is, aligned to 16 bytes. It may be O itself, element for element: then O is updated
  // in place. Any other overlap with O is undefined.
  const void* residual = nullptr;
  // Permutations of 0..m-1 and of 0..k-1, which nobody checks: see launch_order in matrix_order.hpp.
  const std::int32_t* row_order = nullptr;
  const std::int32_t* column_order = nullptr;
};

}  // namespace rbgp
