#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>

#include <generator/wgmma_instruction.hpp>
#include <support/refusal.hpp>

namespace rbgp {
namespace {

using test::has;

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size())
    ++count;
  return count;
}

// What the assembler reads: the pieces between quotes, one after the other, without layout.
std::string assembly(const std::string& member) {
  std::string text;
  const std::string part = member.substr(0, member.find("\n        :\n"));
  bool quoted = false;
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (part[i] == '"')
      quoted = !quoted;
    else if (quoted && part.compare(i, 2, "\\n") == 0)
      ++i;
    else if (quoted && part[i] != ' ')
      text += part[i];
  }
  return text;
}

TEST(WgmmaInstruction, NamesEveryRegisterAndOperandOnce) {
  struct Row {
    Dtype dtype;
    std::int64_t cols;
    bool by_rows;
    const char* shape;
    const char* tail;  // signs, and for 16 bits whether W and I lie transposed
  };
  constexpr Row kRows[] = {
      {Dtype::bf16, 8, false, "m64n8k16.f32.bf16.bf16", "add,1,1,0,0;"},
      {Dtype::bf16, 64, true, "m64n64k16.f32.bf16.bf16", "add,1,1,0,1;"},
      {Dtype::f16, 24, false, "m64n24k16.f32.f16.f16", "add,1,1,0,0;"},
      {Dtype::f16, 256, true, "m64n256k16.f32.f16.f16", "add,1,1,0,1;"},
      {Dtype::tf32, 16, false, "m64n16k8.f32.tf32.tf32", "add,1,1;"},
      {Dtype::tf32, 192, false, "m64n192k8.f32.tf32.tf32", "add,1,1;"},
  };
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.shape);
    const std::string member = wgmma_multiply(row.dtype, row.cols, row.by_rows);
    const std::int64_t count = row.cols / 2;
    std::string registers;
    for (std::int64_t i = 0; i < count; ++i) {
      registers += fmt::format("{}%{}", i == 0 ? "" : ",", i);
      EXPECT_EQ(times(member, fmt::format("\"+f\"(sums[{}])", i)), 1U) << i;
    }
    EXPECT_EQ(times(member, "\"+f\""), static_cast<std::size_t>(count));
    EXPECT_EQ(assembly(member),
              fmt::format("{{.reg.predadd;setp.ne.b32add,%{},0;wgmma.mma_async.sync.aligned.{}"
                          "{{{}}},%{},%{},{}}}",
                          count + 2, row.shape, registers, count, count + 1, row.tail));
    EXPECT_TRUE(has(member, fmt::format("(float (&sums)[{}], ", count)));
    EXPECT_TRUE(has(member, ": \"l\"(w), \"l\"(i), \"r\"(static_cast<int>(add))"));
    EXPECT_EQ(std::count(member.begin(), member.end(), '('),
              std::count(member.begin(), member.end(), ')'));
  }
}

// Operand by operand: W, I, which columns are meant and by which lanes it is said, whether to add.
TEST(WgmmaInstruction, SelectsColumnsWhereTheyArePaired) {
  const std::string member = wgmma_multiply(Dtype::f16, 16, true, true);
  EXPECT_EQ(
      assembly(member),
      "{.reg.predadd;setp.ne.b32add,%10,0;wgmma.mma_async.sp.sync.aligned.m64n16k32.f32.f16.f16"
      "{%0,%1,%2,%3,%4,%5,%6,%7},%8,%9,%11,0,add,1,1,0,1;}");
  EXPECT_TRUE(has(member, "unsigned selected,"));
  EXPECT_TRUE(has(member, ": \"l\"(w), \"l\"(i), \"r\"(static_cast<int>(add)), \"r\"(selected));"));
}

TEST(WgmmaInstruction, HasNoneForF32) {
  const std::string message =
      test::refusal(ErrorCode::internal, [] { wgmma_multiply(Dtype::f32, 64, false); });
  EXPECT_TRUE(has(message, "f32")) << message;
}

}  // namespace
}  // namespace rbgp
