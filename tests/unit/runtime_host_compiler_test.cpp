#include "runtime/host_compiler.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>
#include <rbgp/error.hpp>

#include <sys/wait.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

namespace rbgp::runtime {
namespace {

// c[i] = a[i] + b[i] over n floats, one vector register at a time; n is a multiple of the width.
std::string vector_add(int width) {
  return fmt::format(R"(
define void @vector_add(ptr noalias %a, ptr noalias %b, ptr noalias %c, i64 %n) {{
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %pa = getelementptr float, ptr %a, i64 %i
  %pb = getelementptr float, ptr %b, i64 %i
  %pc = getelementptr float, ptr %c, i64 %i
  %va = load <{0} x float>, ptr %pa, align 4
  %vb = load <{0} x float>, ptr %pb, align 4
  %vc = fadd <{0} x float> %va, %vb
  store <{0} x float> %vc, ptr %pc, align 4
  %next = add i64 %i, {0}
  %more = icmp ult i64 %next, %n
  br i1 %more, label %loop, label %done
done:
  ret void
}}
)",
                     width);
}

using VectorAdd = void (*)(const float*, const float*, float*, std::int64_t);

template <typename Call>
Error error_of(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  return Error(ErrorCode::internal, "nothing was thrown");
}

TEST(HostTarget, DescribesTheProcessor) {
  const HostTarget& target = host_target();
  EXPECT_FALSE(target.cpu.empty());
  EXPECT_TRUE(target.vector_floats == 4 || target.vector_floats == 8 || target.vector_floats == 16);
  EXPECT_TRUE(target.vector_registers == 16 || target.vector_registers == 32);
  EXPECT_EQ(&target, &host_target());
}

TEST(HostCompiler, CompilesLoadsAndRuns) {
  for (const IrPasses passes : {IrPasses::none, IrPasses::o1, IrPasses::o2}) {
    for (const int width : {1, 4, host_target().vector_floats, 32}) {
      const std::string text = vector_add(width);
      const HostModule module(compile_ir(text, "vector_add.ll", host_target(), passes));
      const auto add = reinterpret_cast<VectorAdd>(module.lookup("vector_add"));
      std::vector<float> a(96), b(96), c(96, -1.0F);
      for (std::size_t i = 0; i < a.size(); ++i) {
        a[i] = static_cast<float>(i);
        b[i] = 0.5F;
      }
      add(a.data(), b.data(), c.data(), 96);
      for (std::size_t i = 0; i < c.size(); ++i)
        ASSERT_EQ(c[i], static_cast<float>(i) + 0.5F) << "width " << width;
    }
  }
}

TEST(HostCompiler, IsDeterministic) {
  const std::string text = vector_add(8);
  EXPECT_EQ(compile_ir(text, "a.ll", host_target()), compile_ir(text, "a.ll", host_target()));
}

TEST(HostCompiler, TakesSymbolsFromTheProcess) {
  const std::string text = R"(
declare float @llvm.sin.f32(float)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
define float @sine_and_clear(ptr %p, i64 %n, float %x) {
  call void @llvm.memset.p0.i64(ptr %p, i8 0, i64 %n, i1 false)
  %y = call float @llvm.sin.f32(float %x)
  ret float %y
}
)";
  const HostModule module(compile_ir(text, "sine.ll", host_target()));
  const auto function =
      reinterpret_cast<float (*)(char*, std::int64_t, float)>(module.lookup("sine_and_clear"));
  std::vector<char> bytes(1000, 'x');
  EXPECT_FLOAT_EQ(function(bytes.data(), 1000, 1.0F), std::sin(1.0F));
  for (const char byte : bytes) ASSERT_EQ(byte, 0);
}

TEST(HostCompiler, RefusesBadAssembly) {
  const std::pair<const char*, const char*> cases[] = {
      {"this is not LLVM assembly", "expected top-level entity"},
      {"define void @f() {\n  ret i32 %undefined\n}\n", "undefined"},
      // Parses, but does not verify: a use before its definition.
      {"define i32 @f() {\n  %a = add i32 %b, 1\n  %b = add i32 1, 1\n  ret i32 %a\n}\n",
       "Instruction does not dominate all uses"},
      // Verifies, but no processor has this instruction: a complaint of the code generator.
      {"define void @f() {\n  call void asm sideeffect \"no_such_instruction\", \"\"()\n  ret "
       "void\n}\n",
       "no_such_instruction"},
  };
  for (const auto& [text, complaint] : cases) {
    const std::string source = text;
    const Error error = error_of([&] { compile_ir(source, "bad.ll", host_target()); });
    EXPECT_EQ(error.code(), ErrorCode::compile_failed) << text;
    const std::string message = error.what();
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    EXPECT_NE(message.find("bad.ll"), std::string::npos) << message;
    EXPECT_NE(error.detail().find(complaint), std::string::npos) << error.detail();
  }
}

TEST(HostCompiler, CompilesInSeveralThreads) {
  std::vector<std::thread> threads;
  std::vector<std::size_t> sizes(4);
  for (std::size_t& size : sizes)
    threads.emplace_back(
        [&size] { size = compile_ir(vector_add(8), "a.ll", host_target()).size(); });
  for (std::thread& thread : threads) thread.join();
  for (const std::size_t size : sizes) EXPECT_EQ(size, sizes[0]);
}

TEST(HostModule, RefusesWhatIsNoObjectFile) {
  const std::vector<std::byte> rubbish(1000, std::byte{42});
  std::vector<std::byte> half = compile_ir(vector_add(4), "a.ll", host_target());
  half.resize(half.size() / 2);
  for (const std::vector<std::byte>& image : {std::vector<std::byte>{}, rubbish, half}) {
    const Error error = error_of([&] { HostModule(image).lookup("vector_add"); });
    EXPECT_EQ(error.code(), ErrorCode::load_failed);
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
  }
}

TEST(HostModule, ReportsMissingSymbols) {
  const HostModule module(compile_ir(vector_add(4), "a.ll", host_target()));
  EXPECT_EQ(error_of([&] { module.lookup("no_such_kernel"); }).code(), ErrorCode::load_failed);

  const std::string text =
      "declare void @no_such_library_function()\n"
      "define void @f() {\n  call void @no_such_library_function()\n  ret void\n}\n";
  const HostModule needy(compile_ir(text, "needy.ll", host_target()));
  const Error error = error_of([&] { needy.lookup("f"); });
  EXPECT_EQ(error.code(), ErrorCode::load_failed);
  EXPECT_NE(std::string(error.what()).find("no_such_library_function"), std::string::npos)
      << error.what();
}

TEST(HostModule, SeveralAtOnce) {
  const std::vector<std::byte> object = compile_ir(vector_add(4), "a.ll", host_target());
  const HostModule first(object), second(object);
  EXPECT_NE(first.lookup("vector_add"), second.lookup("vector_add"));
}

// The same object is a plain .o file that links into a C program, also into a position-independent one.
TEST(HostCompiler, ObjectLinksIntoACProgram) {
  std::string pattern = (std::filesystem::temp_directory_path() / "rbgp-link-XXXXXX").string();
  ASSERT_NE(mkdtemp(pattern.data()), nullptr);
  const std::filesystem::path folder = pattern;
  const std::vector<std::byte> object = compile_ir(vector_add(4), "a.ll", host_target());
  std::ofstream(folder / "kernel.o", std::ios::binary)
      .write(reinterpret_cast<const char*>(object.data()),
             static_cast<std::streamsize>(object.size()));
  std::ofstream(folder / "main.c") << R"(
void vector_add(const float*, const float*, float*, long);
int main(void) {
  float a[4] = {1, 2, 3, 4}, b[4] = {1, 1, 1, 1}, c[4];
  vector_add(a, b, c, 4);
  return c[3] == 5.0f ? 0 : 1;
}
)";
  const std::string program = (folder / "program").string();
  const std::string link = fmt::format(
      "{0} -pie -fPIE -Wl,--fatal-warnings -x c {1}/main.c -x none {1}/kernel.o -o {2} 2>&1",
      RBGP_TEST_COMPILER, folder.string(), program);
  EXPECT_EQ(std::system(link.c_str()), 0);
  EXPECT_EQ(std::system(program.c_str()), 0);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace rbgp::runtime
