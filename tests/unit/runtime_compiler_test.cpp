#include "runtime/compiler.hpp"

#include "runtime/disk_cache.hpp"
#include "runtime/module.hpp"
#include "runtime/nvrtc.hpp"

#include <gtest/gtest.h>

#include <rbgp/error.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

namespace rbgp::runtime {
namespace {

namespace fs = std::filesystem;

const Source kHostSource = {.kind = SourceKind::llvm_ir,
                            .name = "twice.ll",
                            .text =
                                "define i32 @twice(i32 %x) {\n"
                                "  %y = add i32 %x, %x\n  ret i32 %y\n}\n",
                            .options = {},
                            .passes = IrPasses::none};
// Warns, so that the log must come back from the cache, too.
const Source kCudaSource = {
    .kind = SourceKind::cuda,
    .name = "one.cu",
    .text = "extern \"C\" __global__ void one(int* p) { int unused; *p = 1; }\n",
    .options = {},
    .passes = IrPasses::none};

class CompilerTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "rbgp-compile-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::int64_t entries() const {
    return std::distance(fs::directory_iterator(folder_), fs::directory_iterator());
  }

  fs::path folder_;
};

ErrorCode code_of(const Source& source, const std::string& arch) {
  try {
    compile(source, arch, nullptr);
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::internal;
}

void expect_same(const Binary& a, const Binary& b) {
  EXPECT_EQ(a.kind, b.kind);
  EXPECT_EQ(a.target, b.target);
  EXPECT_EQ(a.image, b.image);
  EXPECT_EQ(a.ptx, b.ptx);
  EXPECT_EQ(a.log, b.log);
}

#if RBGP_HOST_JIT
TEST_F(CompilerTest, HostThroughTheCache) {
  DiskCache cache(folder_);
  const Binary made = compile(kHostSource, "host", &cache);
  EXPECT_FALSE(made.from_cache);
  EXPECT_EQ(made.target, host_target().cpu);
  const Binary found = compile(kHostSource, host_target().cpu, &cache);
  EXPECT_TRUE(found.from_cache);
  expect_same(made, found);

  const auto module = Module::load(found, Device::host());
  EXPECT_EQ(reinterpret_cast<int (*)(int)>(module->host_function("twice"))(21), 42);
  EXPECT_EQ(module->fallback(), "");
  EXPECT_THROW(module->cuda_function("twice", 0), Error);
}

TEST_F(CompilerTest, EveryInputIsPartOfTheKey) {
  DiskCache cache(folder_);
  Source renamed = kHostSource, longer = kHostSource, optimised = kHostSource;
  renamed.name = "other.ll";
  longer.text += "; a comment\n";
  optimised.passes = IrPasses::o2;
  std::int64_t expected = 0;
  for (const Source& source : {kHostSource, renamed, longer, optimised}) {
    EXPECT_FALSE(compile(source, "host", &cache).from_cache);
    EXPECT_EQ(entries(), ++expected);
  }
}
#endif  // RBGP_HOST_JIT

TEST_F(CompilerTest, CudaThroughTheCache) {
  std::string reason;
  if (Nvrtc::find(&reason) == nullptr) GTEST_SKIP() << "no NVRTC on this machine: " << reason;
  DiskCache cache(folder_);
  const Binary made = compile(kCudaSource, "sm_90a", &cache);
  EXPECT_FALSE(made.from_cache);
  EXPECT_NE(made.log.find("warning"), std::string::npos);
  const Binary found = compile(kCudaSource, "sm_90a", &cache);
  EXPECT_TRUE(found.from_cache);
  expect_same(made, found);
  EXPECT_FALSE(compile(kCudaSource, "sm_90", &cache).from_cache);
  Source with_option = kCudaSource;
  with_option.options = {"--use_fast_math"};
  EXPECT_FALSE(compile(with_option, "sm_90a", &cache).from_cache);
  EXPECT_EQ(entries(), 3);
}

#if RBGP_HOST_JIT
TEST_F(CompilerTest, RebuildsABadEntry) {
  DiskCache cache(folder_);
  const Binary made = compile(kHostSource, "host", &cache);
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_))
    std::ofstream(entry.path()) << "rubbish";
  const Binary again = compile(kHostSource, "host", &cache);
  EXPECT_FALSE(again.from_cache);
  expect_same(made, again);
  EXPECT_TRUE(compile(kHostSource, "host", &cache).from_cache);
}

TEST_F(CompilerTest, WorksWithoutACache) {
  DiskCache broken("/proc/rbgp");
  EXPECT_FALSE(compile(kHostSource, "host", &broken).image.empty());
  EXPECT_FALSE(compile(kHostSource, "host", nullptr).image.empty());
}
#endif  // RBGP_HOST_JIT

TEST_F(CompilerTest, RefusesOtherTargets) {
  EXPECT_EQ(code_of(kHostSource, "sm_90a"), ErrorCode::unsupported);
  EXPECT_EQ(code_of(kHostSource, ""), ErrorCode::unsupported);
  EXPECT_EQ(code_of(kCudaSource, "host"), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of(kCudaSource, "sm_90x"), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of(kCudaSource, "sm_11"), ErrorCode::unsupported);
}

TEST_F(CompilerTest, ABinaryLoadsOnItsOwnKindOfDevice) {
  const Binary cubin{
      .kind = SourceKind::cuda, .target = "sm_90a", .image = {}, .ptx = {}, .log = {}};
  try {
    Module::load(cubin, Device::host());
    FAIL() << "loaded a cubin on the host";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_NE(std::string(error.what()).find("cpu"), std::string::npos) << error.what();
  }
}

#if !RBGP_HOST_JIT
TEST(HostCompiler, AbsentSaysSo) {
  try {
    compile_ir("", "a.ll", {});
    FAIL() << "compiled without a host JIT";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unsupported);
    EXPECT_NE(std::string(error.what()).find("RBGP_HOST_JIT"), std::string::npos);
  }
}
#endif

}  // namespace
}  // namespace rbgp::runtime
