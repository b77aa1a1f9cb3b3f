#include <rbgp/shard.hpp>

#include <charconv>
#include <cstdint>

#include <rbgp/error.hpp>

namespace rbgp {
namespace {

template <typename Number>
bool read_all(std::string_view text, Number& number, int base = 10) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

bool Shard::holds(std::string_view candidate_id) const {
  if (is_whole()) return true;
  std::uint64_t number = 0;
  require(read_all(candidate_id, number, 16), ErrorCode::internal, "'{}' is no candidate's id",
          candidate_id);
  return number % static_cast<std::uint64_t>(count) == static_cast<std::uint64_t>(index - 1);
}

std::string to_string(const Shard& shard) { return fmt::format("{}/{}", shard.index, shard.count); }

Shard parse_shard(std::string_view text) {
  Shard shard;
  const std::size_t slash = text.find('/');
  const bool reads = slash != text.npos && read_all(text.substr(0, slash), shard.index) &&
                     read_all(text.substr(slash + 1), shard.count);
  require(reads && shard.index >= 1 && shard.index <= shard.count, ErrorCode::invalid_argument,
          "'{}' is no shard; write which and of how many, 1/4 to 4/4 say", text);
  return shard;
}

}  // namespace rbgp
