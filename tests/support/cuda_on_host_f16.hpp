// Takes the place of templates/f16.cuh: the format by its definition, with the rounding of the host's
// arithmetic.

inline float float_of_f16(unsigned short bits) {
  const int exponent = bits >> 10 & 31;
  const int mantissa = bits & 1023;
  float size = exponent == 0 ? std::ldexp(static_cast<float>(mantissa), -24)
                             : std::ldexp(static_cast<float>(mantissa + 1024), exponent - 25);
  if (exponent == 31) size = mantissa == 0 ? INFINITY : NAN;
  return (bits & 0x8000) != 0 ? -size : size;
}

inline unsigned short f16_of_float(float x) {
  const unsigned sign = std::signbit(x) ? 0x8000 : 0;
  if (std::isnan(x)) return 0x7fff;
  const float size = std::fabs(x);
  if (size >= 65520.0f) return static_cast<unsigned short>(sign | 0x7c00);
  // In units of the last place, of which there are 1024 to 2047 in a normal number. What rounds up to
  // 2048 is the first number with the next exponent, by the same sum.
  const int exponent = size < 0x1p-14f ? 1 : std::ilogb(size) + 15;
  const auto units = static_cast<unsigned>(std::nearbyint(std::ldexp(size, 25 - exponent)));
  return static_cast<unsigned short>(sign | ((exponent - 1) * 1024 + units));
}
