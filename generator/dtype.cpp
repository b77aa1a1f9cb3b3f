#include <rbgp/dtype.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include <generator/parallel_parts.hpp>
#include <rbgp/error.hpp>

namespace rbgp {
namespace {

constexpr std::uint32_t kSign = 0x80000000;
constexpr std::uint32_t kInfinity = 0x7f800000;  // beyond it, without the sign, are NaNs

std::uint32_t bits_of(float x) { return std::bit_cast<std::uint32_t>(x); }
float float_of(std::uint32_t bits) { return std::bit_cast<float>(bits); }
bool is_nan(std::uint32_t bits) { return (bits & ~kSign) > kInfinity; }

float same(float x) { return x; }

// Half a unit is added and what is below a unit is cut off; a carry into the exponent is right.
float tf32_of(float x) {
  constexpr std::uint32_t kDropped = 0x1fff;
  const std::uint32_t bits = bits_of(x);
  if ((bits & kInfinity) == kInfinity) return x;
  return float_of((bits + (kDropped + 1) / 2) & ~kDropped);
}

std::uint16_t bf16_of(float x) {
  constexpr std::uint32_t kQuiet = 0x40;
  const std::uint32_t bits = bits_of(x);
  if (is_nan(bits)) return static_cast<std::uint16_t>(bits >> 16 | kQuiet);
  return static_cast<std::uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

float of_bf16(std::uint16_t code) { return float_of(static_cast<std::uint32_t>(code) << 16); }

// f16 has 13 bits of mantissa fewer than a float, and exponents that are smaller by 112.
constexpr std::uint32_t kHalfDropped = 13;
constexpr std::uint32_t kHalfRebias = std::uint32_t{112} << 23;

std::uint16_t f16_of(float x) {
  constexpr std::uint32_t kOverflow = 0x477ff000;  // 65520, which ties to infinity
  constexpr std::uint32_t kNormal = 0x38800000;    // 2^-14
  constexpr std::uint32_t kHalfInfinity = 0x7c00;
  constexpr std::uint32_t kQuiet = 0x200;
  const std::uint32_t bits = bits_of(x);
  const std::uint32_t sign = (bits & kSign) >> 16;
  const std::uint32_t size = bits & ~kSign;
  std::uint32_t code = 0;
  if (size > kInfinity) {
    code = kHalfInfinity | kQuiet | (size >> kHalfDropped & 0x3ff);
  } else if (size >= kOverflow) {
    code = kHalfInfinity;
  } else if (size < kNormal) {
    // The last bit of 0.5 is worth 2^-24, as that of a subnormal f16: the sum rounds, and its low
    // bits are the code.
    code = bits_of(float_of(size) + 0.5F) - bits_of(0.5F);
  } else {
    code = (size - kHalfRebias + 0xfff + (size >> kHalfDropped & 1)) >> kHalfDropped;
  }
  return static_cast<std::uint16_t>(sign | code);
}

float of_f16(std::uint16_t code) {
  constexpr std::uint32_t kHalfInfinity = 0x7c00;
  const std::uint32_t sign = static_cast<std::uint32_t>(code & 0x8000) << 16;
  const std::uint32_t size = code & 0x7fffU;
  // Scaling by 2^112 moves the exponents and makes subnormal numbers normal; it is exact.
  const std::uint32_t bits = size >= kHalfInfinity
                                 ? size << kHalfDropped | kInfinity
                                 : bits_of(float_of(size << kHalfDropped) * 0x1p112F);
  return float_of(sign | bits);
}

float rounded_bf16(float x) { return of_bf16(bf16_of(x)); }
float rounded_f16(float x) { return of_f16(f16_of(x)); }

template <typename To, typename From, To (*kConvert)(From)>
void convert(const void* from, std::size_t count, void* to) {
  const auto* source = static_cast<const From*>(from);
  auto* target = static_cast<To*>(to);
  for (std::size_t i = 0; i < count; ++i) target[i] = kConvert(source[i]);
}

void copy_floats(const void* from, std::size_t count, void* to) {
  if (count > 0) std::memcpy(to, from, count * sizeof(float));
}

// The dtype table: one row a dtype.
struct DtypeRow {
  Dtype dtype;
  std::string_view name;
  std::int64_t bytes;
  double operand_roundoff;
  double storage_roundoff;
  double sum_roundoff;  // a product that is summed up: tensor cores cut off what f32 rounds
  float (*round)(float);
  void (*store)(const void* floats, std::size_t count, void* elements);
  void (*load)(const void* elements, std::size_t count, void* floats);
};
// Seen: 2.4e-9, the same for 512 to 4096 products, of ours and of cuBLAS.
constexpr double kCut = 4e-9;
constexpr std::array kDtypes = {
    DtypeRow{Dtype::f32, "f32", 4, 0x1p-24, 0x1p-24, 0, same, copy_floats, copy_floats},
    DtypeRow{Dtype::f32x3, "f32x3", 4, 0x1p-24, 0x1p-24, 0, same, copy_floats, copy_floats},
    DtypeRow{Dtype::tf32, "tf32", 4, 0x1p-11, 0x1p-24, kCut, tf32_of, copy_floats, copy_floats},
    DtypeRow{Dtype::bf16, "bf16", 2, 0x1p-8, 0x1p-8, kCut, rounded_bf16,
             convert<std::uint16_t, float, bf16_of>, convert<float, std::uint16_t, of_bf16>},
    DtypeRow{Dtype::f16, "f16", 2, 0x1p-11, 0x1p-11, kCut, rounded_f16,
             convert<std::uint16_t, float, f16_of>, convert<float, std::uint16_t, of_f16>},
};

const DtypeRow& row(Dtype dtype) {
  for (const DtypeRow& candidate : kDtypes)
    if (candidate.dtype == dtype) return candidate;
  fail(ErrorCode::internal, "dtype {} has no row in the dtype table", static_cast<int>(dtype));
}

// Elements are converted each on its own; large matrices on all threads.
template <typename Work>
void in_parts(std::size_t count, const Work& work) {
  const auto elements = static_cast<std::int64_t>(count);
  parallel_parts(elements, threads_worth(elements), [&](std::int64_t begin, std::int64_t end) {
    work(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
  });
}

}  // namespace

std::string_view to_string(Dtype dtype) { return row(dtype).name; }

std::int64_t dtype_bytes(Dtype dtype) { return row(dtype).bytes; }

double operand_roundoff(Dtype dtype) { return row(dtype).operand_roundoff; }

double storage_roundoff(Dtype dtype) { return row(dtype).storage_roundoff; }

double product_tolerance(Dtype dtype, std::int64_t products) {
  constexpr double kSums = 1e-5;
  return kSums + row(dtype).sum_roundoff * static_cast<double>(products) + storage_roundoff(dtype);
}

Dtype parse_dtype(std::string_view text) {
  std::string known;
  for (const DtypeRow& candidate : kDtypes) {
    if (candidate.name == text) return candidate.dtype;
    known += known.empty() ? "" : ", ";
    known += candidate.name;
  }
  fail(ErrorCode::invalid_argument, "dtype '{}' is not known; known are {}", text, known);
}

float round_to(Dtype dtype, float x) { return row(dtype).round(x); }

void round_to(Dtype dtype, std::vector<float>& values) {
  if (row(dtype).round == same) return;
  const auto round = row(dtype).round;
  in_parts(values.size(), [&](std::size_t begin, std::size_t count) {
    float* const part = values.data() + begin;
    std::transform(part, part + count, part, round);
  });
}

void to_storage(Dtype dtype, const float* from, std::size_t count, void* to) {
  const DtypeRow& of = row(dtype);
  in_parts(count, [&](std::size_t begin, std::size_t part) {
    of.store(from + begin, part,
             static_cast<std::byte*>(to) + begin * static_cast<std::size_t>(of.bytes));
  });
}

void from_storage(Dtype dtype, const void* from, std::size_t count, float* to) {
  const DtypeRow& of = row(dtype);
  in_parts(count, [&](std::size_t begin, std::size_t part) {
    of.load(static_cast<const std::byte*>(from) + begin * static_cast<std::size_t>(of.bytes), part,
            to + begin);
  });
}

std::vector<std::byte> to_storage(Dtype dtype, const std::vector<float>& from) {
  std::vector<std::byte> to(from.size() * static_cast<std::size_t>(dtype_bytes(dtype)));
  to_storage(dtype, from.data(), from.size(), to.data());
  return to;
}

std::vector<float> from_storage(Dtype dtype, const std::vector<std::byte>& from) {
  std::vector<float> to(from.size() / static_cast<std::size_t>(dtype_bytes(dtype)));
  from_storage(dtype, from.data(), to.size(), to.data());
  return to;
}

}  // namespace rbgp
