#include <algorithm>
#include <limits>

#include <generator/base_graph_config.hpp>
#include <rbgp/error.hpp>
#include <rbgp/pattern.hpp>

namespace rbgp {
namespace {

constexpr std::int64_t kMaxSide = BaseGraph::kMaxSide;
constexpr std::int64_t kMaxMatrixSide = std::numeric_limits<std::int32_t>::max();

struct Field {
  const char* name;
  BaseGraphConfig Rbgp4Config::* graph;
  bool must_be_complete;
};
constexpr Field kFields[] = {
    {"go", &Rbgp4Config::go, false},
    {"gr", &Rbgp4Config::gr, true},
    {"gi", &Rbgp4Config::gi, false},
    {"gb", &Rbgp4Config::gb, true},
};

}  // namespace

Rbgp4Config Rbgp4Config::parse(std::string_view text, bool nearest) {
  const bool printable =
      std::all_of(text.begin(), text.end(), [](unsigned char c) { return c >= ' ' && c < 127; });
  require(printable, ErrorCode::invalid_argument,
          "configuration: it has characters that are not printable ASCII");
  Rbgp4Config config;
  std::string_view rest = text;
  for (const Field& field : kFields) {
    const std::size_t comma = rest.find(',');
    const std::string_view part = rest.substr(0, comma);
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    const std::string prefix = fmt::format("{}=", field.name);
    require(
        part.substr(0, prefix.size()) == prefix, ErrorCode::invalid_argument,
        "configuration '{}': expected {}... where '{}' is; write go=AxB@S,gr=AxB,gi=AxB@S,gb=AxB",
        text, prefix, part);
    BaseGraphConfig& graph = config.*field.graph;
    graph =
        parse_base_graph(prefix, part.substr(prefix.size()), nearest && !field.must_be_complete);
    require(!field.must_be_complete || graph.is_complete(), ErrorCode::invalid_argument,
            "{}: this base graph is complete, it takes no sparsity", part);
  }
  require(rest.empty() && !text.ends_with(','), ErrorCode::invalid_argument,
          "configuration '{}': nothing follows gb=..., found '{}'", text, rest);
  config.validate();
  return config;
}

std::string Rbgp4Config::to_string() const {
  std::string text;
  for (const Field& field : kFields) {
    const BaseGraphConfig& graph = this->*field.graph;
    if (!text.empty()) text += ',';
    text += fmt::format("{}={}", field.name, graph.to_string());
  }
  return text;
}

void Rbgp4Config::validate() const {
  double all_rows = 1;
  double all_cols = 1;
  for (const Field& field : kFields) {
    const BaseGraphConfig& graph = this->*field.graph;
    require(
        graph.left >= 1 && graph.right >= 1 && graph.left <= kMaxSide && graph.right <= kMaxSide,
        ErrorCode::invalid_argument, "{}: a side has 1 to {} vertices, not {}x{}", field.name,
        kMaxSide, graph.left, graph.right);
    require(graph.left_degree >= 1 && graph.left_degree <= graph.right &&
                graph.left * graph.left_degree % graph.right == 0,
            ErrorCode::invalid_argument,
            "{}: left degree {} of {}x{} gives no integer right degree from 1 to {}", field.name,
            graph.left_degree, graph.left, graph.right, graph.left);
    require(!field.must_be_complete || graph.is_complete(), ErrorCode::invalid_argument,
            "{}: this base graph is complete, it takes no sparsity", field.name);
    all_rows *= static_cast<double>(graph.left);
    all_cols *= static_cast<double>(graph.right);
  }
  require(all_rows <= kMaxMatrixSide && all_cols <= kMaxMatrixSide, ErrorCode::invalid_argument,
          "configuration: {:.0f} x {:.0f} is too large; rows and columns go up to {}", all_rows,
          all_cols, kMaxMatrixSide);
}

}  // namespace rbgp
