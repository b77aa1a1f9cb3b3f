#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <utility>
#include <vector>

#include <rbgp/graph_export.hpp>
#include <support/refusal.hpp>

namespace rbgp {
namespace {

using test::has;
using test::refusal;

Rbgp4Pattern sampled(const char* config) {
  return Rbgp4Pattern::sample(Rbgp4Config::parse(config), 3);
}

const char* const kConfig = "go=4x8@50,gr=2x1,gi=6x4@50,gb=1x3";

template <typename Write>
std::string text_of(const Write& write) {
  std::ostringstream out;
  write(out);
  return std::move(out).str();
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

struct Coordinates {
  std::int64_t rows = 0;
  std::int64_t cols = 0;
  std::vector<std::pair<std::int64_t, std::int64_t>> entries;  // from 0
};

// A reader of `coordinate pattern general`.
Coordinates read_matrix_market(const std::string& text) {
  std::istringstream in(text);
  std::string line;
  std::getline(in, line);
  EXPECT_EQ(line, "%%MatrixMarket matrix coordinate pattern general");
  while (in.peek() == '%') std::getline(in, line);
  Coordinates result;
  std::size_t expected = 0;
  in >> result.rows >> result.cols >> expected;
  for (std::int64_t row = 0, col = 0; in >> row >> col;)
    result.entries.emplace_back(row - 1, col - 1);
  EXPECT_TRUE(in.eof());
  EXPECT_EQ(result.entries.size(), expected);
  return result;
}

std::vector<std::pair<std::int64_t, std::int64_t>> edges_of(const BaseGraph& graph) {
  std::vector<std::pair<std::int64_t, std::int64_t>> edges;
  for (std::int64_t u = 0; u < graph.config().left; ++u)
    for (const std::int32_t v : graph.neighbours(u)) edges.emplace_back(u, v);
  return edges;
}

TEST(GraphExport, NamesTheFourBaseGraphs) {
  const Rbgp4Pattern pattern = sampled(kConfig);
  EXPECT_EQ(base_graph(pattern, "go").adjacency(), pattern.go().adjacency());
  EXPECT_EQ(base_graph(pattern, "gi").adjacency(), pattern.gi().adjacency());
  EXPECT_EQ(base_graph(pattern, "gr").adjacency(), (std::vector<std::int32_t>{0, 0}));
  EXPECT_EQ(base_graph(pattern, "gb").adjacency(), (std::vector<std::int32_t>{0, 1, 2}));
  EXPECT_TRUE(has(refusal(ErrorCode::invalid_argument, [&] { base_graph(pattern, "w"); }),
                  "go, gr, gi or gb"));
}

TEST(GraphExport, MatrixMarketHoldsTheAdjacency) {
  const Rbgp4Pattern pattern = sampled(kConfig);
  for (const char* name : {"go", "gr", "gi", "gb"}) {
    const BaseGraph graph = base_graph(pattern, name);
    const Coordinates read = read_matrix_market(
        text_of([&](std::ostream& out) { write_matrix_market(out, graph, "first\nsecond"); }));
    EXPECT_EQ(read.rows, graph.config().left) << name;
    EXPECT_EQ(read.cols, graph.config().right) << name;
    EXPECT_EQ(read.entries, edges_of(graph)) << name;
  }
}

TEST(GraphExport, MatrixMarketHoldsTheMaskAndItsPaddedPart) {
  const Rbgp4Pattern pattern = sampled(kConfig);
  for (const auto& [rows, cols] : std::vector<std::pair<std::int64_t, std::int64_t>>{
           {pattern.rows(), pattern.cols()}, {pattern.rows() - 5, pattern.cols() - 7}, {1, 1}}) {
    const Coordinates read = read_matrix_market(
        text_of([&](std::ostream& out) { write_matrix_market(out, pattern, rows, cols); }));
    EXPECT_EQ(read.rows, rows);
    EXPECT_EQ(read.cols, cols);
    const std::set<std::pair<std::int64_t, std::int64_t>> entries(read.entries.begin(),
                                                                  read.entries.end());
    EXPECT_EQ(entries.size(), read.entries.size());
    for (std::int64_t u = 0; u < rows; ++u)
      for (std::int64_t v = 0; v < cols; ++v)
        EXPECT_EQ(entries.contains({u, v}), pattern.contains(u, v)) << u << " " << v;
  }
  for (const auto& [rows, cols] : std::vector<std::pair<std::int64_t, std::int64_t>>{
           {0, 1}, {1, 0}, {pattern.rows() + 1, 1}, {1, pattern.cols() + 1}})
    refusal(ErrorCode::invalid_argument, [&] {
      text_of([&](std::ostream& out) { write_matrix_market(out, pattern, rows, cols); });
    });
}

TEST(GraphExport, GraphmlHasSidesIndicesAndEdges) {
  const BaseGraph graph = sampled(kConfig).gi();
  const std::string text =
      text_of([&](std::ostream& out) { write_graphml(out, graph, "gi <&> \"x\""); });
  EXPECT_EQ(count(text, "<node "), 10U);
  EXPECT_EQ(count(text, "<edge "), 12U);
  EXPECT_EQ(count(text, ">U</data>"), 6U);
  EXPECT_EQ(count(text, ">V</data>"), 4U);
  for (const auto& [u, v] : edges_of(graph))
    EXPECT_EQ(count(text, fmt::format("source=\"n{}\" target=\"n{}\"", u, 6 + v)), 1U);
  EXPECT_FALSE(has(text, "<&>"));
}

TEST(GraphExport, DotHasSidesIndicesAndEdges) {
  const BaseGraph graph = sampled(kConfig).go();
  const std::string text =
      text_of([&](std::ostream& out) { write_dot(out, graph, "go of \"it\""); });
  EXPECT_TRUE(text.starts_with("graph G {"));
  EXPECT_EQ(count(text, "side=U"), 4U);
  EXPECT_EQ(count(text, "side=V"), 8U);
  EXPECT_EQ(count(text, "--"), 16U);
  for (const auto& [u, v] : edges_of(graph))
    EXPECT_EQ(count(text, fmt::format("\nu{}--v{} ", u, v)), 1U) << text;
}

}  // namespace
}  // namespace rbgp
