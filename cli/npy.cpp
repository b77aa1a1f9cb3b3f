#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include <cli/npy.hpp>
#include <pipe/output_file.hpp>
#include <rbgp/error.hpp>

namespace rbgp::cli {
namespace {

namespace fs = std::filesystem;

static_assert(std::endian::native == std::endian::little, "elements are copied as they lie");

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kAlignment = 64;  // of the data, as NumPy writes it
constexpr std::uint64_t kMaxHeaderBytes = 1 << 20;

template <typename... Args>
[[noreturn]] void refuse(const fs::path& file, fmt::format_string<Args...> text, Args&&... args) {
  throw Error(ErrorCode::invalid_argument,
              file.string() + ": " + fmt::format(text, std::forward<Args>(args)...));
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// Where a Python value that starts here ends: at a comma, colon or brace that no bracket or quote
// encloses.
std::size_t value_end(std::string_view text) {
  int depth = 0;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '(' || c == '[') {
      ++depth;
    } else if (c == ')' || c == ']') {
      --depth;
    } else if (depth == 0 && (c == ',' || c == ':' || c == '}')) {
      return i;
    }
  }
  return text.size();
}

std::string_view unquoted(std::string_view text) {
  const bool quoted = text.size() >= 2 && (text.front() == '\'' || text.front() == '"') &&
                      text.back() == text.front();
  return quoted ? text.substr(1, text.size() - 2) : text;
}

// The header is the text of a Python dictionary; empty where it is none.
std::optional<std::map<std::string, std::string>> parse_dictionary(std::string_view text) {
  std::map<std::string, std::string> fields;
  text = trim(text);
  if (text.empty() || text.front() != '{' || text.back() != '}') return std::nullopt;
  text = trim(text.substr(1));
  while (text != "}") {
    const std::size_t colon = value_end(text);
    if (colon >= text.size() || text[colon] != ':') return std::nullopt;
    const std::string key(unquoted(trim(text.substr(0, colon))));
    text = text.substr(colon + 1);
    const std::size_t end = value_end(text);
    if (end >= text.size() || text[end] == ':') return std::nullopt;
    fields[key] = trim(text.substr(0, end));
    text = trim(text.substr(text[end] == ',' ? end + 1 : end));
  }
  return fields;
}

// "(3, 4)" -> 3, 4; empty where it is no tuple of sizes.
std::optional<std::vector<std::int64_t>> parse_shape(std::string_view text) {
  if (text.size() < 2 || text.front() != '(' || text.back() != ')') return std::nullopt;
  text = trim(text.substr(1, text.size() - 2));
  std::vector<std::int64_t> shape;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view size = trim(text.substr(0, comma));
    if (size.ends_with('L')) size.remove_suffix(1);  // written by Python 2
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), value);
    if (error != std::errc{} || end != size.data() + size.size() || value < 0) return std::nullopt;
    shape.push_back(value);
    text = trim(text.substr(std::min(comma + 1, text.size())));
  }
  return shape;
}

// How the elements of a file are stored.
Dtype parse_element(const fs::path& file, const std::string& written) {
  const std::string_view dtype = unquoted(written);
  if (dtype == "<f4") return Dtype::f32;
  if (dtype == "<f2") return Dtype::f16;
  refuse(file, "dtype is {}{}; allowed are '<f4' and '<f2' (float32 and float16, little-endian)",
         written, dtype.starts_with('>') ? " (big-endian)" : "");
}

struct Header {
  Dtype element;
  std::int64_t rows, cols;  // a vector is a matrix of one row
};

Header parse_header(const fs::path& file, std::string_view text, std::size_t dimensions) {
  const auto fields = parse_dictionary(text);
  if (!fields) refuse(file, "header is not a Python dictionary; the file is damaged");
  for (const char* name : {"descr", "fortran_order", "shape"})
    if (!fields->contains(name)) refuse(file, "header has no '{}'; the file is damaged", name);

  const Dtype element = parse_element(file, fields->at("descr"));
  const std::string& order = fields->at("fortran_order");
  if (order != "False")
    refuse(file, "fortran_order is {}; allowed is False (use numpy.ascontiguousarray)", order);
  const std::string& written = fields->at("shape");
  const auto shape = parse_shape(written);
  if (!shape) refuse(file, "shape is {}; allowed is a tuple of sizes", written);
  if (shape->size() != dimensions)
    refuse(file, "shape is {}, {} dimensions; allowed are {}", written, shape->size(), dimensions);
  return {element, dimensions == 1 ? 1 : shape->front(), shape->back()};
}

class Reader {
 public:
  explicit Reader(const fs::path& file) : file_(file) {
    std::error_code error;
    require(fs::exists(file, error), ErrorCode::io, "{}: there is no such file", file.string());
    require(fs::is_regular_file(file, error), ErrorCode::io, "{}: is not a regular file",
            file.string());
    left_ = fs::file_size(file, error);
    stream_.open(file, std::ios::binary);
    require(!error && stream_.is_open(), ErrorCode::io, "{}: cannot be read", file.string());
  }

  std::uint64_t left() const { return left_; }

  void read(void* destination, std::uint64_t bytes, const char* what) {
    if (left_ < bytes)
      refuse(file_, "{} has {} bytes, needed are {}; the file is truncated", what, left_, bytes);
    stream_.read(static_cast<char*>(destination), static_cast<std::streamsize>(bytes));
    require(stream_.good(), ErrorCode::io, "{}: cannot be read", file_.string());
    left_ -= bytes;
  }

 private:
  const fs::path& file_;
  std::ifstream stream_;
  std::uint64_t left_ = 0;
};

std::string read_header(const fs::path& file, Reader& reader) {
  std::array<char, kMagic.size()> magic{};
  if (reader.left() < magic.size())
    refuse(file, "has {} bytes; it is truncated or not an .npy file", reader.left());
  reader.read(magic.data(), magic.size(), "magic");
  if (std::string_view(magic.data(), magic.size()) != kMagic)
    refuse(file, "does not start with \\x93NUMPY; it is not an .npy file");

  std::array<std::uint8_t, 2> version{};
  reader.read(version.data(), version.size(), "version");
  if (version[0] < 1 || version[0] > 3 || version[1] != 0)
    refuse(file, "version is {}.{}; allowed are 1.0, 2.0 and 3.0", version[0], version[1]);

  std::uint32_t bytes = 0;  // little-endian, two bytes in version 1.0
  reader.read(&bytes, version[0] == 1 ? 2 : 4, "header length");
  if (bytes > kMaxHeaderBytes)
    refuse(file, "header length is {}; allowed are up to {} bytes", bytes, kMaxHeaderBytes);
  std::string header(bytes, '\0');
  reader.read(header.data(), bytes, "header");
  return header;
}

Matrix read_array(const fs::path& file, std::size_t dimensions) {
  Reader reader(file);
  const Header header = parse_header(file, read_header(file, reader), dimensions);
  // The file's length bounds the sizes before anything is allocated for them.
  const auto element_bytes = static_cast<std::uint64_t>(dtype_bytes(header.element));
  const std::uint64_t held = reader.left() / element_bytes;
  const auto rows = static_cast<std::uint64_t>(header.rows);
  const auto cols = static_cast<std::uint64_t>(header.cols);
  const bool complete = cols == 0 || rows <= held / cols;
  if (!complete)
    refuse(file, "data has {} bytes, less than shape ({}, {}) needs; the file is truncated",
           reader.left(), rows, cols);
  const std::uint64_t bytes = rows * cols * element_bytes;
  if (bytes != reader.left())
    refuse(file, "data has {} bytes; shape ({}, {}) needs {}", reader.left(), rows, cols, bytes);
  std::vector<std::byte> stored(bytes);
  reader.read(stored.data(), bytes, "data");
  return {
      .rows = header.rows, .cols = header.cols, .elements = from_storage(header.element, stored)};
}

}  // namespace

Matrix read_npy(const fs::path& file) { return read_array(file, 2); }

std::vector<float> read_npy_vector(const fs::path& file) { return read_array(file, 1).elements; }

void write_npy(const fs::path& file, const Matrix& matrix, Dtype dtype) {
  const Dtype element = dtype == Dtype::f16 ? Dtype::f16 : Dtype::f32;
  std::string header =
      fmt::format("{{'descr': '<f{}', 'fortran_order': False, 'shape': ({}, {}), }}",
                  dtype_bytes(element), matrix.rows, matrix.cols);
  const std::size_t preamble = kMagic.size() + 2 + 2;
  const std::size_t unpadded = preamble + header.size() + 1;
  header.append((kAlignment - unpadded % kAlignment) % kAlignment, ' ');
  header += '\n';
  const auto length = static_cast<std::uint16_t>(header.size());
  const std::array<std::uint8_t, 2> version{1, 0};

  OutputFile output(file);
  output.write(kMagic.data(), kMagic.size());
  output.write(version.data(), version.size());
  output.write(&length, sizeof(length));
  output.write(header.data(), header.size());
  const std::vector<std::byte> stored = to_storage(element, matrix.elements);
  output.write(stored.data(), stored.size());
  output.commit();
}

}  // namespace rbgp::cli
