// The check of emitted CUDA on the host catches what it is for: kernels broken in one place each.
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include <fmt/format.h>

#include <rbgp/codegen.hpp>
#include <support/cuda_on_host_check.hpp>

namespace rbgp::test {
namespace {

constexpr std::size_t kShards = 6;  // so that several cores share the compiling

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

// Of how wgmma joins the sums of a cluster, where producers come to the same barriers elsewhere.
constexpr const char* kWriteSums =
    "    for (int i = 0; i < kGroups * kVectors; ++i)\n"
    "      vectors.write(i, sums[i / kVectors] + i % kVectors * 4);\n"
    "    cluster_barrier();\n";
constexpr const char* kWriteSumsLate =
    "    cluster_barrier();\n"
    "    for (int i = 0; i < kGroups * kVectors; ++i)\n"
    "      vectors.write(i, sums[i / kVectors] + i % kVectors * 4);\n";
constexpr const char* kAddSums =
    "    vectors.template add_up<kGroups * kPart>(\n"
    "        rank_k() * kPart, [](int i) { return i / kPart * kVectors + i % kPart; },\n"
    "        [&](int i) { return joined[i / kPart] + i % kPart * 4; });\n"
    "    cluster_barrier();";
constexpr const char* kAddSumsLate =
    "    cluster_barrier();\n"
    "    vectors.template add_up<kGroups * kPart>(\n"
    "        rank_k() * kPart, [](int i) { return i / kPart * kVectors + i % kPart; },\n"
    "        [&](int i) { return joined[i / kPart] + i % kPart * 4; });";

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
      {"wgmma", Layout::nk, "none", "another slab", "i * kInputBytes + slabs.offsets[s]", 1,
       "i * kInputBytes + slabs.offsets[0]"},
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
      {"wgmma", Layout::kn, "none", "the last tile never stored", "return i >= kEarlyStores; }", 1,
       "return false; }"},
      {"wgmma", Layout::nk, "none", "a part of a tile never stored", "late_step(i) == step", 1,
       "late_step(i) == kSteps + step"},
      {"wgmma", Layout::nk, "none", "a part of a tile not stored at once",
       "return i < kEarlyStores; }", 1, "return i < kEarlyStores - 1; }", "", 0, Dtype::tf32},
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
      // All threads come to as many barriers of the cluster as before, too early.
      {"wgmma", Layout::kn, "none", "sums not written yet", kWriteSums, 1, kWriteSumsLate,
       "split_k"},
      {"wgmma", Layout::kn, "none", "a block that ends while it is read", kAddSums, 1, kAddSumsLate,
       "split_k"},
      {"wgmma", Layout::kn, "none", "another block's columns", "rank_k() * kPart,", 1, "0,",
       "split_k"},
      {"wgmma", Layout::kn, "none", "another block's tiles of I",
       "Kernel::rank_k() * Kernel::kBlockDegree + ", 1, "", "split_k"},
      {"wgmma", Layout::nk, "none", "another block's values", "rank_k() * kBlockSteps + step", 1,
       "step", "split_k"},
      {"wgmma", Layout::kn, "none", "columns of another row", "Pattern::selected(lower, half)", 1,
       "Pattern::selected(u, half)", "densify"},
      {"wgmma", Layout::kn, "none", "the other half of the columns", "+ s) + lane % 2", 1, "+ s)",
       "densify"},
      {"wgmma", Layout::kn, "none", "columns of another slab",
       "slabs.selected[s % Config::kPartSlabs]", 1, "slabs.selected[0]", "densify"},
      {"wgmma", Layout::kn, "none", "clones of another vertex",
       "clone * (kTileCols / Config::kClones)", 1, "clone * kCloneCols", "step_cols", 64},
      {"wgmma", Layout::kn, "none", "values in another order", "Pattern::value_slab(", 1,
       "Pattern::slab(", "step_cols", 64},
      {"wgmma", Layout::kn, "none", "the slabs of another part",
       "Pattern::slab(group, part * Config::kPartSlabs + of_part)", 1,
       "Pattern::slab(group, of_part)", "step_cols", 64},
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
    if (fault.tunable == "densify")  // rows that lie beside each other have other columns
      spec.pattern =
          Rbgp4Pattern::sample(Rbgp4Config::parse("go=2x10,gr=8x1,gi=32x32@50,gb=1x2"), 1);
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
