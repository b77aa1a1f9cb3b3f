// Number formats of W, I, O and R, and conversions between them and floats.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rbgp {

// The arithmetic that a product may be computed with, and the storage that goes with it. Sums are f32 in
// every one.
//
//   dtype  stored in  an operand has           rounding to it
//   f32    4 bytes    24 bits of significand   none
//   f32x3  4 bytes    24 bits of significand   none: a product is the sum of three of tf32
//   tf32   4 bytes    11 bits of significand   to nearest, ties away from zero, as CUDA's cvt.rna
//   bf16   2 bytes     8 bits of significand   to nearest, ties to even
//   f16    2 bytes    11 bits, 5 of exponent   to nearest, ties to even; from 65520 on to infinity
//
// Packed values, I, O and R are stored so; canonical values of W and the bias are floats in every dtype.
// Kernels of tf32 may take I with the bits that tf32 does not have: whether they round, truncate or
// multiply those bits is theirs, so whoever wants one result rounds I first.
//
// f32x3 is f32 where tensor cores multiply tf32 only: each operand is the sum of two of tf32, and the
// product of the two small ones, below 2^-22 of the whole, is left out. Infinities of I may become NaN.
enum class Dtype { f32, f32x3, tf32, bf16, f16 };
inline constexpr std::array kAllDtypes = {Dtype::f32, Dtype::f32x3, Dtype::tf32, Dtype::bf16,
                                          Dtype::f16};

std::string_view to_string(Dtype dtype);  // "bf16"
Dtype parse_dtype(std::string_view text);  // invalid_argument names the known ones
std::int64_t dtype_bytes(Dtype dtype);  // of an element in memory

// Rounding x to an operand of the dtype, and to what is stored of it, changes it by at most this times
// |x|, away from overflow and subnormal numbers. They differ for tf32, which is stored as f32.
double operand_roundoff(Dtype dtype);
double storage_roundoff(Dtype dtype);

// The relative error, in the Frobenius norm, that a right product of a dtype may have against one in double
// precision, on operands rounded to the dtype: O is rounded to its storage, and sums of f32 have an error of
// their own, which on tensor cores grows with how many `products` an element is the sum of.
double product_tolerance(Dtype dtype, std::int64_t products);

// The operand nearest to x. NaN stays NaN.
float round_to(Dtype dtype, float x);
void round_to(Dtype dtype, std::vector<float>& values);

// Between floats and memory of dtype_bytes an element. to_storage rounds where the storage is narrower
// than a float; to what an operand of tf32 is, round_to does.
void to_storage(Dtype dtype, const float* from, std::size_t count, void* to);
void from_storage(Dtype dtype, const void* from, std::size_t count, float* to);
std::vector<std::byte> to_storage(Dtype dtype, const std::vector<float>& from);
std::vector<float> from_storage(Dtype dtype, const std::vector<std::byte>& from);

}  // namespace rbgp
