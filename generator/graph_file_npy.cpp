// NumPy masks (.npy, https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
#include <algorithm>
#include <charconv>
#include <cstring>

#include <generator/graph_file.hpp>
#include <rbgp/error.hpp>
#include <rbgp/graph.hpp>

namespace rbgp {
namespace {

struct NpyHeader {
  char kind = 0;  // b, i, u or f
  std::size_t item_bytes = 0;
  bool fortran_order = false;
  std::int64_t rows = 0;
  std::int64_t cols = 0;
  std::size_t data_offset = 0;
};

// What follows a key of the header's dictionary, without blanks before it.
std::string_view value_of(std::string_view dictionary, std::string_view key,
                          const std::string& file) {
  const std::size_t at = dictionary.find(key);
  require(at != std::string_view::npos, ErrorCode::invalid_argument,
          "{}: its header has no {}, it is no NumPy file", file, key);
  std::string_view rest = dictionary.substr(at + key.size());
  rest.remove_prefix(std::min(rest.find_first_not_of(": "), rest.size()));
  return rest;
}

std::int64_t read_side(std::string_view& text, char end_mark, const std::string& file) {
  text.remove_prefix(std::min(text.find_first_not_of("( "), text.size()));
  std::int64_t side = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), side);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  require(error == std::errc{} && text.starts_with(end_mark), ErrorCode::invalid_argument,
          "{}: a mask has two dimensions", file);
  require(side >= 1 && side <= BaseGraph::kMaxSide, ErrorCode::invalid_argument,
          "{}: a side has 1 to {} vertices, not {}", file, BaseGraph::kMaxSide, side);
  text.remove_prefix(1);
  return side;
}

// Length of the dictionary: two bytes in version 1, four in later ones; little-endian.
std::string_view dictionary_of(std::string_view content, NpyHeader& header,
                               const std::string& file) {
  constexpr std::size_t kVersionAt = 6;
  const bool first_version = content.size() > kVersionAt && content[kVersionAt] == 1;
  const std::size_t length_bytes = first_version ? 2 : 4;
  const std::size_t begin = kVersionAt + 2 + length_bytes;
  require(content.size() >= begin, ErrorCode::invalid_argument, "{}: it ends in its header", file);
  std::size_t length = 0;
  for (std::size_t i = length_bytes; i-- > 0;)
    length = length << 8 | static_cast<unsigned char>(content[kVersionAt + 2 + i]);
  require(content.size() - begin >= length, ErrorCode::invalid_argument,
          "{}: it ends in its header", file);
  header.data_offset = begin + length;
  return content.substr(begin, length);
}

NpyHeader header_of(std::string_view content, const std::string& file) {
  NpyHeader header;
  const std::string_view dictionary = dictionary_of(content, header, file);
  const std::string_view dtype = value_of(dictionary, "'descr'", file);
  const bool known = dtype.size() >= 5 && dtype[0] == '\'' && dtype[4] == '\'' &&
                     (dtype[1] == '<' || dtype[1] == '|') &&
                     std::string_view("biuf").find(dtype[2]) != std::string_view::npos &&
                     std::string_view("1248").find(dtype[3]) != std::string_view::npos;
  require(known, ErrorCode::invalid_argument,
          "{}: a mask is a little-endian array of booleans, integers or floats, not {}", file,
          dtype.substr(0, std::min(dtype.find(','), dtype.size())));
  header.kind = dtype[2];
  header.item_bytes = static_cast<std::size_t>(dtype[3] - '0');
  header.fortran_order = value_of(dictionary, "'fortran_order'", file).starts_with("True");
  std::string_view shape = value_of(dictionary, "'shape'", file);
  header.rows = read_side(shape, ',', file);
  header.cols = read_side(shape, ')', file);
  return header;
}

// The bits of 1 in the dtype.
std::uint64_t one_of(const NpyHeader& header) {
  if (header.kind != 'f') return 1;
  if (header.item_bytes == 2) return 0x3c00;
  return header.item_bytes == 4 ? 0x3f800000 : 0x3ff0000000000000;
}

// That of a float's sign, which zero may have, too.
std::uint64_t sign_of(const NpyHeader& header) {
  return header.kind == 'f' ? std::uint64_t{1} << (8 * header.item_bytes - 1) : 0;
}

}  // namespace

GraphEdges parse_npy_mask(std::string_view content, const std::string& file) {
  const NpyHeader header = header_of(content, file);
  const std::string_view data = content.substr(header.data_offset);
  const auto items = static_cast<std::size_t>(header.rows * header.cols);
  require(data.size() == items * header.item_bytes, ErrorCode::invalid_argument,
          "{}: {} bytes of data where {} x {} entries have {}", file, data.size(), header.rows,
          header.cols, items * header.item_bytes);
  GraphEdges graph{header.rows, header.cols, {}};
  const std::uint64_t one = one_of(header);
  const std::uint64_t sign = sign_of(header);
  const auto minor = static_cast<std::size_t>(header.fortran_order ? header.rows : header.cols);
  for (std::size_t item = 0; item < items; ++item) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, data.data() + item * header.item_bytes, header.item_bytes);
    if ((bits & ~sign) == 0) continue;  // -0.0, too
    const auto major_index = static_cast<std::int32_t>(item / minor);
    const auto minor_index = static_cast<std::int32_t>(item % minor);
    const std::int32_t u = header.fortran_order ? minor_index : major_index;
    const std::int32_t v = header.fortran_order ? major_index : minor_index;
    require(bits == one, ErrorCode::invalid_argument, "{}: entry [{}, {}] is neither 0 nor 1", file,
            u, v);
    graph.edges.emplace_back(u, v);
  }
  return graph;
}

}  // namespace rbgp
