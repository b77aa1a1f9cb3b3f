#include <fmt/format.h>

#include <pipe/json_problem.hpp>
#include <string_view>

namespace rbgp {
namespace {

// The library's numbers for what went wrong.
constexpr int kWrongType = 302;
constexpr int kNoObject = 304;
constexpr int kMissingKey = 403;
constexpr int kLargeNumber = 406;

// Of a message of the library what lies between two words; all behind the first where the second is empty.
std::string_view between(std::string_view text, std::string_view first, std::string_view second) {
  const std::size_t found = text.find(first);
  if (found == text.npos) return {};
  text.remove_prefix(found + first.size());
  return second.empty() ? text : text.substr(0, text.rfind(second));
}

}  // namespace

std::string json_problem(const nlohmann::json::exception& error) {
  const std::string_view text = error.what();
  if (const auto* parse = dynamic_cast<const nlohmann::json::parse_error*>(&error))
    return fmt::format("it is no JSON from byte {} on", parse->byte);
  switch (error.id) {
    case kWrongType:
      return fmt::format("a field should be of type {}, and is of type {}",
                         between(text, "must be ", ", but"), between(text, "but is ", ""));
    case kNoObject:
      return "a field should be an object and is none";
    case kMissingKey:
      return fmt::format("field '{}' is missing", between(text, "key '", "'"));
    case kLargeNumber:
      return "a number in it is too large";
    default:
      return "a field is not of its type";
  }
}

}  // namespace rbgp
