#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>

#include <fmt/format.h>

#include <generator/kernel_family.hpp>
#include <generator/simt_gather.hpp>
#include <rbgp/codegen.hpp>
#include <rbgp/tuner.hpp>
#include <support/kernel_cases.hpp>
#include <support/refusal.hpp>

namespace rbgp {
namespace {

const KernelFamily& gather() { return find_family("simt_gather"); }

// A shape that the family supports, to be spoilt: a turn has 32 columns of one row of I each.
struct Case {
  Rbgp4Config config = Rbgp4Config::parse("go=32x128@50,gr=4x1,gi=32x32@50,gb=1x1");
  Problem problem{.m = 4096, .k = 4096, .n = 12};
  DeviceProperties device = test::synthetic_device(DeviceKind::cuda);
  KernelConfig kernel = parse_kernel("simt_gather split_k=2 chunks=4", device);

  void set(const char* tunable, std::int64_t value) { kernel.tunables[tunable] = value; }
  KernelShape shape() const { return {config, problem, kernel, device}; }
  simt_gather::Layout layout() const {
    simt_gather::Layout layout;
    EXPECT_EQ(simt_gather::plan_layout(shape(), layout).value_or(""), "");
    return layout;
  }
};

TEST(SimtGather, RefusesInOneLine) {
  struct Row {
    std::function<void(Case&)> spoil;
    const char* part;
  };
  const Row rows[] = {
      {[](Case& c) { c.problem.n = 65; }, "n is more than 64: each warp"},
      {[](Case& c) { c.problem.dtype = Dtype::bf16; }, "f32 only"},
      {[](Case& c) { c.device = target_properties("sm_75"); }, "it needs sm_80 or newer"},
      {[](Case& c) { c.set("block_n", 16); }, "block_n is no less than n"},
      {[](Case& c) { c.set("lanes_n", 3); }, "lanes_n is 1, 2, 4 or 8"},
      {[](Case& c) { c.set("lanes_n", 4); }, "lanes_n is more than the pieces of a row of I"},
      {[](Case& c) { c.problem.n = 24, c.set("block_n", 12), c.set("lanes_n", 2); },
       "lanes_n does not divide the pieces of block_n columns"},
      {[](Case& c) { c.set("chunks", 3); }, "chunks does not divide the degree of Go"},
      {[](Case& c) { c.set("block_groups", 3); }, "block_groups does not divide"},
      {[](Case& c) { c.set("block_groups", 32); }, "2048 threads a block, at most 1024"},
      {[](Case& c) { c.problem.n = 64; }, "registers of 255: fewer rows, columns or values"},
      {[](Case& c) { c.problem.n = 32, c.set("chunks", 1); }, "bytes of shared memory, at most"},
  };
  ASSERT_EQ(gather().unsupported(Case().shape()).value_or(""), "");
  for (const Row& row : rows) {
    Case c;
    row.spoil(c);
    const auto reason = gather().unsupported(c.shape());
    ASSERT_TRUE(reason) << row.part;
    EXPECT_TRUE(test::has(*reason, row.part)) << *reason << ", not " << row.part;
    EXPECT_EQ(reason->find('\n'), std::string::npos) << *reason;
  }
}

// Of 1024 columns in chunks: turns of zeros are as few as the number under way allows.
TEST(SimtGather, SharesOutTurns) {
  struct Row {
    std::int64_t split_k, chunks, ahead, turns, turns_ahead;
  };
  constexpr Row kRows[] = {{2, 4, 4, 4, 4},  {2, 4, 8, 4, 4},   {1, 2, 8, 16, 8},
                           {1, 1, 4, 32, 4}, {16, 16, 4, 1, 1}, {2, 1, 5, 16, 4}};
  for (const Row& row : kRows) {
    Case c;
    c.problem.n = 1;
    c.set("split_k", row.split_k), c.set("chunks", row.chunks), c.set("values_ahead", row.ahead);
    c.set("block_groups", 2);
    EXPECT_EQ(c.layout().turns, row.turns) << row.split_k << " " << row.chunks;
    EXPECT_EQ(c.layout().ahead, row.turns_ahead) << row.split_k << " " << row.chunks;
    const std::int64_t values = 4096 * 1024;
    const bool zeros = row.split_k * row.chunks * row.turns * 32 > 1024;
    EXPECT_EQ(c.layout().packed_words > values, zeros);
  }
}

// Of a lift neighbours in the order of remainders, over the ends of tiles: as many as lanes read at once lie in different
// banks, in rows of single words and of pieces of 16 bytes.
TEST(SimtGather, ReadsDifferentBanks) {
  for (const char* gi : {"32x32@50", "32x32@75", "64x64@75", "32x32@87.5"})
    for (const std::int64_t n : {1, 7, 12, 32}) {
      Case c;
      c.config = Rbgp4Config::parse(fmt::format("go=32x128@50,gr=4x1,gi={},gb=1x1", gi));
      c.problem = {.m = c.config.rows(), .k = c.config.cols(), .n = n};
      c.set("block_groups", 2), c.set("chunks", 16);
      const simt_gather::Layout layout = c.layout();
      const Rbgp4Pattern pattern = Rbgp4Pattern::sample(c.config, 1);
      const std::int64_t degree = c.config.gi.left_degree;
      const std::int64_t slots = 32 / layout.width;
      for (std::int64_t u = 0; u < c.config.gi.left; ++u) {
        std::map<std::int64_t, std::int64_t> ordered;
        for (const std::int64_t vi : pattern.gi().neighbours(u)) ordered[vi % degree] = vi;
        ASSERT_EQ(ordered.size(), static_cast<std::size_t>(degree)) << "no lift";
        std::set<std::int64_t> met;
        for (std::int64_t j = 0; j < slots; ++j)
          met.insert((j / degree * (c.config.tile_cols() + layout.tile_pad) + ordered[j % degree]) %
                     slots);
        EXPECT_EQ(met.size(), static_cast<std::size_t>(slots)) << gi << " " << n;
      }
    }
}

// A tile of I is a piece of memory where nothing is left out of it, and no row has pieces of 16 bytes anyway.
TEST(SimtGather, CopiesWholeTilesWhereTheyLieTogether) {
  struct Row {
    std::function<void(Case&)> change;
    bool whole;
  };
  const Row rows[] = {
      {[](Case& c) { c.problem.n = 7; }, true},
      {[](Case& c) { c.problem.n = 1, c.problem.layout = Layout::nk; }, true},
      {[](Case& c) { c.problem.n = 12; }, false},
      {[](Case& c) { c.problem.n = 7, c.problem.k = 4095; }, false},
      {[](Case& c) { c.problem.n = 7, c.problem.epilogue.column_order = true; }, false},
      {[](Case& c) { c.problem.n = 33, c.set("block_n", 16), c.set("chunks", 8); }, false},
      {[](Case& c) { c.problem.n = 7, c.problem.layout = Layout::nk; }, false},
  };
  for (const Row& row : rows) {
    Case c;
    row.change(c);
    EXPECT_EQ(c.layout().whole_tiles, row.whole) << c.problem.to_string();
  }
}

TEST(SimtGather, OverlapsLaunchesFromHopperOn) {
  Case c;
  EXPECT_TRUE(gather().geometry(c.shape()).overlaps_launches);
  c.device = target_properties("sm_80");
  EXPECT_FALSE(gather().geometry(c.shape()).overlaps_launches);
  const KernelSpec spec{c.problem, Rbgp4Pattern::sample(c.config, 1), c.kernel};
  EXPECT_TRUE(test::has(emit_source(spec, c.device), "kOverlapsLaunches = 0;"));
}

// What the model takes unmeasured.
TEST(SimtGather, IsTheDefaultForFewColumns) {
  const DeviceProperties device = test::synthetic_device(DeviceKind::cuda);
  for (const char* text :
       {"go=32x128@50,gr=4x1,gi=32x32@50,gb=1x1", "go=32x64@75,gr=8x1,gi=16x64,gb=1x1"})
    for (const Layout layout : {Layout::kn, Layout::nk})
      for (const std::int64_t n : {1, 2, 7, 8, 16, 31, 32, 65, 100, 1000}) {
        const Rbgp4Config config = Rbgp4Config::parse(text);
        const Problem problem{.m = 4096, .k = 4096, .n = n, .layout = layout};
        EXPECT_EQ(default_kernel(config, problem, device).family == "simt_gather", n <= 32)
            << text << " " << problem.to_string();
      }
}

}  // namespace
}  // namespace rbgp
