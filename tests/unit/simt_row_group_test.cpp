#include <gtest/gtest.h>

#include <functional>

#include <generator/kernel_family.hpp>
#include <generator/kernel_work.hpp>
#include <rbgp/codegen.hpp>
#include <support/kernel_cases.hpp>
#include <support/refusal.hpp>

namespace rbgp {
namespace {

const KernelFamily& row_group() { return find_family("simt_row_group"); }

// A shape that the family supports, to be spoilt: blocks of 8 vertices of Gi, which meet 16 of 32 columns at most.
struct Case {
  Rbgp4Config config = Rbgp4Config::parse("go=32x128,gr=4x1,gi=32x32@93.75,gb=1x1");
  Problem problem{.m = 4096, .k = 4096, .n = 16};
  DeviceProperties device = test::synthetic_device(DeviceKind::cuda);
  KernelConfig kernel = parse_kernel("simt_row_group block_groups=8 used_rows=1", device);

  void set(const char* tunable, std::int64_t value) { kernel.tunables[tunable] = value; }
  KernelShape shape() const { return {config, problem, kernel, device}; }
};

// Where a block uses all rows of a tile, or may use them, there is nothing to search.
TEST(SimtRowGroup, RefusesUsedRowsInOneLine) {
  struct Row {
    std::function<void(Case&)> spoil;
    const char* part;
  };
  const Row rows[] = {
      {[](Case& c) { c.set("used_rows", 2); }, "used_rows is 0 or 1"},
      {[](Case& c) { c.config = Rbgp4Config::parse("go=32x128@93.75,gr=4x1,gi=32x32,gb=1x1"); },
       "Gi is complete: a block uses all rows of a tile of I"},
      {[](Case& c) { c.set("block_groups", 0), c.set("resident_blocks", 1); },
       "a block has 32 vertices of Gi of degree 2: they may use all rows of a tile"},
      {[](Case& c) { c.set("block_groups", 16); },
       "a block has 16 vertices of Gi of degree 2: they may use all rows of a tile"},
      {[](Case& c) {
         c.config = Rbgp4Config::parse("go=32x128,gr=1x1,gi=16x32@93.75,gb=6x1");
         c.set("tile_rows", 2), c.set("block_groups", 4);
       },
       "no whole vertices of Gi"},
  };
  ASSERT_EQ(row_group().unsupported(Case().shape()).value_or(""), "");
  for (const Row& row : rows) {
    Case c;
    row.spoil(c);
    const auto reason = row_group().unsupported(c.shape());
    ASSERT_TRUE(reason) << row.part;
    EXPECT_TRUE(test::has(*reason, row.part)) << *reason << ", not " << row.part;
    EXPECT_EQ(reason->find('\n'), std::string::npos) << *reason;
    c.set("used_rows", 0);
    EXPECT_EQ(row_group().unsupported(c.shape()).value_or(""), "") << row.part;
  }
}

// Half of the rows at the most, fewer where vertices that share neighbours share a block; fewer bytes through L2 and
// in shared memory, and the same values.
TEST(SimtRowGroup, CopiesFewerRowsWhereTheUnionIsSmall) {
  Case all, used;
  all.set("used_rows", 0);
  const std::int64_t stage_bytes = 4 * (32 * 128 + 8 * 2 * 4);
  EXPECT_EQ(row_group().geometry(all.shape()).shared_bytes, 3 * stage_bytes + 4 * 16);
  EXPECT_EQ(row_group().geometry(used.shape()).shared_bytes,
            3 * (stage_bytes - 4 * 16 * 128) + 4 * (16 + 4 * 16));
  EXPECT_EQ(row_group().geometry(used.shape()).packed_bytes,
            row_group().geometry(all.shape()).packed_bytes);
  const KernelWork of_all = row_group().work(all.shape());
  const KernelWork of_used = row_group().work(used.shape());
  EXPECT_LT(of_used.l2_bytes, of_all.l2_bytes / 2);
  EXPECT_LT(of_used.shared_bytes, of_all.shared_bytes);
  EXPECT_LT(of_used.issues, of_all.issues);
  EXPECT_EQ(of_used.dram_bytes, of_all.dram_bytes) << "some block uses each row";

  const Rbgp4Pattern pattern = Rbgp4Pattern::sample(used.config, 1);
  const std::string source = emit_source({used.problem, pattern, used.kernel}, used.device);
  const std::string name = "int kUnion = ";
  const std::int64_t in_union = std::stoll(source.substr(source.find(name) + name.size()));
  EXPECT_GE(in_union, 8);  // 32 vertices in 4 blocks meet all columns
  EXPECT_LE(in_union, 12);
}

}  // namespace
}  // namespace rbgp
