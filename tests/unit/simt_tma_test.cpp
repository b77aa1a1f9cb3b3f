#include <gtest/gtest.h>

#include <functional>

#include <fmt/format.h>

#include <generator/kernel_family.hpp>
#include <rbgp/codegen.hpp>
#include <support/kernel_cases.hpp>
#include <support/refusal.hpp>

namespace rbgp {
namespace {

const KernelFamily& simt_tma() { return find_family("simt_tma"); }

// A shape that the family supports, to be spoilt: 32 tiles of 64 x 256, of 8 steps each.
struct Case {
  Rbgp4Config config = Rbgp4Config::parse("go=8x64@87.5,gr=1x1,gi=4x72,gb=16x1");
  Problem problem{.m = 512, .k = 4608, .n = 1024};
  DeviceProperties device = test::synthetic_device(DeviceKind::cuda);
  KernelConfig kernel = parse_kernel("simt_tma thread_rows=16 split_k=4", device);

  void set(const char* tunable, std::int64_t value) { kernel.tunables[tunable] = value; }
  KernelShape shape() const { return {config, problem, kernel, device}; }
};

TEST(SimtTma, RefusesInOneLine) {
  struct Row {
    std::function<void(Case&)> spoil;
    const char* part;
  };
  const Row rows[] = {
      {[](Case& c) { c.device.arch = "sm_89"; }, "it needs sm_90"},
      {[](Case& c) { c.problem.layout = Layout::nk; }, "it takes the layout kn"},
      {[](Case& c) { c.problem.n = 1022; }, "n is not a multiple of 4"},
      {[](Case& c) { c.problem.epilogue.column_order = true; }, "it takes no column_order"},
      {[](Case& c) { c.set("step_tiles", 3); }, "step_tiles does not divide Go's degree"},
      {[](Case& c) { c.set("split_k", 0); }, "split_k is 1, 2, 4 or 8"},
      {[](Case& c) { c.set("split_k", 3); }, "split_k is 1, 2, 4 or 8"},
      {[](Case& c) { c.set("split_k", 16); }, "split_k is 1, 2, 4 or 8"},
      {[](Case& c) { c.set("step_tiles", 4); }, "split_k does not divide the steps of a tile"},
      {[](Case& c) { c.set("thread_rows", 2), c.set("block_groups", 8); },
       "split_k does not divide thread_rows"},
      {[](Case& c) {
         c.config = Rbgp4Config::parse("go=8x64@87.5,gr=1x1,gi=8x8,gb=16x1");
         c.device.shared_bytes = target_properties("sm_120").shared_bytes;
       },
       "the sums of a block need 131168 bytes of shared memory"},
  };
  ASSERT_EQ(simt_tma().unsupported(Case().shape()).value_or(""), "");
  for (const Row& row : rows) {
    Case c;
    row.spoil(c);
    const auto reason = simt_tma().unsupported(c.shape());
    ASSERT_TRUE(reason) << row.part;
    EXPECT_TRUE(test::has(*reason, row.part)) << *reason << ", not " << row.part;
    EXPECT_EQ(reason->find('\n'), std::string::npos) << *reason;
  }
}

// A cluster a tile, and its shared memory has room for the stages or for the sums.
TEST(SimtTma, LaunchesAClusterForEachTile) {
  Case c;
  for (const std::int64_t split_k : {1, 2, 4, 8}) {
    c.set("split_k", split_k);
    ASSERT_EQ(simt_tma().unsupported(c.shape()).value_or(""), "");
    EXPECT_EQ(simt_tma().geometry(c.shape()).grid[0], 32 * split_k);
  }
  c.set("split_k", 1);
  c.config = Rbgp4Config::parse("go=8x64@87.5,gr=1x1,gi=4x4,gb=16x1");
  EXPECT_LT(simt_tma().geometry(c.shape()).shared_bytes, 4 * 64 * 256);
  c.set("split_k", 2);
  EXPECT_GE(simt_tma().geometry(c.shape()).shared_bytes, 4 * 64 * 256);
  EXPECT_LE(simt_tma().geometry(c.shape()).shared_bytes, c.device.shared_bytes);
}

// As many as a step has, in one box that the copy engine takes, whatever their number; of merged vertices, whose
// columns depend on edges, in up to eight.
TEST(SimtTma, CopiesPackedValuesAsBoxes) {
  struct Row {
    const char* config;
    const char* kernel;
    std::int64_t rows, cols;  // of a box
  };
  constexpr Row kRows[] = {
      {"go=8x64@87.5,gr=1x1,gi=4x72,gb=16x1", "thread_rows=16", 18, 256},  // 4 x 72 x 16 words
      {"go=4x4@50,gr=5x1,gi=5x4,gb=1x1", "thread_rows=1", 1,
       32},  // 20 words and some that are free
      {"go=4x4@50,gr=1x1,gi=9x11,gb=16x1", "thread_rows=16", 25, 64},
      {"go=4x4@50,gr=1x1,gi=16x61,gb=16x1", "thread_rows=16 thread_cols=4", 61, 256},
      {"go=4x4@50,gr=1x1,gi=8x32@75,gb=16x1", "thread_rows=8 lane_rows=4 merge=2", 1, 256},
  };
  for (const Row& row : kRows) {
    SCOPED_TRACE(fmt::format("{} {}", row.config, row.kernel));
    Case c;
    c.config = Rbgp4Config::parse(row.config);
    c.problem.m = c.config.rows(), c.problem.k = c.config.cols();
    c.kernel = parse_kernel(fmt::format("simt_tma {}", row.kernel), c.device);
    ASSERT_EQ(simt_tma().unsupported(c.shape()).value_or(""), "");
    const KernelGeometry geometry = simt_tma().geometry(c.shape());
    EXPECT_EQ(geometry.packed_box.rows, row.rows);
    EXPECT_EQ(geometry.packed_box.cols, row.cols);
    EXPECT_EQ(geometry.packed_bytes % (4 * row.rows * row.cols), 0);
  }
  const DeviceProperties device = test::synthetic_device(DeviceKind::cuda);
  for (const auto& [config, problem, kernel] : test::kernel_cases(simt_tma(), device, 60)) {
    const CopyBox box = simt_tma().geometry({config, problem, kernel, device}).packed_box;
    EXPECT_TRUE(box.rows >= 1 && box.rows <= 256 && box.cols >= 32 && box.cols <= 256)
        << kernel.to_string();
  }
}

}  // namespace
}  // namespace rbgp
