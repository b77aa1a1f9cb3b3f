#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>

#include <rbgp/error.hpp>
#include <rbgp/pattern.hpp>

namespace rbgp {
namespace {

constexpr std::int64_t kMaxSide = std::int64_t{1} << 20;  // vertices on a side of a base graph
constexpr std::int64_t kMaxMatrixSide = std::numeric_limits<std::int32_t>::max();
// A typed percentage such as 66.66666667 means a third: how far a degree may be from an integer,
// relative to the vertices opposite.
constexpr double kDegreeTolerance = 1e-9;

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

// The shortest percentage that names this degree.
std::string sparsity_text(std::int64_t degree, std::int64_t right) {
  const double percent = 100.0 * (1.0 - static_cast<double>(degree) / static_cast<double>(right));
  for (int digits = 0; digits < 15; ++digits) {
    std::string text = fmt::format("{:.{}f}", percent, digits);
    const double named = (1.0 - std::stod(text) / 100.0) * static_cast<double>(right);
    const double slack = 0.5 * kDegreeTolerance * static_cast<double>(right);
    if (std::abs(named - static_cast<double>(degree)) <= slack) return text;
  }
  return fmt::format("{}", percent);
}

// Degrees are integers on both sides exactly when the density is a multiple of 1/gcd(|U|, |V|).
std::string nearest_sparsities(std::int64_t left, std::int64_t right, double density) {
  const std::int64_t parts = std::gcd(left, right);
  const std::int64_t step = right / parts;
  const auto below = static_cast<std::int64_t>(std::floor(density * static_cast<double>(parts)));
  // A sparse graph of degree 1 falls apart: it would be refused when it is sampled.
  const auto usable = [&](std::int64_t part) {
    return part == parts || std::min(part * step, part * (left / parts)) >= 2;
  };
  std::int64_t denser = std::max<std::int64_t>(below + 1, 1);
  while (!usable(denser)) ++denser;
  std::int64_t sparser = below;
  while (sparser >= 1 && !usable(sparser)) --sparser;
  std::string text = sparsity_text(denser * step, right) + " %";
  if (sparser >= 1) text += " and " + sparsity_text(sparser * step, right) + " %";
  return text;
}

std::int64_t parse_side(const char* name, std::string_view text, std::string_view whole) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  require(error == std::errc{} && end == text.data() + text.size(), ErrorCode::invalid_argument,
          "{}={}: '{}' is not a number of vertices; write {}=LEFTxRIGHT or {}=LEFTxRIGHT@SPARSITY",
          name, whole, text, name, name);
  require(value >= 1 && value <= kMaxSide, ErrorCode::invalid_argument,
          "{}={}: a side has 1 to {} vertices, not {}", name, whole, kMaxSide, value);
  return value;
}

BaseGraphConfig parse_graph(const char* name, std::string_view text, bool must_be_complete) {
  const std::size_t at = text.find('@');
  const std::string_view sizes = text.substr(0, at);
  const std::size_t times = sizes.find('x');
  require(times != std::string_view::npos, ErrorCode::invalid_argument,
          "{}={}: write {}=LEFTxRIGHT or {}=LEFTxRIGHT@SPARSITY", name, text, name, name);
  const std::int64_t left = parse_side(name, sizes.substr(0, times), text);
  const std::int64_t right = parse_side(name, sizes.substr(times + 1), text);
  if (at == std::string_view::npos) return BaseGraphConfig::complete(left, right);

  const std::string_view percent_text = text.substr(at + 1);
  double percent = 0;
  const auto [end, error] =
      std::from_chars(percent_text.data(), percent_text.data() + percent_text.size(), percent);
  require(error == std::errc{} && end == percent_text.data() + percent_text.size() &&
              percent >= 0 && percent < 100,
          ErrorCode::invalid_argument, "{}={}: sparsity is a percentage from 0 to below 100", name,
          text);
  const double density = 1.0 - percent / 100.0;
  const double degree = density * static_cast<double>(right);
  const auto left_degree = static_cast<std::int64_t>(std::llround(degree));
  const bool whole = std::abs(degree - static_cast<double>(left_degree)) <=
                         kDegreeTolerance * static_cast<double>(right) &&
                     left_degree >= 1 && left * left_degree % right == 0;
  require(whole, ErrorCode::invalid_argument,
          "{}={}: this sparsity gives no integer degrees; the nearest that do are {}", name, text,
          nearest_sparsities(left, right, density));
  require(!must_be_complete || left_degree == right, ErrorCode::invalid_argument,
          "{}={}: this base graph is complete, it takes no sparsity", name, text);
  return {left, right, left_degree};
}

}  // namespace

Rbgp4Config Rbgp4Config::parse(std::string_view text) {
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
    config.*field.graph =
        parse_graph(field.name, part.substr(prefix.size()), field.must_be_complete);
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
    text += fmt::format("{}={}x{}", field.name, graph.left, graph.right);
    if (!graph.is_complete()) text += '@' + sparsity_text(graph.left_degree, graph.right);
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
