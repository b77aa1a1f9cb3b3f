// BaseGraph::load and Mask::load: reading, and from edges to a checked graph or a mask.
#include <generator/graph_file.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <generator/spectrum.hpp>
#include <rbgp/error.hpp>
#include <rbgp/graph.hpp>
#include <rbgp/product.hpp>

namespace rbgp {
namespace {

std::string content_of(const std::string& file) {
  // A folder opens like a file, a pipe would wait for a writer, and a device may have no end.
  std::error_code unknown;
  const std::filesystem::file_status status = std::filesystem::status(file, unknown);
  require(!std::filesystem::exists(status) || std::filesystem::is_regular_file(status),
          ErrorCode::io, "{}: is {}", file,
          std::filesystem::is_directory(status) ? "a folder" : "not a regular file");
  std::ifstream stream(file, std::ios::binary);
  require(stream.is_open(), ErrorCode::io, "{}: cannot be opened for reading", file);
  std::string content{std::istreambuf_iterator<char>(stream), {}};
  require(!stream.bad(), ErrorCode::io, "{}: cannot be read", file);
  return content;
}

// The common degree of one side.
std::int64_t common_degree(const std::vector<std::int64_t>& degrees, const char* side,
                           const std::string& file) {
  for (std::size_t x = 1; x < degrees.size(); ++x)
    require(degrees[x] == degrees[0], ErrorCode::invalid_argument,
            "{}: {} vertex {} has degree {} and {} vertex 0 has {}; degrees of a side are equal",
            file, side, x, degrees[x], side, degrees[0]);
  return degrees[0];
}

}  // namespace

GraphEdges parse_graph_edges(std::string_view content, const std::string& file) {
  if (content.starts_with(kNpyMagic)) return parse_npy_mask(content, file);
  if (content.starts_with(kMatrixMarketMagic)) return parse_matrix_market(content, file);
  return parse_edge_list(content, file);
}

GraphEdges load_graph_edges(const std::string& file) {
  GraphEdges graph = parse_graph_edges(content_of(file), file);
  auto& edges = graph.edges;
  require(!edges.empty(), ErrorCode::invalid_argument, "{}: there is no edge in it", file);
  std::sort(edges.begin(), edges.end());
  const auto twice = std::adjacent_find(edges.begin(), edges.end());
  if (twice != edges.end())
    fail(ErrorCode::invalid_argument, "{}: edge {} {} (counted from 0) is there more than once",
         file, twice->first, twice->second);
  const bool sides_named = graph.left > 0;
  for (const auto& [u, v] : edges) {
    if (sides_named) break;
    graph.left = std::max<std::int64_t>(graph.left, u + 1);
    graph.right = std::max<std::int64_t>(graph.right, v + 1);
  }
  return graph;
}

BaseGraph BaseGraph::load(const std::string& file, bool allow_disconnected) {
  const GraphEdges graph = load_graph_edges(file);
  require(static_cast<std::int64_t>(graph.edges.size()) <= kMaxEdges, ErrorCode::invalid_argument,
          "{}: {} edges are more than {}", file, graph.edges.size(), kMaxEdges);
  std::vector<std::int64_t> left_degrees(static_cast<std::size_t>(graph.left), 0);
  std::vector<std::int64_t> right_degrees(static_cast<std::size_t>(graph.right), 0);
  std::vector<std::int32_t> adjacency;
  adjacency.reserve(graph.edges.size());
  for (const auto& [u, v] : graph.edges) {
    ++left_degrees[static_cast<std::size_t>(u)];
    ++right_degrees[static_cast<std::size_t>(v)];
    adjacency.push_back(v);
  }
  const std::int64_t degree = common_degree(left_degrees, "left", file);
  common_degree(right_degrees, "right", file);

  BaseGraph loaded({graph.left, graph.right, degree}, std::move(adjacency));
  loaded.certificate_ = certify(loaded, {.prove = true});
  require(allow_disconnected || loaded.certificate_->spectrum.connected,
          ErrorCode::invalid_argument,
          "{}: the graph falls apart into several components, unless that is allowed", file);
  return loaded;
}

Mask Mask::load(const std::string& file) {
  const GraphEdges graph = load_graph_edges(file);
  Mask mask(graph.left, graph.right);
  for (const auto& [u, v] : graph.edges) mask.set(u, v, true);
  return mask;
}

}  // namespace rbgp
