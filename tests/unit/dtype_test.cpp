#include <rbgp/dtype.hpp>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include <rbgp/error.hpp>
#include <support/refusal.hpp>

namespace rbgp {
namespace {

using test::has;
using test::refusal;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// A format of 16 bits by its definition.
struct Format {
  Dtype dtype;
  int mantissa_bits, bias, max_exponent;
};
constexpr Format kFormats[] = {{Dtype::bf16, 7, 127, 255}, {Dtype::f16, 10, 15, 31}};

// NaN where the code is one.
double value_of(const Format& format, unsigned code) {
  const double sign = (code & 0x8000) != 0 ? -1 : 1;
  const int exponent = static_cast<int>(code & 0x7fff) >> format.mantissa_bits;
  const int mantissa = static_cast<int>(code) & ((1 << format.mantissa_bits) - 1);
  if (exponent == format.max_exponent)
    return mantissa != 0 ? std::numeric_limits<double>::quiet_NaN()
                         : sign * std::numeric_limits<double>::infinity();
  const int whole = exponent == 0 ? mantissa : mantissa + (1 << format.mantissa_bits);
  return sign * std::ldexp(whole, std::max(exponent, 1) - format.bias - format.mantissa_bits);
}

std::uint16_t code_of(Dtype dtype, float x) {
  std::uint16_t code = 0;
  to_storage(dtype, &x, 1, &code);
  return code;
}

float float_of(Dtype dtype, std::uint16_t code) {
  float x = 0;
  from_storage(dtype, &code, 1, &x);
  return x;
}

TEST(Dtype, ParsesItsName) {
  for (const Dtype dtype : kAllDtypes) EXPECT_EQ(parse_dtype(to_string(dtype)), dtype);
  for (const char* bad : {"", "f64", "F32", "float", "f32 ", "fp16"})
    EXPECT_TRUE(has(refusal(ErrorCode::invalid_argument, [&] { parse_dtype(bad); }),
                    "f32, f32x3, tf32, bf16, f16"));
}

TEST(Dtype, KnowsItsSizeAndRounding) {
  const std::int64_t bytes[] = {4, 4, 4, 2, 2};
  for (std::size_t i = 0; i < std::size(kAllDtypes); ++i) {
    EXPECT_EQ(dtype_bytes(kAllDtypes[i]), bytes[i]);
    // 1 + the roundoff is halfway to the next number, or for f32 rounds to 1 before it gets there.
    const auto half = static_cast<float>(operand_roundoff(kAllDtypes[i]));
    EXPECT_EQ(round_to(kAllDtypes[i], 1 + half * 0.99F), 1.0F) << to_string(kAllDtypes[i]);
    EXPECT_EQ(round_to(kAllDtypes[i], 1 + 2 * half), 1 + 2 * half) << to_string(kAllDtypes[i]);
  }
  EXPECT_EQ(storage_roundoff(Dtype::tf32), storage_roundoff(Dtype::f32));
  EXPECT_EQ(storage_roundoff(Dtype::bf16), operand_roundoff(Dtype::bf16));
}

TEST(Dtype, EveryCodeOf16BitsIsItsNumberAndComesBack) {
  for (const Format& format : kFormats)
    for (unsigned code = 0; code < 65536; ++code) {
      const double wanted = value_of(format, code);
      const float got = float_of(format.dtype, static_cast<std::uint16_t>(code));
      if (std::isnan(wanted)) {
        ASSERT_TRUE(std::isnan(got)) << to_string(format.dtype) << " " << code;
        ASSERT_TRUE(std::isnan(float_of(format.dtype, code_of(format.dtype, got)))) << code;
        continue;
      }
      ASSERT_EQ(static_cast<double>(got), wanted) << to_string(format.dtype) << " " << code;
      ASSERT_EQ(std::signbit(got), (code & 0x8000) != 0);
      ASSERT_EQ(code_of(format.dtype, got), code) << to_string(format.dtype);
    }
}

// Between two neighbours: below the middle down, above it up, in the middle to the even one.
TEST(Dtype, RoundsBetweenEveryTwoCodesOf16Bits) {
  for (const Format& format : kFormats) {
    const auto infinity = static_cast<unsigned>(format.max_exponent << format.mantissa_bits);
    for (unsigned code = 0; code < infinity; ++code) {
      const double low = value_of(format, code);
      // What would follow the largest number stands in for infinity.
      const double high = code + 1 < infinity ? value_of(format, code + 1)
                                              : std::ldexp(1.0, format.max_exponent - format.bias);
      const double middle = (low + high) / 2;
      const auto exact = static_cast<float>(middle);
      ASSERT_EQ(static_cast<double>(exact), middle);
      for (const unsigned sign : {0U, 0x8000U}) {
        const float x = sign != 0 ? -exact : exact;
        const float up = sign != 0 ? -kInfinity : kInfinity;
        ASSERT_EQ(code_of(format.dtype, x), sign | (code + code % 2)) << to_string(format.dtype);
        ASSERT_EQ(code_of(format.dtype, std::nextafter(x, 0.0F)), sign | code);
        ASSERT_EQ(code_of(format.dtype, std::nextafter(x, up)), sign | (code + 1));
      }
    }
    EXPECT_EQ(code_of(format.dtype, kInfinity), infinity);
    EXPECT_EQ(code_of(format.dtype, std::numeric_limits<float>::max()), infinity);
    EXPECT_EQ(code_of(format.dtype, std::numeric_limits<float>::denorm_min()), 0);
    EXPECT_EQ(code_of(format.dtype, -0.0F), 0x8000);
  }
}

TEST(Dtype, NoNanBecomesANumber) {
  // Payloads in the lowest bits only would be cut off and leave infinity.
  for (const std::uint32_t bits : {0x7f800001U, 0xff800001U, 0x7fffffffU, 0xffffffffU, 0x7fc00000U})
    for (const Dtype dtype : kAllDtypes)
      EXPECT_TRUE(std::isnan(round_to(dtype, std::bit_cast<float>(bits)))) << to_string(dtype);
}

TEST(Dtype, Tf32RoundsTiesAwayFromZero) {
  const float unit = 0x1p-10F;
  EXPECT_EQ(round_to(Dtype::tf32, 1 + unit / 2), 1 + unit);
  EXPECT_EQ(round_to(Dtype::tf32, -1 - unit / 2), -1 - unit);
  EXPECT_EQ(round_to(Dtype::tf32, 1 + 3 * unit / 2), 1 + 2 * unit);
  EXPECT_EQ(round_to(Dtype::tf32, std::nextafter(1 + unit / 2, 0.0F)), 1.0F);
  EXPECT_EQ(round_to(Dtype::tf32, std::nextafter(2.0F, 0.0F)), 2.0F);  // into the next exponent
  EXPECT_EQ(round_to(Dtype::tf32, kInfinity), kInfinity);
  EXPECT_EQ(round_to(Dtype::tf32, std::numeric_limits<float>::max()), kInfinity);
}

RC_GTEST_PROP(Dtype, RoundsWithinItsRoundoffAndOnlyOnce, (std::int32_t number)) {
  const float x = static_cast<float>(number) * 0x1p-24F;
  for (const Dtype dtype : kAllDtypes) {
    const float rounded = round_to(dtype, x);
    // Numbers as small as the subnormal ones of f16 have an error of their own.
    RC_ASSERT(std::abs(static_cast<double>(rounded) - x) <=
              operand_roundoff(dtype) * std::abs(x) + 0x1p-25);
    RC_ASSERT(round_to(dtype, rounded) == rounded);
    std::vector<float> several = {x, -x};
    round_to(dtype, several);
    RC_ASSERT(several == (std::vector<float>{rounded, -rounded}));
    // What an operand is can be stored exactly.
    RC_ASSERT(from_storage(dtype, to_storage(dtype, several)) == several);
  }
}

TEST(Dtype, StoresTf32AsTheFloatItIs) {
  const std::vector<float> values = {1.0F, std::nextafter(1.0F, 2.0F), 3.1415926F};
  const std::vector<std::byte> stored = to_storage(Dtype::tf32, values);
  ASSERT_EQ(stored.size(), values.size() * sizeof(float));
  EXPECT_EQ(std::memcmp(stored.data(), values.data(), stored.size()), 0);
  EXPECT_TRUE(to_storage(Dtype::f16, {}).empty());
}

}  // namespace
}  // namespace rbgp
