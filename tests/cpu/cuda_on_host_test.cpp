// Emitted CUDA kernels, run on the host: right on ragged shapes.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>

#include <fmt/format.h>

#include <generator/families.hpp>
#include <rbgp/codegen.hpp>
#include <rbgp/kernel.hpp>
#include <support/cuda_on_host_check.hpp>
#include <support/gelu_points.hpp>
#include <support/kernel_cases.hpp>
#include <support/kernel_run.hpp>
#include <support/kernel_shapes.hpp>
#include <tuner/bench_inputs.hpp>
#include <tuner/product_check.hpp>

namespace rbgp::test {
namespace {

constexpr std::size_t kRandomCases = 60;
constexpr std::size_t kCases = 30;  // of a family
constexpr std::size_t kShards = 6;  // so that several cores share the compiling

std::vector<KernelCase> small_cases(const KernelFamily& family) {
  std::vector<KernelCase> cases = kernel_cases(family, small_device(), kRandomCases);
  // Fibers are slow: what matters here is which elements are touched, not how many.
  const std::int64_t most = on_tensor_cores(family) ? 8'000'000 : 1'000'000;
  std::erase_if(cases, [&](const KernelCase& one) {
    return one.config.rows() * one.config.nnz_per_row() * one.problem.n > most;
  });
  // Spread over the list: its shapes at the edges, its tunables, its random part.
  std::vector<KernelCase> spread;
  for (std::size_t i = 0; i < kCases && !cases.empty(); ++i)
    spread.push_back(cases[i * cases.size() / kCases]);
  return spread;
}

class CudaOnHostFamily : public testing::TestWithParam<std::tuple<std::size_t, std::size_t>> {};

TEST_P(CudaOnHostFamily, EqualsTheReference) {
  const auto [index, shard] = GetParam();
  const KernelFamily& family = kernel_families()[index];
  if (family.target != DeviceKind::cuda) return;
  const std::vector<KernelCase> cases = small_cases(family);
  ASSERT_EQ(cases.size(), kCases);
  for (std::size_t i = shard; i < cases.size(); i += kShards) {
    SCOPED_TRACE(cases[i].name());
    const KernelSpec spec{cases[i].problem, Rbgp4Pattern::sample(cases[i].config, i),
                          cases[i].kernel};
    EXPECT_EQ(fault_of(spec, emit_source(spec, small_device())), "");
  }
}

INSTANTIATE_TEST_SUITE_P(All, CudaOnHostFamily,
                         testing::Combine(testing::Range(std::size_t{0}, kernel_families().size()),
                                          testing::Range(std::size_t{0}, kShards)));

// The cases above have clusters.
TEST(CudaOnHost, RunsClusters) {
  for (const char* name : {"simt_tma", "wgmma"}) {
    std::size_t clusters = 0;
    for (const KernelCase& one : small_cases(find_family(name))) {
      const KernelSpec spec{one.problem, Rbgp4Pattern::sample(one.config, 1), one.kernel};
      clusters += emit_source(spec, small_device()).find("__cluster_dims__") != std::string::npos;
    }
    EXPECT_GE(clusters, 2U) << name;
  }
}

// Buffers of O take turns over row groups and tiles, whatever number of times a tile uses them, whether stores are late
// or only some are; and columns of a block that are not stored in equal parts of 64.
TEST(CudaOnHost, StoresColumnsFromBuffersThatAreFree) {
  struct Row {
    std::int64_t block_n, block_groups, consumers;
  };
  constexpr Row kRows[] = {{64, 1, 1}, {16, 3, 1}, {80, 2, 1}, {256, 1, 1}};
  for (const Dtype dtype : {Dtype::bf16, Dtype::tf32})
    for (const Row& row : kRows) {
      SCOPED_TRACE(fmt::format("{} {} {} {}", to_string(dtype), row.block_n, row.block_groups,
                               row.consumers));
      const Rbgp4Config config = Rbgp4Config::parse("go=1x2,gr=1x1,gi=6x1,gb=64x64");
      KernelSpec spec = small_spec("wgmma");
      spec.problem = {.m = config.rows(),
                      .k = config.cols(),
                      .n = 2 * row.block_n + 5,
                      .dtype = dtype,
                      .layout = Layout::nk};
      spec.pattern = Rbgp4Pattern::sample(config, 1);
      spec.kernel.tunables["block_n"] = row.block_n;
      spec.kernel.tunables["block_groups"] = row.block_groups;
      spec.kernel.tunables["consumers"] = row.consumers;
      EXPECT_EQ(fault_of(spec, emit_source(spec, small_device())), "");
    }
}

// A product to be right: of a kernel with some tunables, on a matrix that a pattern is cut to.
struct ProductCase {
  const char* config;
  std::int64_t cut_rows, cut_cols, n;
  const char* kernel;
  const char* epilogue;
  Dtype dtype = Dtype::f32;
  Layout layout = Layout::kn;
};

void expect_right(const ProductCase& one) {
  SCOPED_TRACE(fmt::format("{} {} {}", one.config, to_string(one.layout), one.kernel));
  const Rbgp4Config config = Rbgp4Config::parse(one.config);
  const KernelSpec spec{{.m = config.rows() - one.cut_rows,
                         .k = config.cols() - one.cut_cols,
                         .n = one.n,
                         .dtype = one.dtype,
                         .layout = one.layout,
                         .epilogue = Epilogue::parse(one.epilogue)},
                        Rbgp4Pattern::sample(config, 1),
                        parse_kernel(one.kernel, small_device())};
  ASSERT_EQ(
      find_family(spec.kernel.family).unsupported(shape_of(spec, small_device())).value_or(""), "");
  EXPECT_EQ(fault_of(spec, emit_source(spec, small_device())), "");
}

// `kernel` is what the tunables of the case follow.
void expect_right_in_both_layouts(const std::string& kernel, ProductCase one) {
  const std::string whole = fmt::format("{} {}", kernel, one.kernel);
  one.kernel = whole.c_str();
  for (const Layout layout : {Layout::kn, Layout::nk}) {
    one.layout = layout;
    expect_right(one);
  }
}

// Blocks of a cluster share the steps of a tile: whatever the number of steps and stages, of rows or columns that a
// block joins, of warpgroups, and of parts of the epilogue.
TEST(CudaOnHost, JoinsTheSumsOfACluster) {
  constexpr ProductCase kProducts[] = {
      {"go=4x32@50,gr=4x1,gi=4x8@50,gb=2x1", 0, 0, 100,
       "simt_tma thread_rows=8 thread_cols=4 split_k=2", "none"},
      {"go=4x32@50,gr=4x1,gi=4x8,gb=2x1", 5, 0, 100,
       "simt_tma thread_rows=8 thread_cols=8 lane_rows=1 split_k=8 warps_n=2",
       "scale,residual,bias,gelu"},
      {"go=2x8,gr=8x1,gi=8x16@75,gb=2x2", 3, 0, 100,
       "simt_tma thread_rows=4 thread_cols=4 lane_rows=8 merge=2 step_tiles=2 split_k=4",
       "bias,row_order"},
      {"go=2x4,gr=4x1,gi=4x8@50,gb=1x2", 0, 0, 100,
       "simt_tma thread_rows=2 thread_cols=4 lane_rows=2 split_k=2", "scale"},
      {"go=2x64,gr=16x1,gi=1x4,gb=2x1", 1, 0, 100,
       "simt_tma thread_rows=16 thread_cols=8 resident_blocks=2 split_k=4", "residual,relu"},
      // More steps than stages, several row groups a warpgroup.
      {"go=4x40@50,gr=1x1,gi=4x4@50,gb=64x16", 8, 0, 104, "wgmma block_n=128 split_k=2",
       "scale,residual", Dtype::bf16},
      {"go=2x8,gr=1x1,gi=4x4@50,gb=64x16", 3, 0, 104, "wgmma block_n=256 block_groups=2 split_k=4",
       "bias,gelu,row_order", Dtype::f16},
      {"go=2x8,gr=1x1,gi=4x8@50,gb=64x16", 16, 0, 104,
       "wgmma block_n=64 step_cols=128 consumers=1 split_k=4", "bias", Dtype::bf16, Layout::nk},
      // Half a box to store.
      {"go=2x8,gr=1x1,gi=2x4,gb=64x16", 9, 0, 104, "wgmma block_n=64 consumers=1 split_k=2",
       "residual", Dtype::bf16},
      // Steps of several tiles, and of parts of one.
      {"go=1x16,gr=1x1,gi=2x2,gb=64x32", 5, 0, 104,
       "wgmma block_n=128 step_cols=128 consumers=1 split_k=4", "none", Dtype::bf16, Layout::nk},
      {"go=2x4,gr=1x1,gi=4x8@50,gb=64x16", 0, 0, 104, "wgmma block_n=128 step_cols=64 split_k=2",
       "none", Dtype::bf16},
      {"go=1x16,gr=1x1,gi=1x1,gb=64x32", 0, 0, 104,
       "wgmma block_n=64 step_cols=32 consumers=1 split_k=2", "residual,relu", Dtype::f32x3},
      {"go=1x16,gr=1x1,gi=1x1,gb=64x32", 1, 0, 104,
       "wgmma block_n=32 step_cols=32 consumers=1 split_k=2", "none", Dtype::tf32, Layout::nk},
      // Floats by rows leave 16 columns at a time.
      {"go=4x16@50,gr=1x1,gi=1x1,gb=64x32", 3, 0, 52,
       "wgmma block_n=32 step_cols=32 consumers=1 split_k=2", "bias", Dtype::tf32},
      {"go=1x16,gr=1x1,gi=1x1,gb=64x32", 0, 5, 100,
       "wgmma block_n=64 step_cols=32 consumers=1 split_k=4", "residual", Dtype::f32x3},
  };
  for (const ProductCase& one : kProducts) expect_right(one);
}

// Columns half a tile apart are multiplied as two values of four: rows of a vertex of Gi in one row group and in
// several, neighbours of one column and of many, steps of parts of a tile and of several tiles, a lift of a lift, where
// some pairs have no value; blocks that share boxes, that share steps.
TEST(CudaOnHost, MultipliesPairedColumns) {
  constexpr ProductCase kProducts[] = {
      {"go=4x4@50,gr=4x1,gi=32x32@50,gb=1x1", 0, 0, 64,
       "wgmma densify=2 block_n=64 step_cols=32 block_groups=2", "none", Dtype::bf16},
      {"go=2x10,gr=1x1,gi=4x8@50,gb=64x8", 8, 0, 104,
       "wgmma densify=2 block_n=128 step_cols=64 consumers=1 block_groups=2", "bias,gelu",
       Dtype::bf16},
      {"go=4x4@50,gr=1x1,gi=32x64@75,gb=4x1", 7, 0, 40, "wgmma densify=2 block_n=64 step_cols=64",
       "row_order", Dtype::f16},
      {"go=2x4,gr=2x1,gi=8x16@50,gb=8x8", 0, 0, 72, "wgmma densify=2 block_n=64 step_cols=64",
       "residual", Dtype::bf16},
      {"go=2x4,gr=16x1,gi=4x16@50,gb=2x2", 0, 0, 136,
       "wgmma densify=2 block_n=128 step_cols=64 cluster_m=2 block_groups=1 consumers=1", "none",
       Dtype::bf16},
      {"go=2x4,gr=2x1,gi=16x32@50,gb=4x2", 3, 0, 200,
       "wgmma densify=2 block_n=64 step_cols=32 cluster_n=2", "scale", Dtype::f16},
      {"go=2x8,gr=8x1,gi=8x16@75,gb=1x4", 0, 0, 72,
       "wgmma densify=2 block_n=64 step_cols=128 block_groups=1 consumers=1 split_k=2", "relu",
       Dtype::bf16},
      // I ends with a tile, before the pattern does.
      {"go=4x4@50,gr=4x1,gi=32x32@50,gb=1x1", 0, 32, 64,
       "wgmma densify=2 block_n=64 step_cols=32 block_groups=2", "bias", Dtype::bf16},
      {"go=2x4,gr=2x1,gi=16x32@50,gb=4x2", 3, 128, 72,
       "wgmma densify=2 block_n=64 step_cols=64 cluster_n=2", "none", Dtype::f16},
  };
  for (const ProductCase& one : kProducts) expect_right(one);
}

// Blocks copy the rows of I that they use: several vertices of Gi, one, or a part of one a block; several slices of
// a tile, neighbours of several columns, columns that are not there, single words; in all parts of an epilogue.
TEST(CudaOnHost, CopiesUsedRowsAlone) {
  constexpr ProductCase kProducts[] = {
      {"go=2x4,gr=4x1,gi=32x32@93.75,gb=1x1", 0, 0, 36, "block_groups=8", "none"},
      {"go=2x4,gr=4x1,gi=32x32@93.75,gb=1x1", 5, 3, 1, "block_groups=4 persistent=0", "bias,relu"},
      {"go=2x4,gr=1x2,gi=32x16@87.5,gb=4x1", 3, 5, 16, "tile_rows=2 block_groups=8 stages=2",
       "residual,bias,row_order,column_order"},
      {"go=2x4,gr=1x2,gi=32x16@87.5,gb=8x1", 0, 0, 130, "tile_rows=2 block_groups=2 stages=4",
       "scale,residual,bias,gelu"},
      {"go=3x5,gr=2x3,gi=6x9@66.66666667,gb=1x2", 5, 7, 33, "block_groups=2 warps_n=2",
       "column_order"},
      {"go=2x3,gr=4x2,gi=12x12@83.33333333,gb=2x4", 1, 9, 260,
       "tile_rows=4 block_groups=4 repeat_n=2 resident_blocks=1", "scale,row_order"},
  };
  for (const ProductCase& one : kProducts)
    expect_right_in_both_layouts("simt_row_group used_rows=1", one);
}

// Values and columns in shares of all kinds: lanes that have columns to spare, several chunks, turns that go beyond
// the end of a chunk and of a row; rows in odd numbers; tiles that are copied whole, and those that are not.
TEST(CudaOnHost, GathersWhateverTheShares) {
  constexpr ProductCase kProducts[] = {
      {"go=4x16@50,gr=4x1,gi=16x32@50,gb=1x1", 0, 0, 1, "block_groups=8 split_k=1", "none"},
      {"go=4x16@50,gr=4x1,gi=16x32@50,gb=1x1", 0, 0, 7, "chunks=4 lanes_n=2", "bias,relu"},
      {"go=4x16@50,gr=4x1,gi=16x32@50,gb=1x1", 3, 5, 7, "lanes_n=4 split_k=2", "residual,gelu"},
      {"go=3x6,gr=3x2,gi=6x9@66.66666667,gb=2x1", 1, 0, 10, "block_groups=1 chunks=2 lanes_n=4",
       "scale,residual,bias,gelu"},
      {"go=2x12,gr=1x1,gi=4x4@50,gb=1x4", 0, 0, 33, "tile_rows=1 block_n=16 lanes_n=4 chunks=3",
       "none"},
      {"go=2x12,gr=1x1,gi=4x4@50,gb=1x4", 0, 2, 24, "block_n=8 chunks=12 values_ahead=2",
       "column_order"},
      {"go=1x1,gr=1x1,gi=1x1,gb=64x96", 1, 0, 32, "tile_rows=8 lanes_n=8 block_groups=8 split_k=1",
       "row_order"},
      {"go=1x44,gr=2x1,gi=4x8@50,gb=2x4", 0, 0, 16, "lanes_n=2 split_k=1 values_ahead=8", "bias"},
      {"go=1x44,gr=2x1,gi=4x8@50,gb=2x4", 0, 3, 20, "tile_rows=2 lanes_n=4 chunks=11", "none"},
  };
  for (const ProductCase& one : kProducts) expect_right_in_both_layouts("simt_gather", one);
}

// Where beta is 0, R is not read: NaN in it, and a null pointer, do not matter.
TEST(CudaOnHost, ReadsNoResidualWhereBetaIsZero) {
  for (const char* family : {"simt_rbgp4mm", "simt_row_group", "simt_gather", "wgmma", "mma"})
    for (const Layout layout : {Layout::kn, Layout::nk}) {
      SCOPED_TRACE(fmt::format("{} {}", family, to_string(layout)));
      KernelSpec spec = small_spec(family);
      spec.problem.layout = layout;
      spec.problem.epilogue.residual = true;
      const CudaOnHost program(spec, small_device(), emit_source(spec, small_device()));
      HostCheckInputs inputs = host_check_inputs(spec);
      spec.problem.epilogue.residual = false;
      const std::vector<double> expected = host_check_inputs(spec).expected;
      inputs.given.beta = 0;
      for (const bool null : {false, true}) {
        inputs.given.residual.assign(null ? 0 : inputs.given.residual.size(), std::nanf(""));
        const CudaOnHostRun run = program.run(inputs.given, false);
        ASSERT_EQ(run.failure, "");
        const Difference found = difference(expected, run.output);
        EXPECT_LT(found.relative_error,
                  product_tolerance(spec.problem.dtype, spec.pattern.nnz_per_row()));
        EXPECT_EQ(found.not_finite, 0);
      }
    }
}

// Each element against the formula in double precision, from where the tail vanishes to where it is all.
TEST(CudaOnHost, GeluIsTheExactForm) {
  KernelSpec spec = small_spec("simt_rbgp4mm");
  const std::vector<float> points = gelu_points();
  spec.problem = {.m = 1,
                  .k = 1,
                  .n = static_cast<std::int64_t>(points.size()),
                  .epilogue = {.activation = Activation::gelu}};
  spec.pattern = Rbgp4Pattern::sample(Rbgp4Config{}, 1);
  spec.kernel.tunables["block_groups"] = 0;
  const CudaOnHost program(spec, small_device(), emit_source(spec, small_device()));
  const CudaOnHostRun run = program.run({.values = {1}, .input = points}, false);
  ASSERT_EQ(run.failure, "");
  expect_gelu(points, run.output);
}

}  // namespace
}  // namespace rbgp::test
