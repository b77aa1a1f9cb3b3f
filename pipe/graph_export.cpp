#include <rbgp/graph_export.hpp>

#include <algorithm>
#include <iterator>
#include <ostream>
#include <utility>
#include <vector>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/graphml.hpp>
#include <boost/graph/graphviz.hpp>

#include <generator/construction.hpp>
#include <rbgp/error.hpp>

namespace rbgp {
namespace {

struct VertexFacts {
  std::string name;  // u0, v0
  std::string side;
  std::int64_t index = 0;
};

using BoostGraph = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, VertexFacts>;

BoostGraph boost_graph(const BaseGraph& graph) {
  const auto [left, right, left_degree] = graph.config();
  BoostGraph result(static_cast<std::size_t>(left + right));
  for (std::int64_t u = 0; u < left; ++u)
    result[static_cast<std::size_t>(u)] = {fmt::format("u{}", u), "U", u};
  for (std::int64_t v = 0; v < right; ++v)
    result[static_cast<std::size_t>(left + v)] = {fmt::format("v{}", v), "V", v};
  for (std::int64_t u = 0; u < left; ++u)
    for (const std::int32_t v : graph.neighbours(u))
      boost::add_edge(static_cast<std::size_t>(u), static_cast<std::size_t>(left + v), result);
  return result;
}

boost::dynamic_properties vertex_properties(BoostGraph& graph) {
  boost::dynamic_properties properties;
  properties.property("side", boost::get(&VertexFacts::side, graph));
  properties.property("index", boost::get(&VertexFacts::index, graph));
  return properties;
}

BaseGraph complete_graph(const BaseGraphConfig& sizes) {
  return {sizes, complete_adjacency(sizes.left, sizes.right)};
}

void write_header(std::ostream& out, std::string_view label, std::int64_t rows, std::int64_t cols,
                  std::int64_t entries) {
  out << "%%MatrixMarket matrix coordinate pattern general\n"
      << "% " << label.substr(0, label.find_first_of("\r\n")) << "\n"
      << rows << " " << cols << " " << entries << "\n";
}

// A row at a time: formatting numbers through the stream takes several times as long.
template <typename Columns>
void write_row(std::ostream& out, std::int64_t row, const Columns& columns, std::size_t count) {
  fmt::memory_buffer text;
  for (std::size_t i = 0; i < count; ++i)
    fmt::format_to(std::back_inserter(text), "{} {}\n", row + 1, columns[i] + 1);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
}

}  // namespace

BaseGraph base_graph(const Rbgp4Pattern& pattern, std::string_view name) {
  if (name == "go") return pattern.go();
  if (name == "gr") return complete_graph(pattern.config().gr);
  if (name == "gi") return pattern.gi();
  if (name == "gb") return complete_graph(pattern.config().gb);
  fail(ErrorCode::invalid_argument, "base graph '{}': must be go, gr, gi or gb", name);
}

void write_graphml(std::ostream& out, const BaseGraph& graph, const std::string& label) {
  BoostGraph copy = boost_graph(graph);
  boost::dynamic_properties properties = vertex_properties(copy);
  properties.property("label", boost::make_constant_property<BoostGraph*>(label));
  // Ordered vertices: n0, n1, ... as the file's "canonical" identifiers promise.
  boost::write_graphml(out, copy, properties, true);
}

void write_dot(std::ostream& out, const BaseGraph& graph, const std::string& label) {
  BoostGraph copy = boost_graph(graph);
  boost::dynamic_properties properties = vertex_properties(copy);
  properties.property("node_id", boost::get(&VertexFacts::name, copy));
  properties.property("label", boost::make_constant_property<BoostGraph*>(label));
  properties.property("rankdir", boost::make_constant_property<BoostGraph*>(std::string("LR")));
  boost::write_graphviz_dp(out, copy, properties);
}

void write_matrix_market(std::ostream& out, const BaseGraph& graph, std::string_view label) {
  const BaseGraphConfig& sizes = graph.config();
  write_header(out, label, sizes.left, sizes.right, sizes.edges());
  for (std::int64_t u = 0; u < sizes.left; ++u)
    write_row(out, u, graph.neighbours(u), graph.neighbours(u).size());
}

void write_matrix_market(std::ostream& out, const Rbgp4Pattern& pattern, std::int64_t rows,
                         std::int64_t cols) {
  require(rows >= 1 && rows <= pattern.rows() && cols >= 1 && cols <= pattern.cols(),
          ErrorCode::invalid_argument, "mask of {} x {}: must lie within the pattern's {} x {}",
          rows, cols, pattern.rows(), pattern.cols());
  // Ascending columns, so that those within the matrix come first.
  const auto within = [&](const std::vector<std::int64_t>& columns) {
    return static_cast<std::size_t>(std::lower_bound(columns.begin(), columns.end(), cols) -
                                    columns.begin());
  };
  // The header holds the count; only padding makes it more than a product.
  std::int64_t entries = rows * pattern.nnz_per_row();
  if (cols < pattern.cols()) {
    entries = 0;
    for (std::int64_t u = 0; u < rows; ++u)
      entries += static_cast<std::int64_t>(within(pattern.columns(u)));
  }
  write_header(out, pattern.config().to_string(), rows, cols, entries);
  for (std::int64_t u = 0; u < rows; ++u) {
    const std::vector<std::int64_t> columns = pattern.columns(u);
    write_row(out, u, columns, within(columns));
  }
}

}  // namespace rbgp
