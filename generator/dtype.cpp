#include <array>

#include <rbgp/error.hpp>
#include <rbgp/problem.hpp>

namespace rbgp {
namespace {

// The dtype table: one row a dtype.
struct DtypeRow {
  Dtype dtype;
  std::string_view name;
  std::int64_t bytes;
};
constexpr std::array kDtypes = {
    DtypeRow{Dtype::f32, "f32", 4},
};

const DtypeRow& row(Dtype dtype) {
  for (const DtypeRow& candidate : kDtypes)
    if (candidate.dtype == dtype) return candidate;
  fail(ErrorCode::internal, "dtype {} has no row in the dtype table", static_cast<int>(dtype));
}

}  // namespace

std::string_view to_string(Dtype dtype) { return row(dtype).name; }

std::int64_t dtype_bytes(Dtype dtype) { return row(dtype).bytes; }

Dtype parse_dtype(std::string_view text) {
  std::string known;
  for (const DtypeRow& candidate : kDtypes) {
    if (candidate.name == text) return candidate.dtype;
    known += known.empty() ? "" : ", ";
    known += candidate.name;
  }
  fail(ErrorCode::invalid_argument, "dtype '{}' is not known; known are {}", text, known);
}

}  // namespace rbgp
