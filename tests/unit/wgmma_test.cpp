#include <gtest/gtest.h>

#include <fmt/format.h>

#include <functional>

#include <generator/construction.hpp>
#include <generator/kernel_family.hpp>
#include <rbgp/codegen.hpp>
#include <support/kernel_cases.hpp>
#include <support/refusal.hpp>

namespace rbgp {
namespace {

constexpr std::int64_t kMaxThreads = 2048, kRegisters = 65536;  // of a multiprocessor
constexpr std::int64_t kReservedSharedBytes = 1024;  // of a block
constexpr std::int64_t kMaxSharedBytes = 233472;  // of a multiprocessor

const KernelFamily& wgmma() { return find_family("wgmma"); }

// A shape that the family supports, to be spoilt.
struct Case {
  Rbgp4Config config = Rbgp4Config::parse("go=1x4,gr=1x1,gi=4x4@50,gb=64x16");
  Problem problem{.m = 250, .k = 256, .n = 256, .dtype = Dtype::bf16};
  KernelConfig kernel{"wgmma",
                      {{"block_n", 128},
                       {"block_groups", 4},
                       {"consumers", 2},
                       {"step_cols", 64},
                       {"cluster_m", 1},
                       {"cluster_n", 1},
                       {"resident_blocks", 1},
                       {"densify", 0},
                       {"split_k", 1}}};
  DeviceProperties device = test::synthetic_device(DeviceKind::cuda);

  void use(const char* text) { config = Rbgp4Config::parse(text); }
  // Whose columns are paired.
  void use_lift(const char* text) {
    use(text);
    problem.k = config.cols();
    set("densify", 2);
  }
  void set(const char* tunable, std::int64_t value) { kernel.tunables[tunable] = value; }
  KernelShape shape() const { return {config, problem, kernel, device}; }
};

TEST(Wgmma, RefusesInOneLine) {
  struct Row {
    std::function<void(Case&)> spoil;
    const char* part;
  };
  const Row rows[] = {
      {[](Case& c) { c.device.arch = "sm_100a"; }, "it needs sm_90a"},
      {[](Case& c) { c.device.arch = "sm_80"; }, "it needs sm_90a"},
      {[](Case& c) { c.problem.dtype = Dtype::f32; }, "bf16, f16, tf32 and f32x3"},
      {[](Case& c) { c.problem.dtype = Dtype::tf32, c.set("step_cols", 16); },
       "multiples of 32 columns"},
      {[](Case& c) { c.problem.epilogue.column_order = true; }, "in their order"},
      {[](Case& c) { c.problem.n = 252; }, "n is not a multiple of 8"},
      {[](Case& c) { c.problem.layout = Layout::nk, c.problem.k = 252; },
       "k is not a multiple of 8"},
      {[](Case& c) {
         c.problem = {.m = 8, .k = 254, .n = 1, .dtype = Dtype::tf32, .layout = Layout::nk};
       },
       "k is not a multiple of 4"},
      {[](Case& c) { c.use("go=1x4,gr=6x1,gi=4x4@50,gb=16x16"); },
       "64 rows do not divide a row group"},
      {[](Case& c) { c.use("go=1x4,gr=1x1,gi=1x1,gb=96x64"); }, "64 rows do not divide a tile"},
      {[](Case& c) { c.set("block_groups", 3); }, "block_groups does not divide"},
      {[](Case& c) { c.set("consumers", 0); }, "consumers is at least 1"},
      {[](Case& c) { c.set("consumers", 3); }, "consumers do not divide"},
      {[](Case& c) { c.set("resident_blocks", 0); }, "resident_blocks is at least 1"},
      {[](Case& c) { c.set("consumers", 4), c.set("resident_blocks", 4); }, "more threads"},
      {[](Case& c) {
         c.use("go=1x4,gr=1x1,gi=8x4@50,gb=64x16");
         c.set("block_groups", 8), c.set("consumers", 8);
       },
       "more threads"},
      {[](Case& c) { c.set("block_n", 256); }, "256 sums a thread need more than 232 registers"},
      // Half of the multiprocessor's registers are 80 for each of 384 threads: 96 where 40 are enough for
      // the producers.
      {[](Case& c) { c.set("resident_blocks", 2), c.set("block_n", 64); },
       "64 sums a thread need more than 96 registers"},
      {[](Case& c) { c.set("resident_blocks", 2), c.set("block_groups", 2); },
       "an instruction needs 90 registers, a thread is launched with 80"},
      {[](Case& c) { c.set("block_n", 100); }, "block_n is a multiple of 64 up to 256"},
      {[](Case& c) { c.set("block_n", 40), c.problem.layout = Layout::nk; },
       "block_n is a multiple of 16 up to 256"},
      {[](Case& c) { c.set("block_n", 320), c.set("block_groups", 1), c.set("consumers", 1); },
       "block_n is a multiple of 64"},
      {[](Case& c) { c.set("step_cols", 24); }, "multiples of 16 columns"},
      {[](Case& c) { c.set("step_cols", 32), c.problem.layout = Layout::nk; },
       "multiples of 64 columns"},
      {[](Case& c) { c.use("go=1x4,gr=1x1,gi=4x1,gb=64x512"), c.set("step_cols", 512); },
       "columns of a tile, up to 256"},
      {[](Case& c) { c.set("step_cols", 48); }, "a tile does not fit step_cols"},
      {[](Case& c) { c.set("step_cols", 32); }, "Gi is no lift"},
      {[](Case& c) { c.use("go=1x4,gr=1x2,gi=4x8@50,gb=64x16"); }, "Gr has columns"},
      {[](Case& c) { c.use("go=1x4,gr=1x1,gi=4x8@50,gb=64x16"), c.problem.layout = Layout::nk; },
       "clones are not side by side"},
      {[](Case& c) { c.use("go=1x4,gr=1x1,gi=8x16@75,gb=64x16"), c.set("step_cols", 32); },
       "do not divide the degree of Gi"},
      {[](Case& c) { c.set("step_cols", 96); }, "does not hold a number of tiles"},
      {[](Case& c) { c.set("step_cols", 192); }, "does not hold a number of tiles"},
      {[](Case& c) { c.use("go=1x4,gr=1x1,gi=4x8@50,gb=64x8"); }, "no multiple of 16 columns"},
      {[](Case& c) { c.set("cluster_m", 3); }, "a cluster has 1, 2, 4 or 8 blocks"},
      {[](Case& c) { c.set("cluster_n", 0); }, "a cluster has 1, 2, 4 or 8 blocks"},
      {[](Case& c) { c.set("cluster_m", 4), c.set("cluster_n", 4); },
       "a cluster has 1, 2, 4 or 8 blocks"},
      {[](Case& c) { c.set("cluster_m", 2), c.set("block_n", 64), c.set("block_groups", 2); },
       "cluster_m does not divide the boxes"},
      {[](Case& c) { c.set("cluster_m", 2); }, "cluster_m does not divide the blocks"},
      {[](Case& c) { c.set("cluster_m", 4), c.set("block_n", 16), c.problem.layout = Layout::nk; },
       "boxes of fewer than 8 samples"},
      {[](Case& c) { c.device.shared_bytes = 48 << 10; }, "two steps need"},
      {[](Case& c) { c.set("densify", 3); }, "densify is 0, 1 or 2"},
      {[](Case& c) { c.use("go=1x4,gr=1x1,gi=4x4,gb=64x16"), c.set("densify", 2); },
       "nothing to fill up"},
      {[](Case& c) { c.set("densify", 2), c.problem.layout = Layout::nk; },
       "bf16 and f16 in layout kn"},
      {[](Case& c) { c.set("densify", 2), c.problem.dtype = Dtype::tf32; },
       "bf16 and f16 in layout kn"},
      {[](Case& c) { c.use("go=1x4,gr=1x1,gi=6x9@66.66666667,gb=64x16"), c.set("densify", 2); },
       "Gi is none"},
      {[](Case& c) { c.use_lift("go=1x4,gr=1x2,gi=4x8@50,gb=64x16"); }, "Gr has columns"},
      {[](Case& c) { c.use_lift("go=1x4,gr=1x1,gi=4x8@50,gb=64x16"), c.problem.k -= 8; },
       "I ends within a tile"},
      {[](Case& c) { c.use_lift("go=1x4,gr=1x1,gi=4x8@50,gb=64x16"), c.set("step_cols", 16); },
       "multiples of 32 columns"},
      {[](Case& c) {
         c.use_lift("go=1x4,gr=1x1,gi=8x16@50,gb=64x16");
         c.set("step_cols", 64), c.set("block_n", 192), c.set("block_groups", 4);
       },
       "sums and selected columns need 248 registers"},
      {[](Case& c) { c.set("split_k", 0); }, "split_k is 1, 2, 4 or 8"},
      {[](Case& c) { c.set("split_k", 3); }, "split_k is 1, 2, 4 or 8"},
      {[](Case& c) { c.set("split_k", 2), c.set("cluster_n", 2); }, "clusters of one tile"},
      {[](Case& c) { c.set("split_k", 8); }, "split_k does not divide Go's degree"},
      {[](Case& c) { c.set("split_k", 4), c.set("step_cols", 128); },
       "split_k does not divide Go's degree over the tiles of a step"},
      {[](Case& c) { c.set("split_k", 4), c.set("block_n", 64); },
       "no multiple of 32 columns to finish"},
      {[](Case& c) { c.set("split_k", 4), c.set("block_n", 48), c.problem.layout = Layout::nk; },
       "no multiple of 16 columns to finish"},
      {[](Case& c) {
         c.use("go=1x4,gr=1x1,gi=4x1,gb=64x16");
         c.set("split_k", 2), c.set("step_cols", 16), c.device.shared_bytes = 100 << 10;
       },
       "the sums of a block need 147552 bytes"},
      {[](Case& c) { c.problem.n = std::int64_t{1} << 32; }, "too many tiles"},
  };
  EXPECT_EQ(wgmma().unsupported(Case().shape()).value_or(""), "");
  for (const Row& row : rows) {
    Case spoilt;
    row.spoil(spoilt);
    const auto reason = wgmma().unsupported(spoilt.shape());
    ASSERT_TRUE(reason) << row.part;
    EXPECT_TRUE(test::has(*reason, row.part)) << *reason << ", not " << row.part;
    EXPECT_EQ(reason->find('\n'), std::string::npos) << *reason;
  }
}

// What is refused in one way is supported in the next.
TEST(Wgmma, SupportsWhatIsJustEnough) {
  struct Row {
    const char* what;
    std::function<void(Case&)> change;
  };
  const Row rows[] = {
      {"any k", [](Case& c) { c.problem.k = 251; }},
      {"any n, transposed", [](Case& c) { c.problem.layout = Layout::nk, c.problem.n = 3; }},
      {"an order of rows", [](Case& c) { c.problem.epilogue.row_order = true; }},
      {"k of 4 elements",
       [](Case& c) {
         c.problem = {.m = 8, .k = 252, .n = 1, .dtype = Dtype::tf32, .layout = Layout::nk};
         c.set("block_n", 64);
       }},
      {"slabs of 8, in tf32",
       [](Case& c) {
         c.use("go=1x4,gr=1x1,gi=4x8@50,gb=64x8");
         c.problem = {.m = 8, .k = 256, .n = 1, .dtype = Dtype::tf32, .layout = Layout::nk};
         c.set("block_n", 64);
       }},
      {"the same filled up",
       [](Case& c) { c.use("go=1x4,gr=1x1,gi=4x8@50,gb=64x8"), c.set("densify", 1); }},
      {"tiles of one row group of any rows, filled up",
       [](Case& c) {
         c.use("go=1x4,gr=4x1,gi=16x16@50,gb=1x4");
         c.set("densify", 1), c.set("block_groups", 1), c.set("consumers", 1);
       }},
      {"the most sums", [](Case& c) { c.set("block_n", 256), c.set("block_groups", 2); }},
      {"parts of a tile, where Gi is a lift",
       [](Case& c) { c.use("go=1x4,gr=1x1,gi=4x8@50,gb=64x16"); }},
      {"parts of two vertices' clones, of four each",
       [](Case& c) { c.use("go=1x4,gr=1x1,gi=8x16@75,gb=64x16"), c.set("step_cols", 128); }},
      {"blocks that share the rows of a box",
       [](Case& c) {
         c.use("go=1x4,gr=2x1,gi=4x4@50,gb=64x16");
         c.set("cluster_m", 2), c.set("block_n", 16), c.problem.layout = Layout::nk;
       }},
      {"blocks of a split row group in a cluster",
       [](Case& c) { c.use("go=1x4,gr=2x1,gi=4x4@50,gb=64x16"), c.set("cluster_m", 2); }},
  };
  for (const Row& row : rows) {
    Case changed;
    row.change(changed);
    EXPECT_EQ(wgmma().unsupported(changed.shape()).value_or(""), "") << row.what;
  }
}

// Whether a step may take a part of a tile is up to the edges, where they are known.
TEST(Wgmma, LooksForClonesInTheEdges) {
  Case c;
  c.use("go=1x4,gr=1x1,gi=4x8@50,gb=64x16");
  const BaseGraph lift = BaseGraph::sample(c.config.gi, 3, Construction::two_lift);
  const BaseGraph other(c.config.gi, {0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 4, 5, 2, 3, 6, 7});
  KernelShape shape = c.shape();
  shape.known_clones = clones_of(lift);
  EXPECT_EQ(wgmma().unsupported(shape).value_or(""), "");
  EXPECT_EQ(wgmma().geometry(shape).input_box.rows, 32);
  shape.known_clones = clones_of(other);
  EXPECT_TRUE(test::has(wgmma().unsupported(shape).value_or(""), "Gi is no lift"));
}

TEST(Wgmma, StoresByTheCopyEngineWhereRowsLieTogether) {
  struct Row {
    const char* config;
    Layout layout;
    std::int64_t cut_rows;
    std::int64_t box_rows, box_cols;  // 0: no box
  };
  constexpr Row kRows[] = {
      {"go=1x4,gr=1x1,gi=4x4@50,gb=64x16", Layout::kn, 0, 16, 64},
      {"go=1x4,gr=1x1,gi=4x4@50,gb=64x16", Layout::kn, 3, 16, 64},
      {"go=1x4,gr=4x1,gi=4x4@50,gb=16x16", Layout::kn, 0, 16, 64},
      {"go=1x4,gr=8x1,gi=4x4@50,gb=8x16", Layout::kn, 0, 8, 64},
      {"go=1x4,gr=16x1,gi=4x4@50,gb=4x16", Layout::kn, 0, 0, 0},
      {"go=1x4,gr=1x1,gi=4x4@50,gb=64x16", Layout::nk, 0, 64, 64},
      {"go=1x4,gr=1x1,gi=4x4@50,gb=64x16", Layout::nk, 8, 64, 64},
      {"go=1x4,gr=1x1,gi=4x4@50,gb=64x16", Layout::nk, 3, 0, 0},  // rows of O are no whole pieces
      {"go=1x4,gr=2x1,gi=4x4@50,gb=32x16", Layout::nk, 0, 0, 0},
  };
  for (const Row& row : kRows) {
    SCOPED_TRACE(fmt::format("{} {} {}", row.config, to_string(row.layout), row.cut_rows));
    Case c;
    c.use(row.config);
    c.problem.layout = row.layout;
    c.problem.m = c.config.rows() - row.cut_rows;
    ASSERT_EQ(wgmma().unsupported(c.shape()).value_or(""), "");
    KernelGeometry geometry = wgmma().geometry(c.shape());
    EXPECT_TRUE(geometry.takes_output_map);
    EXPECT_EQ(geometry.output_box.rows, row.box_rows);
    EXPECT_EQ(geometry.output_box.cols, row.box_cols);
    EXPECT_EQ(geometry.input_box.rows, row.layout == Layout::nk ? 128 : 64);
    EXPECT_EQ(geometry.input_box.cols, 64);
    c.problem.epilogue.row_order = true;
    geometry = wgmma().geometry(c.shape());
    EXPECT_EQ(geometry.output_box.rows, 0) << "rows that do not lie together";
  }
}

// A box has rows half a tile apart, whatever part of a tile it is of; and where each row has one of every two columns
// no zero is multiplied.
TEST(Wgmma, PairsTheColumnsOfALift) {
  struct Row {
    const char* config;
    std::int64_t step_cols;
    std::int64_t box_rows, pair_rows;
    bool explicit_zeros;
  };
  constexpr Row kRows[] = {
      {"go=1x4,gr=1x1,gi=4x8@50,gb=64x16", 128, 128, 64, false},
      {"go=1x4,gr=1x1,gi=4x8@50,gb=64x16", 32, 32, 64, false},
      {"go=1x4,gr=1x1,gi=4x8@50,gb=64x16", 256, 128, 64, false},
      {"go=1x4,gr=4x1,gi=64x64@50,gb=1x1", 64, 64, 32, false},
      {"go=1x4,gr=4x1,gi=64x64@75,gb=1x1", 64, 64, 32, true},
  };
  for (const Row& row : kRows) {
    SCOPED_TRACE(fmt::format("{} {}", row.config, row.step_cols));
    Case c;
    c.use_lift(row.config);
    c.set("step_cols", row.step_cols), c.set("block_n", 64);
    ASSERT_EQ(wgmma().unsupported(c.shape()).value_or(""), "");
    const KernelGeometry geometry = wgmma().geometry(c.shape());
    EXPECT_EQ(geometry.input_box.rows, row.box_rows);
    EXPECT_EQ(geometry.input_box.pair_rows, row.pair_rows);
    EXPECT_EQ(geometry.explicit_zeros, row.explicit_zeros);
    EXPECT_EQ(geometry.packed_bytes, 2 * c.config.rows() * c.config.cols() / 2);
    c.set("densify", 1);
    EXPECT_EQ(wgmma().geometry(c.shape()).input_box.pair_rows, 0);
    EXPECT_TRUE(wgmma().geometry(c.shape()).explicit_zeros);
  }
}

// A cluster a tile, and its shared memory has room for the stages or for the sums.
TEST(Wgmma, LaunchesAClusterForEachTileWhoseStepsAreShared) {
  Case c;
  c.use("go=2x4,gr=1x1,gi=4x1,gb=64x16");
  c.problem.m = c.config.rows(), c.problem.n = 1000;
  c.set("step_cols", 16);
  ASSERT_EQ(wgmma().unsupported(c.shape()).value_or(""), "");
  EXPECT_EQ(wgmma().geometry(c.shape()).grid[0], 16);
  const std::int64_t stage_bytes = wgmma().geometry(c.shape()).shared_bytes;
  c.set("split_k", 2);
  ASSERT_EQ(wgmma().unsupported(c.shape()).value_or(""), "");
  EXPECT_EQ(wgmma().geometry(c.shape()).grid[0], 32);
  EXPECT_GE(wgmma().geometry(c.shape()).shared_bytes, 4 * 256 * 128);
  EXPECT_GT(wgmma().geometry(c.shape()).shared_bytes, stage_bytes);
  EXPECT_LE(wgmma().geometry(c.shape()).shared_bytes, c.device.shared_bytes);
  c.set("block_n", 64);
  EXPECT_EQ(wgmma().geometry(c.shape()).output_box.rows, 0) << "32 columns are half a box";
  c.set("block_n", 128);
  c.problem.n = 100000;  // more tiles than multiprocessors
  EXPECT_EQ(wgmma().geometry(c.shape()).grid[0], 2 * 2 * 782);
}

// The value of a constant in emitted source.
std::int64_t constant_of(const std::string& source, const std::string& name) {
  const std::string text = "int " + name + " = ";
  const std::size_t at = source.find(text);
  EXPECT_NE(at, std::string::npos) << name;
  return at == std::string::npos ? 0 : std::stoll(source.substr(at + text.size()));
}

// What a multiprocessor has is enough: a warpgroup that asks for registers which are not there waits for ever.
TEST(Wgmma, TakesNoMoreThanThereIs) {
  const DeviceProperties device = test::synthetic_device(DeviceKind::cuda);
  const auto cases = test::kernel_cases(wgmma(), device, 60);
  for (std::size_t i = 0; i < cases.size(); i += 3) {
    const auto& [config, problem, kernel] = cases[i];
    SCOPED_TRACE(cases[i].name());
    const KernelGeometry geometry = wgmma().geometry({config, problem, kernel, device});
    const std::int64_t consumers = kernel.at("consumers");
    const std::int64_t resident = kernel.at("resident_blocks");
    const std::int64_t threads = geometry.block[0];
    EXPECT_EQ(threads, 128 * (consumers + 1));
    EXPECT_LE(resident * threads, kMaxThreads);
    EXPECT_LE(resident * (geometry.shared_bytes + kReservedSharedBytes), kMaxSharedBytes);
    EXPECT_EQ(
        geometry.grid[0] % (kernel.at("cluster_m") * kernel.at("cluster_n") * kernel.at("split_k")),
        0);
    for (const CopyBox& box : {geometry.input_box, geometry.output_box}) {
      if (box.rows == 0) continue;
      EXPECT_LE(box.rows, 256);
      EXPECT_EQ(box.cols * dtype_bytes(problem.dtype), 128);
    }
    EXPECT_LE(geometry.packed_box.rows, 256);
    EXPECT_LE(geometry.packed_box.cols, 256);

    const std::string source =
        emit_source({problem, Rbgp4Pattern::sample(config, 1), kernel}, device);
    const std::int64_t of_consumers = constant_of(source, "kConsumerRegisters");
    const std::int64_t of_producers = constant_of(source, "kProducerRegisters");
    const std::int64_t launched = kRegisters / (resident * threads) / 8 * 8;
    EXPECT_LE(consumers * of_consumers + of_producers, (consumers + 1) * launched);
    EXPECT_TRUE(of_consumers % 8 == 0 && of_consumers <= 255) << of_consumers;
    EXPECT_EQ(of_producers, 40);
    EXPECT_LE(of_producers, launched);
    const std::int64_t sums =
        constant_of(source, "kBlockGroups") / consumers * kernel.at("block_n") / 2;
    EXPECT_GE(of_consumers, sums + 40);
    EXPECT_GE(constant_of(source, "kStages"), 2);
    EXPECT_EQ(constant_of(source, "kSharedBytes"), geometry.shared_bytes);
  }
}

}  // namespace
}  // namespace rbgp
