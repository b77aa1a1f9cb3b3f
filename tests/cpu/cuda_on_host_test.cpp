// Emitted CUDA kernels, run on the host: right on ragged shapes, and the check itself catches what it is for.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>

#include <fmt/format.h>

#include <generator/families.hpp>
#include <rbgp/codegen.hpp>
#include <rbgp/kernel.hpp>
#include <support/cuda_on_host.hpp>
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

// With so few multiprocessors that blocks which take turns at tiles take several.
DeviceProperties small_device() {
  DeviceProperties device = synthetic_device(DeviceKind::cuda);
  device.compute_units = 2;
  return device;
}

struct Inputs {
  CudaOnHostInputs given;
  std::vector<double> expected;
};

Inputs inputs_of(const KernelSpec& spec) {
  const Problem& problem = spec.problem;
  const EpilogueData epilogue(problem, 3);
  Inputs inputs{
      {.values = random_operands(problem.dtype, problem.m * spec.pattern.nnz_per_row(), 1),
       .input = random_operands(problem.dtype, problem.k * problem.n, 2),
       .bias = epilogue.bias(),
       .residual = epilogue.residual(),
       .row_order = epilogue.row_order(),
       .column_order = epilogue.column_order(),
       .alpha = epilogue.arguments().alpha,
       .beta = epilogue.arguments().beta},
      std::vector<double>(static_cast<std::size_t>(problem.m * problem.n))};
  // As values_from_dense leaves them: columns that the problem does not have are zero.
  for (std::int64_t u = 0; u < problem.m; ++u)
    for (std::int64_t j = 0; j < spec.pattern.nnz_per_row(); ++j)
      if (spec.pattern.column(u, j) >= problem.k)
        inputs.given.values[static_cast<std::size_t>(u * spec.pattern.nnz_per_row() + j)] = 0;
  reference_product(spec.pattern, problem, inputs.given.values.data(), inputs.given.input.data(),
                    inputs.expected.data(), epilogue.arguments());
  return inputs;
}

// What is wrong with a source for a spec, in either order of threads, and in one of them with R in the
// place of O; empty where it is right.
std::string fault_of(const KernelSpec& spec, const std::string& source) {
  const CudaOnHost program(spec, small_device(), source);
  Inputs inputs = inputs_of(spec);
  for (const bool backwards : {false, true}) {
    inputs.given.in_place = backwards && spec.problem.epilogue.residual;
    const CudaOnHostRun run = program.run(inputs.given, backwards);
    if (!run.failure.empty()) return run.failure;
    const Difference found = difference(inputs.expected, run.output);
    if (found.not_finite > 0) return fmt::format("{} elements are NaN", found.not_finite);
    if (!(found.relative_error < product_tolerance(spec.problem.dtype, spec.pattern.nnz_per_row())))
      return fmt::format("relative error {}", found.relative_error);
  }
  return "";
}

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

KernelSpec small_spec(const std::string& family) {
  // simt_tma has up to 6 stages, wgmma up to 8: with more steps, buffers are used again.
  const bool tensor_cores = on_tensor_cores(find_family(family));
  const Rbgp4Config config =
      Rbgp4Config::parse(family == "mma"           ? "go=2x9,gr=2x1,gi=4x8@50,gb=8x3"
                         : tensor_cores            ? "go=2x10,gr=1x1,gi=4x4@50,gb=64x16"
                         : family == "simt_tma"    ? "go=4x32@50,gr=2x1,gi=4x8@50,gb=2x1"
                         : family == "simt_gather" ? "go=4x24@50,gr=2x1,gi=4x8@50,gb=2x1"
                                                   : "go=4x8@50,gr=2x1,gi=4x8@50,gb=2x1");
  KernelSpec spec{{.m = config.rows() - (tensor_cores ? 8 : 0),
                   .k = config.cols(),
                   .n = tensor_cores              ? 104
                        : family == "simt_gather" ? 12
                                                  : 100,
                   .dtype = usual_dtype(find_family(family))},
                  Rbgp4Pattern::sample(config, 1),
                  {family, {}}};
  for (const Tunable& tunable : find_family(family).tunables(small_device()))
    spec.kernel.tunables[tunable.name] = tunable.values.front();
  if (family == "simt_tma") {
    spec.kernel.tunables["thread_rows"] = 4;
    spec.kernel.tunables["thread_cols"] = 4;
  }
  // Two row groups a warpgroup, two tiles a block: what is stored is stored over.
  if (tensor_cores) spec.kernel.tunables["block_groups"] = 2;
  if (family == "wgmma") spec.kernel.tunables["consumers"] = 1;
  if (family == "simt_row_group") spec.kernel.tunables["block_groups"] = 4;
  // Several chunks, parts and lanes of a row of I; turns that go beyond the end of a chunk.
  if (family == "simt_gather") {
    for (const char* tunable : {"lanes_n", "split_k", "chunks"}) spec.kernel.tunables[tunable] = 2;
  }
  return spec;
}

// Buffers of O take turns over row groups and tiles, whatever number of times a tile uses them; and columns of
// a block that are not stored in equal parts of 64.
TEST(CudaOnHost, StoresColumnsFromBuffersThatAreFree) {
  struct Row {
    std::int64_t block_n, block_groups, consumers;
  };
  constexpr Row kRows[] = {{64, 1, 1}, {16, 3, 1}, {80, 2, 1}};
  for (const Row& row : kRows) {
    SCOPED_TRACE(fmt::format("{} {} {}", row.block_n, row.block_groups, row.consumers));
    const Rbgp4Config config = Rbgp4Config::parse("go=1x2,gr=1x1,gi=6x1,gb=64x64");
    KernelSpec spec = small_spec("wgmma");
    spec.problem = {.m = config.rows(),
                    .k = config.cols(),
                    .n = 2 * row.block_n + 5,
                    .dtype = Dtype::bf16,
                    .layout = Layout::nk};
    spec.pattern = Rbgp4Pattern::sample(config, 1);
    spec.kernel.tunables["block_n"] = row.block_n;
    spec.kernel.tunables["block_groups"] = row.block_groups;
    spec.kernel.tunables["consumers"] = row.consumers;
    EXPECT_EQ(fault_of(spec, emit_source(spec, small_device())), "");
  }
}

// Blocks of a cluster share the steps of a tile: whatever the number of steps and stages, of rows or columns that a
// block joins, of warpgroups, and of parts of the epilogue.
TEST(CudaOnHost, JoinsTheSumsOfACluster) {
  struct Row {
    const char* config;
    const char* kernel;
    const char* epilogue;
    std::int64_t cut_rows;
    Dtype dtype = Dtype::f32;
    Layout layout = Layout::kn;
  };
  constexpr Row kRows[] = {
      {"go=4x32@50,gr=4x1,gi=4x8@50,gb=2x1", "simt_tma thread_rows=8 thread_cols=4 split_k=2",
       "none", 0},
      {"go=4x32@50,gr=4x1,gi=4x8,gb=2x1",
       "simt_tma thread_rows=8 thread_cols=8 lane_rows=1 split_k=8 warps_n=2",
       "scale,residual,bias,gelu", 5},
      {"go=2x8,gr=8x1,gi=8x16@75,gb=2x2",
       "simt_tma thread_rows=4 thread_cols=4 lane_rows=8 merge=2 step_tiles=2 split_k=4",
       "bias,row_order", 3},
      {"go=2x4,gr=4x1,gi=4x8@50,gb=1x2",
       "simt_tma thread_rows=2 thread_cols=4 lane_rows=2 split_k=2", "scale", 0},
      {"go=2x64,gr=16x1,gi=1x4,gb=2x1",
       "simt_tma thread_rows=16 thread_cols=8 resident_blocks=2 split_k=4", "residual,relu", 1},
      // More steps than stages, several row groups a warpgroup.
      {"go=4x40@50,gr=1x1,gi=4x4@50,gb=64x16", "wgmma block_n=128 split_k=2", "scale,residual", 8,
       Dtype::bf16},
      {"go=2x8,gr=1x1,gi=4x4@50,gb=64x16", "wgmma block_n=256 block_groups=2 split_k=4",
       "bias,gelu,row_order", 3, Dtype::f16},
      {"go=2x8,gr=1x1,gi=4x8@50,gb=64x16", "wgmma block_n=64 step_cols=128 consumers=1 split_k=4",
       "bias", 16, Dtype::bf16, Layout::nk},
      {"go=2x8,gr=1x1,gi=2x4,gb=64x16", "wgmma block_n=64 consumers=1 split_k=2", "residual", 9,
       Dtype::bf16},
      // Steps of several tiles, and of parts of one.
      {"go=1x16,gr=1x1,gi=2x2,gb=64x32", "wgmma block_n=128 step_cols=128 consumers=1 split_k=4",
       "none", 5, Dtype::bf16, Layout::nk},
      {"go=2x4,gr=1x1,gi=4x8@50,gb=64x16", "wgmma block_n=128 step_cols=64 split_k=2", "none", 0,
       Dtype::bf16},
      {"go=1x16,gr=1x1,gi=1x1,gb=64x32", "wgmma block_n=64 step_cols=32 consumers=1 split_k=2",
       "residual,relu", 0, Dtype::f32x3},
      {"go=1x16,gr=1x1,gi=1x1,gb=64x32", "wgmma block_n=32 step_cols=32 consumers=1 split_k=2",
       "none", 1, Dtype::tf32, Layout::nk},
  };
  for (const Row& row : kRows) {
    SCOPED_TRACE(fmt::format("{} {}", row.config, row.kernel));
    const Rbgp4Config config = Rbgp4Config::parse(row.config);
    const KernelSpec spec{{.m = config.rows() - row.cut_rows,
                           .k = config.cols(),
                           .n = 104,
                           .dtype = row.dtype,
                           .layout = row.layout,
                           .epilogue = Epilogue::parse(row.epilogue)},
                          Rbgp4Pattern::sample(config, 1),
                          parse_kernel(row.kernel, small_device())};
    EXPECT_EQ(fault_of(spec, emit_source(spec, small_device())), "");
  }
}

struct ProductCase {
  const char* config;
  std::int64_t cut_rows, cut_cols, n;
  const char* tunables;
  const char* epilogue;
};

// In both layouts.
void expect_right(const std::string& kernel, const ProductCase& one) {
  for (const Layout layout : {Layout::kn, Layout::nk}) {
    SCOPED_TRACE(fmt::format("{} {} {}", one.config, to_string(layout), one.tunables));
    const Rbgp4Config config = Rbgp4Config::parse(one.config);
    const KernelSpec spec{{.m = config.rows() - one.cut_rows,
                           .k = config.cols() - one.cut_cols,
                           .n = one.n,
                           .layout = layout,
                           .epilogue = Epilogue::parse(one.epilogue)},
                          Rbgp4Pattern::sample(config, 1),
                          parse_kernel(fmt::format("{} {}", kernel, one.tunables), small_device())};
    ASSERT_EQ(find_family(spec.kernel.family)
                  .unsupported({config, spec.problem, spec.kernel, small_device()})
                  .value_or(""),
              "");
    EXPECT_EQ(fault_of(spec, emit_source(spec, small_device())), "");
  }
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
  for (const ProductCase& one : kProducts) expect_right("simt_row_group used_rows=1", one);
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
  for (const ProductCase& one : kProducts) expect_right("simt_gather", one);
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
      Inputs inputs = inputs_of(spec);
      spec.problem.epilogue.residual = false;
      const std::vector<double> expected = inputs_of(spec).expected;
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

// ---- The check checks ----

// `which` counts from 1; 0 means every place.
std::string without(std::string source, const std::string& text, int which,
                    const std::string& instead = "") {
  std::size_t at = 0;
  for (int found = 0; (at = source.find(text, at)) != std::string::npos;) {
    ++found;
    if (which != 0 && found != which) {
      at += text.size();
      continue;
    }
    source.replace(at, text.size(), instead);
    if (which != 0) return source;
    at += instead.size();
  }
  return source;
}

class CudaOnHostFault : public testing::TestWithParam<std::size_t> {};

TEST_P(CudaOnHostFault, IsCaught) {
  struct Fault {
    const char* family;
    Layout layout;
    const char* epilogue;
    const char* name;
    const char* text;
    int which;
    const char* instead;
    std::string_view tunable = {};
    std::int64_t value = 2;  // of the tunable
    std::optional<Dtype> dtype = {};  // where it is not the family's usual one
  };
  constexpr Fault kFaults[] = {
      {"simt_rbgp4mm", Layout::kn, "none", "barrier after loading", "__syncthreads();", 1, ""},
      {"simt_rbgp4mm", Layout::kn, "none", "barrier before the next load", "__syncthreads();", 2,
       ""},
      {"simt_rbgp4mm", Layout::kn, "none", "column bound of the store",
       "if (first_col + col < Config::kN)", 1, ""},
      {"simt_rbgp4mm", Layout::kn, "none", "column bound of the load",
       "else if (row < Config::kK && first_col + col < Config::kN)", 1,
       "else if (row < Config::kK)"},
      {"simt_rbgp4mm", Layout::kn, "none", "a row not stored", "if (u >= Config::kM) continue;", 1,
       "if (u >= Config::kM - 1) continue;"},
      {"simt_rbgp4mm", Layout::nk, "none", "column bound of a transposed load",
       "row < Config::kK && col < Config::kN;", 1, "row < Config::kK;"},
      {"simt_rbgp4mm", Layout::nk, "none", "column bound of a transposed store",
       "if (first_col + col + n >= Config::kN) continue;", 1, ""},
      {"simt_rbgp4mm", Layout::nk, "bias", "the bias of a neighbouring row",
       "Config::kTransposed ? u + i : u", 1, "u"},
      {"simt_rbgp4mm", Layout::nk, "row_order", "rows taken for neighbours", "store_rows<1>", 1,
       "store_rows<kAdjacent>"},
      {"simt_rbgp4mm", Layout::kn, "column_order", "an order that is not read",
       "InputRow<Config>::of(order, row) * Config::kN", 1, "row * Config::kN"},
      {"simt_row_group", Layout::kn, "residual,row_order", "a row of the product, not of O",
       "OutputRow<Config>::of(arguments.row_order, u)", 1, "u"},
      {"simt_row_group", Layout::nk, "column_order", "an order of columns not read",
       "InputRow<Config>::of(order, v)", 1, "v"},
      {"simt_row_group", Layout::kn, "none", "barrier of a step", "__syncthreads();", 3, ""},
      {"simt_row_group", Layout::kn, "none", "wait for copies",
       "wait_copies<Config::kStages - 2>();", 1, ""},
      {"simt_row_group", Layout::kn, "none", "column bound of the copy",
       "first_col + col < Config::kN &&", 2, ""},
      {"simt_row_group", Layout::nk, "none", "column bound of a transposed copy",
       "first_col + col < Config::kN &&", 1, ""},
      {"simt_row_group", Layout::kn, "none", "column bound of the store",
       "if (first_col + col < Config::kN)", 1, ""},
      {"simt_row_group", Layout::kn, "residual", "R read where it is not",
       "if (first_col + col < Config::kN)", 1, ""},
      {"simt_row_group", Layout::kn, "none", "copies left under way", "wait_copies<0>();", 1, ""},
      {"simt_row_group", Layout::kn, "none", "shared memory too small",
       "Config::kStages - 1;\n    int list_of", 1, "Config::kStages;\n    int list_of"},
      {"simt_row_group", Layout::kn, "none", "a list of used rows not written yet",
       "__syncthreads();", 1, ";", "used_rows", 1},
      {"simt_row_group", Layout::kn, "none", "the rows that another block uses",
       "used + copier.tile % kGroupBlocks / kListBlocks * Pattern::kUnion", 1, "used", "used_rows",
       1},
      {"simt_tma", Layout::kn, "none", "wait for copies", "shared.filled[stage].wait(parity);", 1,
       ""},
      {"simt_tma", Layout::kn, "none", "lanes that are not done", "__syncwarp();", 1, ""},
      {"simt_tma", Layout::kn, "none", "warps that are not done", "done[stage].init(kWarps)", 1,
       "done[stage].init(1)"},
      {"simt_tma", Layout::kn, "none", "lists that are not there", "__syncthreads();", 2, ""},
      {"simt_tma", Layout::kn, "none", "rows one column behind", "from.list + first + j + 1", 1,
       "from.list + first + j"},
      {"simt_tma", Layout::kn, "none", "copies past the last step",
       "turn + Config::kStages < turns", 1, "true"},
      {"simt_tma", Layout::kn, "none", "bytes not announced", "4 * (kInputWords + kValueWords)", 1,
       "4 * kInputWords"},
      {"simt_tma", Layout::kn, "none", "column bound of the store",
       "if (first_col + col < Config::kN)", 1, ""},
      {"simt_tma", Layout::kn, "none", "a row not stored", "if (u >= Config::kM) continue;", 1,
       "if (u >= Config::kM - 1) continue;"},
      {"simt_tma", Layout::kn, "scale", "buffers still being read", "__syncthreads();", 1, "",
       "split_k"},
      {"simt_tma", Layout::kn, "scale", "sums not written yet", "cluster_barrier();", 1, "",
       "split_k"},
      {"simt_tma", Layout::kn, "scale", "a block that ends while it is read", "cluster_barrier();",
       2, "", "split_k"},
      {"simt_tma", Layout::kn, "scale", "another block's rows", "rank() * kPart,", 1, "0,",
       "split_k"},
      {"wgmma", Layout::kn, "none", "wait for copies",
       "shared.filled[place.stage].wait(place.parity);", 2, ""},
      {"wgmma", Layout::nk, "none", "refills that do not wait",
       "shared.done[place.stage].wait(place.parity ^ 1);", 1, ""},
      {"wgmma", Layout::kn, "none", "a release before the products", "wait_for_products<1>();", 1,
       ""},
      {"wgmma", Layout::nk, "none", "a stage never released", "release(shared, last);", 2, ""},
      {"wgmma", Layout::kn, "none", "products that no fence precedes", "begin_products();", 1, ""},
      {"wgmma", Layout::kn, "none", "sums read too early", "wait_for_products<0>();", 2, ""},
      {"wgmma", Layout::kn, "none", "sums of the last tile", "0, 0, add);", 1, "0, 0, true);"},
      {"wgmma", Layout::nk, "none", "another slab", "i * kInputBytes + offsets[s]", 1,
       "i * kInputBytes + offsets[0]"},
      {"wgmma", Layout::kn, "none", "boxes of further columns",
       "matrix_descriptor(from, Config::kStepCols * kRowBytes", 1,
       "matrix_descriptor(from, 8 * kRowBytes"},
      {"wgmma", Layout::kn, "none", "bytes not announced",
       "arrive_expecting(kInputBytes + kValueBytes)", 1, "arrive_expecting(kInputBytes)"},
      {"wgmma", Layout::kn, "none", "values of rows that are not there",
       "} else if (u < Config::kM) {", 1, "} else {"},
      {"wgmma", Layout::kn, "none", "a fence before rows are stored", "fence_for_copies();", 1, ""},
      {"wgmma", Layout::nk, "none", "a fence before columns are stored", "fence_for_copies();", 2,
       ""},
      {"wgmma", Layout::kn, "none", "rows written over", "__syncwarp();", 2, ""},
      {"wgmma", Layout::kn, "none", "rows not written yet", "__syncwarp();", 3, ""},
      {"wgmma", Layout::nk, "none", "columns written over", "barrier_of<128>(1 + consumer);", 1,
       ""},
      {"wgmma", Layout::nk, "none", "columns not written yet", "barrier_of<128>(1 + consumer);", 2,
       ""},
      {"wgmma", Layout::kn, "none", "rows still being stored",
       "if (lane == 0) wait_until_stores_read<0>();", 1, ""},
      {"wgmma", Layout::nk, "none", "columns still being stored", "wait_until_stores_read<1>();", 1,
       "wait_until_stores_read<2>();"},
      {"wgmma", Layout::kn, "none", "stores left under way",
       "if constexpr (kStores > 0) wait_for_stores();", 1, ""},
      {"wgmma", Layout::kn, "none", "the last tile never stored",
       "waiting, output_map, [](int) { return true; }", 1,
       "waiting, output_map, [](int) { return false; }"},
      {"wgmma", Layout::nk, "none", "a part of a tile never stored", "i / kStepStores == step", 1,
       "i / kStepStores == kSteps + step"},
      {"wgmma",
       Layout::kn,
       "none",
       "I converted before it is there",
       "shared.filled[place.stage].wait(place.parity);",
       1,
       "",
       {},
       0,
       Dtype::f32x3},
      {"wgmma",
       Layout::kn,
       "none",
       "I multiplied before it is converted",
       "if constexpr (kConverted) shared.converted[place.stage].wait(place.parity);",
       1,
       "",
       {},
       0,
       Dtype::f32x3},
      {"wgmma",
       Layout::kn,
       "none",
       "a box turned over what is not read",
       "__syncwarp();",
       1,
       "",
       {},
       0,
       Dtype::f32x3},
      {"wgmma",
       Layout::nk,
       "none",
       "the rest of other columns",
       "rest_of(input[i])",
       1,
       "rest_of(input[i ^ 1])",
       {},
       0,
       Dtype::f32x3},
      {"wgmma", Layout::kn, "none", "a swizzle that is not undone",
       "(byte / Kernel::kPieceBytes ^ lane / 4)", 1, "(byte / Kernel::kPieceBytes)"},
      {"wgmma", Layout::kn, "residual", "R read where it is not", "if (c < Config::kN) load_vector",
       1, "load_vector"},
      {"wgmma", Layout::kn, "bias,row_order", "a row of the product, not of O",
       "static_cast<long long>(OutputRow<Config>::of(epilogue.row_order, u))", 1, "u"},
      {"wgmma", Layout::nk, "row_order", "column bound of a transposed store",
       "if (u < Config::kM && c < Config::kN)", 1, "if (u < Config::kM)"},
      {"wgmma", Layout::kn, "row_order", "column bound of the store",
       "if (u < Config::kM && c < Config::kN)", 3, "if (u < Config::kM)"},
      {"wgmma", Layout::kn, "none", "barriers that are not there yet", "cluster_barrier();", 3, ";",
       "cluster_n"},
      {"wgmma", Layout::kn, "none", "a block that ends while others arrive", "cluster_barrier();",
       5, ";", "cluster_n"},
      {"wgmma", Layout::kn, "none", "values written over in another block",
       "init(kWarps * kCluster)", 1, "init(kWarps)", "cluster_n"},
      {"wgmma", Layout::kn, "none", "values for this block alone", "kBlocksBeside << rank_m()", 1,
       "1 << rank_m()", "cluster_n"},
      {"wgmma", Layout::kn, "none", "another block's boxes of I", "kShare > 1 ? rank_m() : 0", 1,
       "0", "cluster_m"},
      {"wgmma", Layout::nk, "none", "another block's samples of I", "col + rank_m() * kBoxRows", 1,
       "col", "cluster_m"},
      {"wgmma", Layout::kn, "none", "buffers still being read",
       "barrier_of<kThreads>(1 + Config::kConsumers);", 1, "", "split_k"},
      {"wgmma", Layout::kn, "none", "sums not written yet", "cluster_barrier();", 1, ";",
       "split_k"},
      {"wgmma", Layout::nk, "none", "a block that ends while it is read", "cluster_barrier();", 2,
       ";", "split_k"},
      {"wgmma", Layout::kn, "none", "another block's columns", "rank_k() * kPart,", 1, "0,",
       "split_k"},
      {"wgmma", Layout::kn, "none", "another block's tiles of I",
       "Kernel::rank_k() * Kernel::kBlockDegree + ", 1, "", "split_k"},
      {"wgmma", Layout::nk, "none", "another block's values", "rank_k() * kBlockSteps + step", 1,
       "step", "split_k"},
      {"wgmma", Layout::kn, "none", "clones of another vertex",
       "clone * (kTileCols / Config::kClones)", 1, "clone * kCloneCols", "step_cols", 64},
      {"wgmma", Layout::kn, "none", "values in another order", "Pattern::value_slab(", 1,
       "Pattern::slab(", "step_cols", 64},
      {"wgmma", Layout::kn, "none", "the slabs of another part",
       "Pattern::slab(group, part * Config::kPartSlabs + ", 1, "Pattern::slab(group, ", "step_cols",
       64},
      {"simt_gather", Layout::kn, "none", "wait for copies", "wait_copies<0>();", 1, ""},
      {"simt_gather", Layout::kn, "none", "barrier of a chunk", "__syncthreads();", 1, ""},
      {"simt_gather", Layout::kn, "none", "I written over by sums", "__syncthreads();", 2, "",
       "chunks", 1},
      {"simt_gather", Layout::nk, "none", "sums not written yet", "__syncthreads();", 3, ""},
      {"simt_gather", Layout::kn, "none", "the buffer that is read", "(chunk + 1) % kBuffers", 1,
       "chunk % kBuffers"},
      {"simt_gather", Layout::kn, "none", "values of the turn before",
       "next += Config::kAhead * kTurnWords;", 1, ""},
      {"simt_gather", Layout::kn, "none", "values past the end", "if (more) load_values", 1,
       "load_values"},
      {"simt_gather", Layout::kn, "none", "a swizzle that is not undone",
       "const int turned = row / (kSlots / kSwizzle) % kSwizzle * Config::kLanesN;", 1,
       "const int turned = threadIdx.x % 2;"},
      {"simt_gather", Layout::kn, "none", "a part of the sums", "Config::kSplitK - 1; ++other", 1,
       "Config::kSplitK - 2; ++other"},
      {"simt_gather", Layout::kn, "none", "a step of the tree", "fold<16,", 1, "fold<8,"},
      {"simt_gather", Layout::nk, "none", "the columns of another lane",
       "return col_of(lane % Config::kLanesN, ", 1, "return col_of(0, "},
      {"simt_gather", Layout::kn, "none", "values of columns that are not there",
       "&& j < kChunkCols", 1, ""},
      {"simt_gather", Layout::kn, "none", "values in another order", "kChunkCols + source]", 1,
       "kChunkCols + j]"},
      {"simt_gather", Layout::kn, "none", "column bound of the copy",
       "v < Config::kK && first_col + col < Config::kN", 1, "true", "block_n", 8},
      {"simt_gather", Layout::nk, "column_order", "an order of columns not read",
       "InputRow<Config>::of(order, v)", 2, "v"},
      {"mma", Layout::kn, "none", "wait for copies", "wait_copies<Config::kStages - 2>();", 1, ""},
      {"mma", Layout::kn, "none", "barrier of a step", "__syncthreads();", 1, ""},
      {"mma", Layout::kn, "none", "copies left under way", "wait_copies<0>();", 1, ""},
      {"mma", Layout::kn, "none", "zeros that fill up", "if constexpr (Config::kPadded)\n      for",
       1, "if constexpr (false)\n      for"},
      {"mma", Layout::kn, "none", "sums not written yet", "__syncwarp();", 2, ""},
      {"mma", Layout::nk, "none", "sums written over", "__syncwarp();", 1, ""},
      {"mma", Layout::kn, "none", "column bound of the copy",
       "const bool inside = tile.has(row + rows, col + cols);", 1, "const bool inside = true;"},
      {"mma", Layout::kn, "none", "another row's values", "word % 2 * 8 + to_lane / 4", 1,
       "to_lane / 4"},
      {"mma", Layout::kn, "none", "values of rows that are not there",
       "u < Config::kM && source >= 0", 1, "source >= 0"},
      {"mma", Layout::nk, "none", "halves of a word", "row & 1 && row > 0", 1, "false"},
      {"mma", Layout::nk, "column_order", "an order of columns not read",
       "InputRow<Config>::of(order, first_row + row + rows)", 1, "first_row + row + rows"},
      {"mma", Layout::kn, "none", "column bound of the store", "if (first_col + col < Config::kN)",
       1, ""},
      {"mma", Layout::kn, "bias,row_order", "a row of the product, not of O",
       "OutputRow<Config>::of(arguments.row_order, u)", 1, "u"},
  };
  for (std::size_t i = GetParam(); i < std::size(kFaults); i += kShards) {
    const Fault& fault = kFaults[i];
    SCOPED_TRACE(std::string(fault.family) + ": " + fault.name);
    KernelSpec spec = small_spec(fault.family);
    spec.problem.layout = fault.layout;
    spec.problem.dtype = fault.dtype.value_or(spec.problem.dtype);
    spec.problem.epilogue = Epilogue::parse(fault.epilogue);
    if (!fault.tunable.empty()) spec.kernel.tunables[std::string(fault.tunable)] = fault.value;
    if (fault.tunable == "step_cols") {  // a tile in parts, which Gi has to be a lift for
      spec.pattern =
          Rbgp4Pattern::sample(Rbgp4Config::parse("go=2x9,gr=1x1,gi=4x8@50,gb=64x16"), 1);
      spec.problem.k = spec.pattern.config().cols();
    }
    // Of more vertices of Gi the union is all.
    if (fault.tunable == "used_rows") spec.kernel.tunables["block_groups"] = 1;
    ASSERT_EQ(find_family(fault.family)
                  .unsupported({spec.pattern.config(), spec.problem, spec.kernel, small_device()})
                  .value_or(""),
              "");
    const std::string source = emit_source(spec, small_device());
    const std::string broken = without(source, fault.text, fault.which, fault.instead);
    ASSERT_NE(broken, source) << "the template no longer has the text to break";
    // Each kernel as it is once, by the first fault that breaks it.
    const bool first = std::none_of(kFaults, kFaults + i, [&](const Fault& other) {
      return std::string_view(other.family) == fault.family && other.layout == fault.layout &&
             std::string_view(other.epilogue) == fault.epilogue && other.tunable == fault.tunable &&
             other.dtype == fault.dtype;
    });
    if (first) {
      EXPECT_EQ(fault_of(spec, source), "");
    }
    EXPECT_NE(fault_of(spec, broken), "");
  }
}

INSTANTIATE_TEST_SUITE_P(Shard, CudaOnHostFault, testing::Range(std::size_t{0}, kShards));

}  // namespace
}  // namespace rbgp::test
