// The numbers of GELU in single precision, one list for CUDA source and for LLVM IR.
//
// gelu(x) = max(x, 0) - a Q(a) with a = |x| and Q the upper tail of the normal distribution, so that nothing
// cancels: Q(a) = exp(-a^2/2) T(t), t = 1 / (1 + kSlope a). T is the polynomial of degree 9 with the least
// relative error, 9.4e-9, for a up to 13.2; E, of degree 4, makes 1 + r + r^2 E(r) exp(r) to 3.1e-9 for
// |r| <= log(2)/2. What a*a rounds away goes into r, or its share of a large exponent would show. Beyond kEnd
// the tail, below 3e-38, is 0. With rounding the result has a relative error below 3.5e-7 everywhere.
#pragma once

struct GeluNumbers {
  static constexpr float kSlope = 0.328125f;
  static constexpr float kEnd = 13.1f;
  static constexpr float kTail0 = 8.36943855e-06f;
  static constexpr float kTail1 = 0.130685374f;
  static constexpr float kTail2 = 0.133360907f;
  static constexpr float kTail3 = 0.100947268f;
  static constexpr float kTail4 = 0.153144374f;
  static constexpr float kTail5 = -0.120729439f;
  static constexpr float kTail6 = 0.31000042f;
  static constexpr float kTail7 = -0.331769258f;
  static constexpr float kTail8 = 0.150140449f;
  static constexpr float kTail9 = -0.0257884543f;
  static constexpr float kExp2 = 0.49999994f;
  static constexpr float kExp3 = 0.166665211f;
  static constexpr float kExp4 = 0.041668389f;
  static constexpr float kExp5 = 0.00836873613f;
  static constexpr float kExp6 = 0.00138145604f;
  static constexpr float kLog2E = 1.44269502f;
  static constexpr float kLog2High = 0.693359375f;  // log(2) in two parts; 9 bits, so that its multiples
  static constexpr float kLog2Low = -0.000212194442f;  // are exact
  static constexpr float kRound = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer
};
