#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <limits>
#include <string>

#include <cli/option_checks.hpp>

namespace rbgp::cli {
namespace {

// Whether the whole text is a number of this type; its value.
template <typename Number>
bool parse(const std::string& text, Number& value) {
  const char* const text_end = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), text_end, value);
  return error == std::errc{} && end == text_end;
}

template <typename Number>
CLI::Validator whole_number(Number least, Number most, const char* description) {
  const auto check = [least, most](const std::string& text) -> std::string {
    Number value = 0;
    if (parse(text, value) && value >= least && value <= most) return {};
    return fmt::format("'{}' is not allowed; allowed are whole numbers from {} to {}", text, least,
                       most);
  };
  return {check, description};
}

}  // namespace

CLI::Validator size_check() {
  return whole_number<std::int64_t>(1, std::numeric_limits<std::int32_t>::max(), "SIZE");
}

CLI::Validator seed_check() {
  return whole_number<std::uint64_t>(0, std::numeric_limits<std::uint64_t>::max(), "SEED");
}

CLI::Validator sparsity_check() {
  const auto check = [](const std::string& text) -> std::string {
    double percent = 0;
    if (parse(text, percent) && percent >= 0 && percent < 100) return {};
    return fmt::format("'{}' is not allowed; allowed are percentages from 0 to below 100", text);
  };
  return {check, "PERCENT"};
}

}  // namespace rbgp::cli
