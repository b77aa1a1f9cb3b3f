#include <gtest/gtest.h>

#include <fmt/format.h>

#include <functional>
#include <set>

#include <generator/gather_order.hpp>
#include <generator/kernel_family.hpp>
#include <rbgp/codegen.hpp>
#include <support/kernel_cases.hpp>
#include <support/refusal.hpp>

namespace rbgp {
namespace {

constexpr std::int64_t kReservedSharedBytes = 1024;  // of a block
constexpr std::int64_t kMaxSharedBytes = 233472;  // of a multiprocessor

const KernelFamily& mma() { return find_family("mma"); }

// A shape that the family supports, to be spoilt.
struct Case {
  Rbgp4Config config = Rbgp4Config::parse("go=4x4@50,gr=1x1,gi=8x32@50,gb=16x1");
  Problem problem{.m = 500, .k = 120, .n = 256, .dtype = Dtype::bf16};
  KernelConfig kernel{"mma",
                      {{"block_n", 128},
                       {"tile_rows", 16},
                       {"block_groups", 8},
                       {"warps_n", 1},
                       {"step_tiles", 1},
                       {"stages", 3},
                       {"shared_values", 1},
                       {"resident_blocks", 2}}};
  DeviceProperties device = test::synthetic_device(DeviceKind::cuda);

  void use(const char* text) { config = Rbgp4Config::parse(text); }
  void set(const char* tunable, std::int64_t value) { kernel.tunables[tunable] = value; }
  KernelShape shape() const { return {config, problem, kernel, device}; }
  std::string source() const {
    return emit_source({problem, Rbgp4Pattern::sample(config, 1), kernel}, device);
  }
};

TEST(Mma, RefusesInOneLine) {
  struct Row {
    std::function<void(Case&)> spoil;
    const char* part;
  };
  const Row rows[] = {
      {[](Case& c) { c.device.arch = "sm_75"; }, "it needs sm_80 or newer"},
      {[](Case& c) { c.problem.dtype = Dtype::f32; }, "bf16, f16 and tf32"},
      {[](Case& c) { c.set("tile_rows", 8); }, "tile_rows is a multiple of 16"},
      {[](Case& c) { c.set("tile_rows", 0); }, "tile_rows is a multiple of 16"},
      {[](Case& c) { c.set("tile_rows", 32); }, "tile_rows does not divide a row group"},
      {[](Case& c) { c.use("go=4x4@50,gr=3x1,gi=8x32@50,gb=4x1"); }, "does not divide a row group"},
      {[](Case& c) { c.use("go=4x4@50,gr=1x1,gi=1x1,gb=24x8"); }, "does not divide a tile"},
      {[](Case& c) { c.set("block_groups", 3); }, "block_groups does not divide"},
      {[](Case& c) { c.set("warps_n", 0); }, "a multiple of 16 columns"},
      {[](Case& c) { c.set("warps_n", 3); }, "a multiple of 16 columns"},
      {[](Case& c) { c.set("block_n", 72); }, "a multiple of 16 columns"},
      {[](Case& c) { c.set("resident_blocks", 0); }, "resident_blocks is at least 1"},
      {[](Case& c) { c.set("warps_n", 8); }, "more threads"},
      {[](Case& c) { c.set("step_tiles", 0); }, "step_tiles does not divide"},
      {[](Case& c) { c.set("step_tiles", 4); }, "step_tiles does not divide"},
      {[](Case& c) {
         c.use("go=4x4@50,gr=1x1,gi=1x1,gb=128x9");
         c.problem.layout = Layout::nk, c.problem.k = 36, c.set("step_tiles", 2);
       },
       "an odd number of columns"},
      {[](Case& c) { c.set("stages", 1); }, "stages is at least 2"},
      {[](Case& c) { c.set("block_n", 256); }, "a thread needs 185 registers of 128"},
      {[](Case& c) { c.use("go=4x4@50,gr=1x1,gi=8x1024@50,gb=16x1"), c.set("step_tiles", 2); },
       "at most 512"},
      {[](Case& c) { c.set("stages", 20); }, "bytes of shared memory"},
      {[](Case& c) { c.problem.n = std::int64_t{1} << 40; }, "too many tiles"},
  };
  EXPECT_EQ(mma().unsupported(Case().shape()).value_or(""), "");
  for (const Row& row : rows) {
    Case spoilt;
    row.spoil(spoilt);
    const auto reason = mma().unsupported(spoilt.shape());
    ASSERT_TRUE(reason) << row.part;
    EXPECT_TRUE(test::has(*reason, row.part)) << *reason << ", not " << row.part;
    EXPECT_EQ(reason->find('\n'), std::string::npos) << *reason;
  }
}

// The value of a constant in emitted source.
std::int64_t constant_of(const std::string& source, const std::string& name) {
  const std::string text = "int " + name + " = ";
  const std::size_t at = source.find(text);
  EXPECT_NE(at, std::string::npos) << name;
  return at == std::string::npos ? 0 : std::stoll(source.substr(at + text.size()));
}

// The numbers of an array in emitted source.
std::vector<std::int32_t> array_of(const std::string& source, const std::string& name) {
  std::vector<std::int32_t> numbers;
  std::size_t at = source.find(name + "[] = {");
  EXPECT_NE(at, std::string::npos) << name;
  if (at == std::string::npos) return numbers;
  for (at = source.find('{', at) + 1; source[at] != '}';) {
    std::size_t used = 0;
    numbers.push_back(std::stoi(source.substr(at, 16), &used));
    at = source.find_first_not_of(" \n", at + used + 1);
  }
  return numbers;
}

// Whatever the layout and dtype, copies are as wide as rows of I are aligned, and never wider.
TEST(Mma, CopiesWhatRowsAreAlignedTo) {
  struct Row {
    Dtype dtype;
    Layout layout;
    std::int64_t k, n;
    bool ordered;
    std::int64_t bytes;
  };
  constexpr Row kRows[] = {
      {Dtype::bf16, Layout::kn, 120, 256, false, 16}, {Dtype::bf16, Layout::kn, 121, 256, true, 16},
      {Dtype::bf16, Layout::kn, 120, 252, false, 8},  {Dtype::f16, Layout::kn, 120, 254, false, 4},
      {Dtype::bf16, Layout::kn, 120, 255, false, 0},  {Dtype::tf32, Layout::kn, 120, 255, false, 4},
      {Dtype::tf32, Layout::kn, 120, 252, false, 16}, {Dtype::bf16, Layout::nk, 120, 255, false, 4},
      {Dtype::bf16, Layout::nk, 121, 256, false, 0},  {Dtype::bf16, Layout::nk, 120, 256, true, 0},
      {Dtype::tf32, Layout::nk, 121, 255, true, 4},
  };
  for (const Row& row : kRows) {
    Case c;
    c.problem = {.m = 500,
                 .k = row.k,
                 .n = row.n,
                 .dtype = row.dtype,
                 .layout = row.layout,
                 .epilogue = {.column_order = row.ordered}};
    c.set("resident_blocks", 1), c.set("block_n", 64);
    ASSERT_EQ(mma().unsupported(c.shape()).value_or(""), "") << c.problem.to_string();
    EXPECT_EQ(constant_of(c.source(), "kCopyBytes"), row.bytes) << c.problem.to_string();
  }
}

// Slots of a row tile are its columns, each once, and its loads of shared memory take one turn each.
TEST(Mma, GathersWithoutBankConflicts) {
  struct Row {
    Dtype dtype;
    Layout layout;
    const char* config;
    std::int64_t lanes;
  };
  constexpr Row kRows[] = {
      {Dtype::bf16, Layout::kn, "go=4x4@50,gr=1x1,gi=8x32@50,gb=16x1", 8},
      {Dtype::f16, Layout::kn, "go=4x4@50,gr=1x1,gi=8x64@75,gb=16x1", 8},
      {Dtype::bf16, Layout::kn, "go=4x4@50,gr=1x2,gi=8x16@50,gb=16x4", 8},
      {Dtype::tf32, Layout::kn, "go=4x4@50,gr=1x1,gi=8x32@50,gb=16x1", 4},
      {Dtype::tf32, Layout::nk, "go=4x4@50,gr=1x1,gi=8x64@75,gb=16x1", 4},
      {Dtype::bf16, Layout::nk, "go=4x4@50,gr=1x1,gi=8x32@50,gb=16x2", 4},  // words of two rows
      {Dtype::bf16, Layout::nk, "go=4x4@50,gr=1x1,gi=8x64@50,gb=16x1", 4},  // halves of words
  };
  for (const Row& row : kRows) {
    SCOPED_TRACE(fmt::format("{} {} {}", to_string(row.dtype), to_string(row.layout), row.config));
    Case c;
    c.use(row.config);
    c.problem = {.m = c.config.rows(),
                 .k = c.config.cols(),
                 .n = 64,
                 .dtype = row.dtype,
                 .layout = row.layout};
    c.set("block_n", 64), c.set("resident_blocks", 1), c.set("step_tiles", 2);
    ASSERT_EQ(mma().unsupported(c.shape()).value_or(""), "");
    const std::string source = c.source();
    const auto rows = array_of(source, "kGatherRows");
    const auto sources = array_of(source, "kGatherSources");
    const auto slots = static_cast<std::size_t>(constant_of(source, "kSlots"));
    ASSERT_EQ(rows.size(), static_cast<std::size_t>(c.config.gi.left) * slots);
    ASSERT_EQ(sources.size(), rows.size());
    const Rbgp4Pattern pattern = Rbgp4Pattern::sample(c.config, 1);
    const std::int64_t nnz = c.config.tile_row_nnz();
    const bool pairs = row.lanes == 4 && row.dtype != Dtype::tf32;
    for (std::int64_t u = 0; u < c.config.gi.left; ++u) {
      std::set<std::int32_t> seen;
      // What each load takes: rows, whole words of them, or first and second halves apart.
      std::vector<std::int32_t> loads(slots);
      for (std::size_t slot = 0; slot < slots; ++slot) {
        const std::size_t at = static_cast<std::size_t>(u) * slots + slot;
        const std::int32_t from = sources[at];
        ASSERT_TRUE(from >= 0 && seen.insert(from).second) << from;
        // Row u * gb.left of the first tile of Go.
        const std::int64_t column = pattern.column(u * c.config.gb.left, from % nnz) -
                                    pattern.go().neighbours(0)[0] * c.config.tile_cols();
        EXPECT_EQ(rows[at], from / nnz * c.config.tile_cols() + column);
        const std::size_t load = pairs ? slot / 8 * 8 + slot % 2 * 4 + slot / 2 % 4 : slot;
        loads[load] = pairs ? rows[at] / 2 : rows[at];
      }
      EXPECT_EQ(gather_turns(loads, row.lanes) * row.lanes, static_cast<std::int64_t>(slots));
    }
  }
}

TEST(Mma, FillsSlicesUp) {
  Case c;
  c.use("go=4x4@50,gr=1x1,gi=8x8@75,gb=16x3");
  c.problem.m = 512, c.problem.k = 96;
  ASSERT_EQ(mma().unsupported(c.shape()).value_or(""), "");
  const std::string source = c.source();
  EXPECT_EQ(constant_of(source, "kSlots"), 16);
  EXPECT_EQ(constant_of(source, "kPadded"), 1);
  const auto rows = array_of(source, "kGatherRows");
  for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(rows[i] < 0, i % 16 >= 6) << i;
  const KernelGeometry geometry = mma().geometry(c.shape());
  EXPECT_EQ(geometry.packed_bytes, 512 * 2 * 16 * 2);
  EXPECT_FALSE(geometry.explicit_zeros) << "zeros of W meet zeros";
}

TEST(Mma, TakesNoMoreThanThereIs) {
  const DeviceProperties device = test::synthetic_device(DeviceKind::cuda);
  for (const auto& [config, problem, kernel] : test::kernel_cases(mma(), device, 60)) {
    const KernelGeometry geometry = mma().geometry({config, problem, kernel, device});
    const std::int64_t resident = kernel.at("resident_blocks");
    EXPECT_LE(resident * (geometry.shared_bytes + kReservedSharedBytes), kMaxSharedBytes);
    EXPECT_LE(resident * geometry.block[0], 2048);
    EXPECT_EQ(geometry.shared_bytes % 16, 0) << "stages are aligned";
    EXPECT_EQ(geometry.packed_bytes % 16, 0);
  }
}

}  // namespace
}  // namespace rbgp
