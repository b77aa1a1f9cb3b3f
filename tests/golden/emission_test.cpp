// Emitted source against files in this folder, byte for byte. Of CUDA source a file has what the generator
// writes, and an #include in place of the template, which is in the tree already. RBGP_UPDATE_GOLDEN=1
// rewrites the files: do so for a change that means to change kernels, raise kGeneratorVersion, and read
// the difference.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include <generator/cuda_source.hpp>
#include <generator/kernel_family.hpp>
#include <rbgp/codegen.hpp>

namespace rbgp {
namespace {

struct Golden {
  const char* file;
  const char* config;
  Problem problem;
  KernelConfig kernel;
};

bool in_this_build(const std::string& name) {
  const auto families = kernel_families();
  return std::any_of(families.begin(), families.end(),
                     [&](const KernelFamily& family) { return family.name == name; });
}

std::vector<Golden> goldens() {
  const KernelConfig small_kernel = {"simt_rbgp4mm",
                                     {{"block_n", 8},
                                      {"vector_n", 4},
                                      {"repeat_n", 1},
                                      {"tile_rows", 0},
                                      {"block_groups", 2},
                                      {"unroll", 2}}};
  std::vector<Golden> all = {
      // The paper's kind of configuration: Go and Gi sparse, whole row groups a thread.
      {"paper.cu",
       "go=4x8@50,gr=4x1,gi=8x8@50,gb=1x1",
       {.m = 128, .k = 64, .n = 256},
       {"simt_rbgp4mm",
        {{"block_n", 64},
         {"vector_n", 4},
         {"repeat_n", 1},
         {"tile_rows", 0},
         {"block_groups", 0},
         {"unroll", 4}}}},
      // Everything odd: padding, |Gr.V| and |Gb| above 1, split row groups, n that nothing divides.
      {"padded.cu",
       "go=3x5,gr=2x3,gi=6x9@66.66666667,gb=2x2",
       {.m = 70, .k = 260, .n = 33},
       {"simt_rbgp4mm",
        {{"block_n", 32},
         {"vector_n", 1},
         {"repeat_n", 2},
         {"tile_rows", 2},
         {"block_groups", 3},
         {"unroll", 2}}}},
      // One tile, complete base graphs: no adjacency at all.
      {"one_tile.cu",
       "go=1x1,gr=2x1,gi=4x4,gb=1x1",
       {.m = 8, .k = 4, .n = 2},
       {"simt_rbgp4mm",
        {{"block_n", 8},
         {"vector_n", 2},
         {"repeat_n", 1},
         {"tile_rows", 1},
         {"block_groups", 2},
         {"unroll", 1}}}},
      // Elements of 16 bits, in the family that takes every dtype.
      {"bf16.cu",
       "go=2x2,gr=2x1,gi=4x4@50,gb=1x2",
       {.m = 16, .k = 16, .n = 12, .dtype = Dtype::bf16, .epilogue = {.residual = true}},
       small_kernel},
      // Orders of rows and columns, in a dtype that is not f32, on a padded pattern.
      {"orders.cu",
       "go=2x2,gr=2x1,gi=4x4@50,gb=1x2",
       {.m = 15,
        .k = 14,
        .n = 12,
        .dtype = Dtype::f16,
        .epilogue = {.row_order = true, .column_order = true}},
       small_kernel},
      // Both of the other choices: I and O transposed, and every part of an epilogue.
      {"epilogue.cu",
       "go=2x4,gr=2x1,gi=4x4@50,gb=2x1",
       {.m = 32,
        .k = 16,
        .n = 30,
        .layout = Layout::nk,
        .epilogue = {true, true, true, Activation::gelu}},
       {"simt_row_group",
        {{"tile_rows", 0},
         {"block_groups", 4},
         {"repeat_n", 1},
         {"warps_n", 1},
         {"stages", 2},
         {"unroll", 2},
         {"resident_blocks", 1},
         {"persistent", 0},
         {"used_rows", 0}}}},
      // Lists of the rows of I that blocks use, of vertices that are halves of row groups.
      {"used_rows.cu",
       "go=2x4,gr=1x2,gi=8x8@75,gb=4x1",
       {.m = 64, .k = 64, .n = 40},
       {"simt_row_group",
        {{"tile_rows", 2},
         {"block_groups", 4},
         {"repeat_n", 1},
         {"warps_n", 1},
         {"stages", 2},
         {"unroll", 2},
         {"resident_blocks", 1},
         {"persistent", 1},
         {"used_rows", 1}}}},
      // Few columns: columns of samples by themselves, chunks of a row of Go, all parts of an epilogue.
      {"gather.cu",
       "go=4x8@50,gr=2x1,gi=4x8@50,gb=2x1",
       {.m = 30,
        .k = 64,
        .n = 7,
        .layout = Layout::nk,
        .epilogue = {true, true, true, Activation::gelu}},
       {"simt_gather",
        {{"tile_rows", 0},
         {"block_n", 0},
         {"lanes_n", 2},
         {"block_groups", 2},
         {"split_k", 2},
         {"chunks", 2},
         {"values_ahead", 4}}}},
      // Merged row groups: lists of members, columns and sources; a tensor map among the arguments.
      {"merged.cu",
       "go=4x4@50,gr=2x1,gi=8x16@75,gb=2x2",
       {.m = 128, .k = 128, .n = 64},
       {"simt_tma",
        {{"thread_rows", 4},
         {"thread_cols", 4},
         {"lane_rows", 2},
         {"merge", 2},
         {"block_groups", 2},
         {"warps_n", 1},
         {"step_tiles", 2},
         {"unroll", 4},
         {"resident_blocks", 1},
         {"split_k", 1}}}},
      // The instruction of tensor cores; lists of slabs, row groups of 16 rows that lie together.
      {"wgmma.cu",
       "go=4x4@50,gr=4x1,gi=4x4@50,gb=16x16",
       {.m = 1000, .k = 250, .n = 200, .dtype = Dtype::bf16, .epilogue = {.bias = true}},
       {"wgmma",
        {{"block_n", 64},
         {"block_groups", 2},
         {"consumers", 2},
         {"split_k", 1},
         {"step_cols", 128},
         {"cluster_m", 1},
         {"cluster_n", 2},
         {"resident_blocks", 1},
         {"densify", 0}}}},
      // Tiles filled up with zeros, in floats and with samples as rows.
      {"wgmma_filled.cu",
       "go=2x2,gr=8x1,gi=8x16@75,gb=1x4",
       {.m = 128, .k = 128, .n = 30, .dtype = Dtype::tf32, .layout = Layout::nk},
       {"wgmma",
        {{"block_n", 16},
         {"block_groups", 1},
         {"consumers", 1},
         {"split_k", 1},
         {"step_cols", 32},
         {"cluster_m", 1},
         {"cluster_n", 1},
         {"resident_blocks", 2},
         {"densify", 1}}}},
      // The sparse instruction: columns half a tile apart, of which each row has one.
      {"wgmma_pairs.cu",
       "go=4x4@50,gr=8x1,gi=8x16@50,gb=1x4",
       {.m = 256, .k = 256, .n = 64, .dtype = Dtype::f16},
       {"wgmma",
        {{"block_n", 64},
         {"block_groups", 1},
         {"consumers", 1},
         {"split_k", 1},
         {"step_cols", 32},
         {"cluster_m", 1},
         {"cluster_n", 1},
         {"resident_blocks", 1},
         {"densify", 2}}}},
      // Columns gathered one by one, in an order without bank conflicts; slices that are filled up.
      {"mma.cu",
       "go=4x4@50,gr=2x1,gi=4x16@50,gb=8x1",
       {.m = 250, .k = 60, .n = 100, .dtype = Dtype::bf16, .epilogue = {.bias = true}},
       {"mma",
        {{"block_n", 64},
         {"tile_rows", 16},
         {"block_groups", 4},
         {"warps_n", 1},
         {"step_tiles", 1},
         {"stages", 3},
         {"shared_values", 1},
         {"resident_blocks", 2}}}},
      // Halves of words, singly, in both orders; values that go straight to registers.
      {"mma_halves.cu",
       "go=2x2,gr=2x1,gi=4x4@50,gb=16x3",
       {.m = 256,
        .k = 24,
        .n = 30,
        .dtype = Dtype::f16,
        .layout = Layout::nk,
        .epilogue = {.row_order = true, .column_order = true}},
       {"mma",
        {{"block_n", 32},
         {"tile_rows", 32},
         {"block_groups", 2},
         {"warps_n", 2},
         {"step_tiles", 2},
         {"stages", 2},
         {"shared_values", 0},
         {"resident_blocks", 1}}}},
      {"table.ll",
       "go=4x8@50,gr=4x1,gi=8x8@50,gb=1x1",
       {.m = 128, .k = 64, .n = 40},
       {"host_rbgp4mm",
        {{"tile_rows", 4},
         {"tile_vectors", 2},
         {"unroll", 2},
         {"immediate", 0},
         {"pack_input", 1},
         {"row_parts", 2}}}},
      {"immediate.ll",
       "go=2x2,gr=1x1,gi=3x3@33.33333333,gb=2x1",
       {.m = 11, .k = 6, .n = 7},
       {"host_rbgp4mm",
        {{"tile_rows", 2},
         {"tile_vectors", 1},
         {"unroll", 1},
         {"immediate", 1},
         {"pack_input", 0},
         {"row_parts", 1}}}},
      {"epilogue.ll",
       "go=1x1,gr=2x1,gi=1x8,gb=1x1",
       {.m = 2,
        .k = 8,
        .n = 7,
        .layout = Layout::nk,
        .epilogue = {true, true, true, Activation::gelu}},
       {"host_rbgp4mm",
        {{"tile_rows", 1},
         {"tile_vectors", 1},
         {"unroll", 1},
         {"immediate", 0},
         {"pack_input", 1},
         {"row_parts", 1}}}},
  };
  std::erase_if(all, [](const Golden& one) { return !in_this_build(one.kernel.family); });
  return all;
}

// Fixed, not of this machine: the text must be the same everywhere.
DeviceProperties target_of(const KernelFamily& family) {
  if (family.target == DeviceKind::cuda) return target_properties("sm_90a");
  return {.kind = DeviceKind::host,
          .name = "a processor with 256-bit vectors",
          .arch = "x86-64-v3",
          .compute_units = 2,
          .vector_floats = 8,
          .vector_registers = 16};
}

// The emitted source with `#include "FAMILY.cuh"` for the text of its template.
std::string without_template(std::string source, const KernelFamily& family) {
  if (family.target != DeviceKind::cuda) return source;
  const std::string file = fmt::format("{}.cuh", family.name);
  const std::string text = kernel_template(file);
  const std::size_t at = source.find(text);
  EXPECT_NE(at, std::string::npos) << "the source does not have its template as it is";
  if (at != std::string::npos)
    source.replace(at, text.size(), fmt::format("#include \"{}\"\n", file));
  return source;
}

class Emission : public testing::TestWithParam<std::size_t> {};

TEST_P(Emission, IsWhatItWas) {
  const Golden golden = goldens()[GetParam()];
  const Rbgp4Config config = Rbgp4Config::parse(golden.config);
  const KernelSpec spec{golden.problem, Rbgp4Pattern::sample(config, 1), golden.kernel};
  const KernelFamily& family = find_family(golden.kernel.family);
  const DeviceProperties device = target_of(family);
  const std::string source = emit_source(spec, device);
  EXPECT_EQ(emit_source(spec, device), source) << "two emissions differ";
  const std::string text = without_template(source, family);

  const std::string file = fmt::format("{}/{}", RBGP_TEST_DATA, golden.file);
  if (const char* update = std::getenv("RBGP_UPDATE_GOLDEN"); update != nullptr && *update == '1')
    std::ofstream(file, std::ios::binary) << text;
  std::ifstream stream(file, std::ios::binary);
  ASSERT_TRUE(stream) << file << " is missing; RBGP_UPDATE_GOLDEN=1 writes it";
  const std::string wanted{std::istreambuf_iterator<char>(stream), {}};
  EXPECT_LE(wanted.size(), 30U * 1024) << "too large to read";
  // Not EXPECT_EQ: it would print both texts. The first difference says more.
  const auto at = std::mismatch(text.begin(), text.end(), wanted.begin(), wanted.end()).first;
  const auto begin = at - text.begin() > 60 ? at - 60 : text.begin();
  EXPECT_TRUE(text == wanted) << golden.file << " differs at byte " << at - text.begin()
                              << ", emitted there:\n"
                              << std::string(begin, text.end() - at > 60 ? at + 60 : text.end())
                              << "\nRBGP_UPDATE_GOLDEN=1 rewrites the file";
}

INSTANTIATE_TEST_SUITE_P(Golden, Emission, testing::Range(std::size_t{0}, goldens().size()),
                         [](const testing::TestParamInfo<std::size_t>& test) {
                           std::string name = goldens()[test.param].file;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

}  // namespace
}  // namespace rbgp
