#include <generator/wgmma_instruction.hpp>

#include <fmt/format.h>

#include <rbgp/error.hpp>

namespace rbgp {
namespace {

struct Operands {
  std::string_view type;
  int depth;  // columns of W: 32 bytes
};

Operands operands_of(Dtype dtype) {
  switch (dtype) {
    case Dtype::bf16:
      return {"bf16", 16};
    case Dtype::f16:
      return {"f16", 16};
    case Dtype::f32x3:
    case Dtype::tf32:
      return {"tf32", 8};
    case Dtype::f32:
      break;
  }
  fail(ErrorCode::internal, "no tensor core multiplies {}", to_string(dtype));
}

// Twelve a line.
template <typename Item>
std::string list(std::int64_t count, std::string_view line_begin, std::string_view line_end,
                 Item item) {
  constexpr std::int64_t kPerLine = 12;
  std::string text;
  for (std::int64_t i = 0; i < count; ++i) {
    if (i % kPerLine == 0) text += line_begin;
    text += item(i);
    if (i + 1 < count) text += i % kPerLine == kPerLine - 1 ? "," : ", ";
    if (i % kPerLine == kPerLine - 1 || i + 1 == count) text += line_end;
  }
  return text;
}

// NVRTC and nvcc before 12.2 have no sparse instructions, and ptxas alone would say so, of the assembly.
constexpr std::string_view kPairsNeed =
    "#if defined(__CUDACC_VER_MAJOR__) && __CUDACC_VER_MAJOR__ * 100 + __CUDACC_VER_MINOR__ < "
    "1202\n"
    "#error paired columns (densify=2) need NVRTC or nvcc 12.2\n"
    "#endif\n";

}  // namespace

std::string wgmma_multiply(Dtype dtype, std::int64_t cols, bool input_by_rows, bool paired) {
  const auto [type, depth] = operands_of(dtype);
  const std::int64_t count = cols / 2;
  // Signs of the operands; and, for 16 bits, which of them lie transposed.
  const std::string tail =
      depth == 16 ? fmt::format("1, 1, 0, {}", input_by_rows ? 1 : 0) : std::string("1, 1");
  const std::int64_t operand = count;  // W; then I, whether to add, and which columns are meant
  return fmt::format(
      "{13}"
      "  static __device__ __forceinline__ void multiply(float (&sums)[{0}], unsigned long long "
      "w,\n"
      "                                                  unsigned long long i, {9}bool add) {{\n"
      "    asm volatile(\n"
      "        \"{{\\n\"\n"
      "        \".reg .pred add;\\n\"\n"
      "        \"setp.ne.b32 add, %{1}, 0;\\n\"\n"
      "        \"wgmma.mma_async{10}.sync.aligned.m64n{2}k{3}.f32.{4}.{4} {{\"\n"
      "{5}"
      "        \"}}, %{0}, %{6}, {11}add, {7};\\n\"\n"
      "        \"}}\"\n"
      "        :\n"
      "{8}"
      "        : \"l\"(w), \"l\"(i), \"r\"(static_cast<int>(add)){12});\n"
      "  }}\n",
      count, operand + 2, cols, paired ? 2 * depth : depth, type,
      list(count, "        \"", "\"\n", [](std::int64_t i) { return fmt::format("%{}", i); }),
      operand + 1, tail,
      list(count, "        ", "\n",
           [](std::int64_t i) { return fmt::format("\"+f\"(sums[{}])", i); }),
      paired ? "unsigned selected,\n                                                  " : "",
      paired ? ".sp" : "", paired ? fmt::format("%{}, 0, ", operand + 3) : "",
      paired ? ", \"r\"(selected)" : "", paired ? kPairsNeed : "");
}

}  // namespace rbgp
