// Edge lists and Matrix Market files.
#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <initializer_list>

#include <generator/graph_file.hpp>
#include <rbgp/error.hpp>
#include <rbgp/graph.hpp>

namespace rbgp {
namespace {

// The lines of a text that hold more than blanks and comments, split into fields.
class Lines {
 public:
  Lines(std::string_view text, std::string_view comment_marks)
      : rest_(text), comment_marks_(comment_marks) {}

  bool next() {
    fields_.clear();
    while (fields_.empty()) {
      if (rest_.empty()) return false;
      ++number_;
      const std::string_view line = rest_.substr(0, rest_.find('\n'));
      split(line.substr(0, line.find_first_of(comment_marks_)));
      rest_.remove_prefix(std::min(line.size() + 1, rest_.size()));
    }
    return true;
  }

  const std::vector<std::string_view>& fields() const { return fields_; }
  std::int64_t number() const { return number_; }

 private:
  void split(std::string_view line) {
    constexpr std::string_view kBlanks = " \t\r,";
    for (std::size_t at = line.find_first_not_of(kBlanks); at != std::string_view::npos;
         at = line.find_first_not_of(kBlanks)) {
      line.remove_prefix(at);
      const std::size_t end = std::min(line.find_first_of(kBlanks), line.size());
      fields_.push_back(line.substr(0, end));
      line.remove_prefix(end);
    }
  }

  std::string_view rest_;
  std::string_view comment_marks_;
  std::vector<std::string_view> fields_;
  std::int64_t number_ = 0;
};

std::int64_t integer_of(std::string_view field, std::int64_t least, std::int64_t most,
                        const std::string& file, std::int64_t line) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  require(error != std::errc::invalid_argument && end == field.data() + field.size(),
          ErrorCode::invalid_argument, "{}, line {}: '{}' is not an integer", file, line, field);
  require(error == std::errc{} && value >= least && value <= most, ErrorCode::invalid_argument,
          "{}, line {}: {} is out of range, {} to {} are allowed", file, line, field, least, most);
  return value;
}

// Whether a value of a matrix is an edge.
bool edge_of(std::string_view field, const std::string& file, std::int64_t line) {
  const std::string text(field);
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  require(end == text.c_str() + text.size() && !std::isnan(value), ErrorCode::invalid_argument,
          "{}, line {}: '{}' is not a number", file, line, field);
  return value != 0;
}

struct MatrixMarketHeader {
  bool coordinate = false;
  bool pattern = false;
};

MatrixMarketHeader header_of(std::string_view content, const std::string& file) {
  std::string line(content.substr(0, content.find('\n')));
  std::transform(line.begin(), line.end(), line.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  Lines words(line, {});
  words.next();
  const auto& fields = words.fields();
  const auto is_one_of = [&](std::size_t i, std::initializer_list<std::string_view> allowed) {
    return std::find(allowed.begin(), allowed.end(), fields[i]) != allowed.end();
  };
  require(fields.size() == 5 && fields[1] == "matrix" && is_one_of(2, {"coordinate", "array"}) &&
              is_one_of(3, {"pattern", "integer", "real"}) && fields[4] == "general" &&
              !(fields[2] == "array" && fields[3] == "pattern"),
          ErrorCode::invalid_argument,
          "{}, line 1: a graph is a 'matrix coordinate pattern|integer|real general' or a 'matrix "
          "array integer|real general'",
          file);
  return {fields[2] == "coordinate", fields[3] == "pattern"};
}

}  // namespace

GraphEdges parse_edge_list(std::string_view content, const std::string& file) {
  GraphEdges graph;
  Lines lines(content, "#%");
  while (lines.next()) {
    const auto& fields = lines.fields();
    require(fields.size() == 2, ErrorCode::invalid_argument,
            "{}, line {}: an edge is two vertices, \"u v\", not {} fields", file, lines.number(),
            fields.size());
    const auto vertex = [&](std::size_t i) {
      return static_cast<std::int32_t>(
          integer_of(fields[i], 0, BaseGraph::kMaxSide - 1, file, lines.number()));
    };
    graph.edges.emplace_back(vertex(0), vertex(1));
  }
  return graph;
}

GraphEdges parse_matrix_market(std::string_view content, const std::string& file) {
  const MatrixMarketHeader header = header_of(content, file);
  GraphEdges graph;
  Lines lines(content, "%");
  const auto expect_fields = [&](std::size_t count) {
    require(lines.fields().size() == count, ErrorCode::invalid_argument,
            "{}, line {}: {} fields where there should be {}", file, lines.number(),
            lines.fields().size(), count);
  };
  const auto integer = [&](std::size_t i, std::int64_t least, std::int64_t most) {
    return integer_of(lines.fields()[i], least, most, file, lines.number());
  };
  require(lines.next(), ErrorCode::invalid_argument, "{}: the line of sizes is missing", file);
  expect_fields(header.coordinate ? 3 : 2);
  graph.left = integer(0, 1, BaseGraph::kMaxSide);
  graph.right = integer(1, 1, BaseGraph::kMaxSide);
  const std::int64_t entries =
      header.coordinate ? integer(2, 0, graph.left * graph.right) : graph.left * graph.right;
  std::int64_t read = 0;
  for (; lines.next(); ++read) {
    require(read < entries, ErrorCode::invalid_argument, "{}, line {}: more than {} entries", file,
            lines.number(), entries);
    if (header.coordinate) {
      expect_fields(header.pattern ? 2 : 3);
      const auto u = static_cast<std::int32_t>(integer(0, 1, graph.left) - 1);
      const auto v = static_cast<std::int32_t>(integer(1, 1, graph.right) - 1);
      if (header.pattern || edge_of(lines.fields()[2], file, lines.number()))
        graph.edges.emplace_back(u, v);
    } else {
      expect_fields(1);
      if (edge_of(lines.fields()[0], file, lines.number()))
        graph.edges.emplace_back(static_cast<std::int32_t>(read % graph.left),
                                 static_cast<std::int32_t>(read / graph.left));
    }
  }
  require(read == entries, ErrorCode::invalid_argument, "{}: {} entries where there should be {}",
          file, read, entries);
  return graph;
}

}  // namespace rbgp
