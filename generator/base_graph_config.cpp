#include <generator/base_graph_config.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include <rbgp/error.hpp>

namespace rbgp {
namespace {

// A typed percentage such as 66.66666667 means a third: how far a degree may be from an integer,
// relative to the vertices opposite.
constexpr double kDegreeTolerance = 1e-9;

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

// The left degrees on either side of a density that give integer right degrees and connected graphs.
struct Neighbours {
  std::int64_t denser = 0;
  std::int64_t sparser = 0;  // 0: there is none
};

// Degrees are integers on both sides exactly when the density is a multiple of 1/gcd(|U|, |V|).
Neighbours nearest_degrees(std::int64_t left, std::int64_t right, double density) {
  const std::int64_t parts = std::gcd(left, right);
  const std::int64_t step = right / parts;
  const auto below = static_cast<std::int64_t>(std::floor(density * static_cast<double>(parts)));
  // A sparse graph of degree 1 falls apart: it would be refused when it is sampled.
  const auto usable = [&](std::int64_t part) {
    return part == parts || std::min(part * step, part * (left / parts)) >= 2;
  };
  std::int64_t denser = std::min(below + 1, parts);
  while (!usable(denser)) ++denser;
  std::int64_t sparser = below;
  while (sparser >= 1 && !usable(sparser)) --sparser;
  return {denser * step, sparser * step};
}

std::string nearest_text(const Neighbours& degrees, std::int64_t right) {
  std::string text = sparsity_text(degrees.denser, right) + " %";
  if (degrees.sparser > 0) text += " and " + sparsity_text(degrees.sparser, right) + " %";
  return text;
}

std::int64_t nearer(const Neighbours& degrees, double degree) {
  const double up = static_cast<double>(degrees.denser) - degree;
  const double down = degree - static_cast<double>(degrees.sparser);
  return degrees.sparser == 0 || up <= down ? degrees.denser : degrees.sparser;
}

// What is to be written: of a part of a configuration ("go=") with its name.
std::string form(std::string_view label) {
  const std::string_view name = label.ends_with('=') ? label : "";
  return fmt::format("{0}LEFTxRIGHT or {0}LEFTxRIGHT@SPARSITY", name);
}

std::int64_t parse_side(std::string_view label, std::string_view text, std::string_view whole) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool number = end == text.data() + text.size() && !text.empty();
  require(number && error != std::errc::invalid_argument, ErrorCode::invalid_argument,
          "{}{}: '{}' is not a number of vertices; write {}", label, whole, text, form(label));
  require(error == std::errc{} && value >= 1 && value <= BaseGraph::kMaxSide,
          ErrorCode::invalid_argument, "{}{}: a side has 1 to {} vertices, not {}", label, whole,
          BaseGraph::kMaxSide, text);
  return value;
}

}  // namespace

BaseGraphConfig parse_base_graph(std::string_view label, std::string_view text, bool nearest) {
  const std::size_t at = text.find('@');
  const std::string_view sizes = text.substr(0, at);
  const std::size_t times = sizes.find('x');
  require(times != std::string_view::npos, ErrorCode::invalid_argument, "{}{}: write {}", label,
          text.empty() && !label.ends_with('=') ? "''" : text, form(label));
  const std::int64_t left = parse_side(label, sizes.substr(0, times), text);
  const std::int64_t right = parse_side(label, sizes.substr(times + 1), text);
  if (at == std::string_view::npos) return BaseGraphConfig::complete(left, right);

  const std::string_view percent_text = text.substr(at + 1);
  double percent = 0;
  const auto [end, error] =
      std::from_chars(percent_text.data(), percent_text.data() + percent_text.size(), percent);
  require(error == std::errc{} && end == percent_text.data() + percent_text.size() &&
              percent >= 0 && percent < 100,
          ErrorCode::invalid_argument, "{}{}: sparsity is a percentage from 0 to below 100", label,
          text);
  const double density = 1.0 - percent / 100.0;
  const double degree = density * static_cast<double>(right);
  const auto left_degree = static_cast<std::int64_t>(std::llround(degree));
  const bool whole = std::abs(degree - static_cast<double>(left_degree)) <=
                         kDegreeTolerance * static_cast<double>(right) &&
                     left_degree >= 1 && left * left_degree % right == 0;
  if (whole) return {left, right, left_degree};
  const Neighbours degrees = nearest_degrees(left, right, density);
  require(nearest, ErrorCode::invalid_argument,
          "{}{}: this sparsity gives no integer degrees; the nearest that do are {}", label, text,
          nearest_text(degrees, right));
  return {left, right, nearer(degrees, degree)};
}

BaseGraphConfig BaseGraphConfig::parse(std::string_view text, bool nearest) {
  const bool printable =
      std::all_of(text.begin(), text.end(), [](unsigned char c) { return c >= ' ' && c < 127; });
  require(printable, ErrorCode::invalid_argument,
          "base graph: it has characters that are not printable ASCII");
  return parse_base_graph("base graph ", text, nearest);
}

std::string BaseGraphConfig::to_string() const {
  const std::string sizes = fmt::format("{}x{}", left, right);
  return is_complete() ? sizes : sizes + '@' + sparsity_text(left_degree, right);
}

}  // namespace rbgp
