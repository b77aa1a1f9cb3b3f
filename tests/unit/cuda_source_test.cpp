#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <sstream>
#include <stdexcept>

#include <generator/cuda_source.hpp>
#include <support/refusal.hpp>

namespace rbgp {
namespace {

using test::has;

TEST(CudaSource, HeadNamesTheSpecInComments) {
  const Rbgp4Config config = Rbgp4Config::parse("go=4x8@50,gr=1x1,gi=2x2,gb=1x1");
  const KernelSpec spec{{.m = 7, .k = 15, .n = 33},
                        Rbgp4Pattern::sample(config, 1),
                        {"some_family", {{"block_n", 64}}}};
  const std::string head = source_head(spec, {.kind = DeviceKind::cuda, .arch = "sm_90a"});
  for (const char* part : {"W 7 x 15", "I 15 x 33", "f32", "sm_90a", "some_family block_n=64",
                           "go=4x8@50,gr=1x1,gi=2x2,gb=1x1", "version"})
    EXPECT_TRUE(has(head, part)) << part << "\n" << head;
  std::istringstream lines(head);
  for (std::string line; std::getline(lines, line) && !line.empty();)
    EXPECT_EQ(line.rfind("// ", 0), 0U) << line;
}

TEST(CudaSource, HeadNamesLayoutAndEpilogue) {
  KernelSpec spec{{.m = 7, .k = 15, .n = 33},
                  Rbgp4Pattern::sample(Rbgp4Config::parse("go=4x8@50,gr=1x1,gi=2x2,gb=1x1"), 1),
                  {"some_family", {}}};
  const auto head = [&] { return source_head(spec, {.kind = DeviceKind::cuda, .arch = "sm_90a"}); };
  EXPECT_TRUE(has(head(), "O = W I, W")) << head();
  EXPECT_TRUE(has(head(), "I 15 x 33, O 7 x 33 (layout kn)")) << head();
  spec.problem.layout = Layout::nk;
  spec.problem.epilogue = {.bias = true, .activation = Activation::relu};
  EXPECT_TRUE(has(head(), "O = relu(W I + bias), W 7 x 15")) << head();
  EXPECT_TRUE(has(head(), "I 33 x 15, O 33 x 7 (layout nk)")) << head();
}

TEST(CudaSource, TemplatesComeWithoutTheirGuard) {
  const std::string text = kernel_template("simt_rbgp4mm.cuh");
  EXPECT_FALSE(has(text, "#pragma once"));
  EXPECT_FALSE(has(text, "#include"));
  EXPECT_TRUE(has(text, "struct Rbgp4mm"));
  // What two of its parts include is there once.
  const std::string shared = "struct EpilogueArguments {";
  EXPECT_NE(text.find(shared), std::string::npos);
  EXPECT_EQ(text.find(shared), text.rfind(shared));
  EXPECT_THROW(kernel_template("none.cuh"), std::out_of_range);
}

TEST(CudaSource, WritesConstants) {
  EXPECT_EQ(constants_struct("Empty", {}), "struct Empty {\n};\n");
  EXPECT_EQ(constants_struct("Sizes", {{"kM", 3}, {"kOff", -1}}, "  // body\n"),
            "struct Sizes {\n"
            "  static constexpr int kM = 3;\n"
            "  static constexpr int kOff = -1;\n"
            "  // body\n"
            "};\n");
}

// Numbers between the braces of an array initialiser.
std::vector<std::int32_t> entries(const std::string& array) {
  std::vector<std::int32_t> numbers;
  std::istringstream text(array.substr(array.find('{') + 1));
  for (std::string number; std::getline(text, number, ',');)
    if (const auto digit = number.find_first_of("0123456789"); digit != std::string::npos)
      numbers.push_back(std::stoi(number.substr(digit)));
  return numbers;
}

TEST(CudaSource, WritesAdjacency) {
  const BaseGraph graph = BaseGraph::sample({6, 9, 3}, 1);
  const AdjacencySource source = adjacency_source(graph, "kArray", "neighbour", 1);
  EXPECT_EQ(entries(source.array), graph.adjacency());
  EXPECT_TRUE(has(source.array, "__device__ const unsigned char kArray[]")) << source.array;
  EXPECT_TRUE(has(source.member, "neighbour(int u, int k)")) << source.member;
  EXPECT_TRUE(has(source.member, "kArray[u * 3 + k]")) << source.member;
  EXPECT_TRUE(
      has(adjacency_source(graph, "kArray", "neighbour", 4).member, "kArray[u / 4 * 3 + k]"));
}

TEST(CudaSource, CompleteGraphsNeedNoArray) {
  const AdjacencySource source =
      adjacency_source(BaseGraph::sample({3, 5, 5}, 1), "kArray", "neighbour", 2);
  EXPECT_EQ(source.array, "");
  EXPECT_TRUE(has(source.member, "return k;")) << source.member;
  EXPECT_FALSE(has(source.member, "kArray"));
}

// The largest vertex has to fit the type of the array.
TEST(CudaSource, TakesTheSmallestType) {
  struct Row {
    std::int64_t right;
    const char* type;
  };
  constexpr Row kRows[] = {
      {256, "unsigned char"}, {258, "unsigned short"}, {65536, "unsigned short"}, {65538, "int"}};
  for (const Row& row : kRows) {
    // Two left vertices that share the right side out: simple to write, and not complete.
    std::vector<std::int32_t> adjacency(static_cast<std::size_t>(row.right));
    std::iota(adjacency.begin(), adjacency.end(), 0);
    const BaseGraph graph({2, row.right, row.right / 2}, adjacency);
    const AdjacencySource source = adjacency_source(graph, "kArray", "neighbour", 1);
    EXPECT_TRUE(has(source.array, fmt::format("const {} kArray[]", row.type))) << row.right;
  }
}

}  // namespace
}  // namespace rbgp
