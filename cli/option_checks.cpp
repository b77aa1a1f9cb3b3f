#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <system_error>

#include <cli/option_checks.hpp>
#include <rbgp/error.hpp>
#include <rbgp/search_bounds.hpp>

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
    if (text.size() > 1 && text.front() == '0')  // CLI11 would take it for octal
      return fmt::format("'{}' is not allowed; whole numbers begin with no 0", text);
    if (parse(text, value) && value >= least && value <= most) return {};
    return fmt::format("'{}' is not allowed; allowed are whole numbers from {} to {}", text, least,
                       most);
  };
  return {check, description};
}

// Of a path that cannot be followed nothing is left: opening it says why.
std::filesystem::path whole(const std::string& file) {
  std::error_code error;
  return std::filesystem::weakly_canonical(std::filesystem::absolute(file, error), error);
}

bool is_same(const std::string& a, const std::string& b) {
  std::error_code error;
  const std::filesystem::path of_a = whole(a);
  return (!of_a.empty() && of_a == whole(b)) || std::filesystem::equivalent(a, b, error);
}

}  // namespace

CLI::Validator size_check() {
  return whole_number<std::int64_t>(1, std::numeric_limits<std::int32_t>::max(), "SIZE");
}

CLI::Validator restarts_check() { return whole_number<int>(0, 1'000'000, "COUNT"); }

CLI::Validator repetition_check() {
  return whole_number<std::int64_t>(1, SearchBounds::kMaxRepetition, "COUNT");
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

void refuse_empty_values(CLI::App& app) {
  const CLI::Validator check(
      [](const std::string& text) -> std::string {
        return text.empty() ? "an empty value is not allowed; leave it out for the default" : "";
      },
      "");
  for (CLI::Option* option : app.get_options({}))
    if (option->get_type_size_max() > 0) option->check(check);
  for (CLI::App* command : app.get_subcommands({})) refuse_empty_values(*command);
}

void require_unlike(const NamedFile& written, std::initializer_list<NamedFile> others) {
  for (const NamedFile& other : others)
    require(written.file.empty() || other.file.empty() || !is_same(written.file, other.file),
            ErrorCode::invalid_argument, "{} and {} both name {}", other.option, written.option,
            other.file);
}

bool has_line(const std::string& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return false;  // who opens a pipe waits
  std::ifstream stream(file, std::ios::binary);
  std::string line;
  return std::getline(stream, line) && !stream.eof();
}

void require_none_beside_a_plan(const CLI::App& command, const std::string& plan,
                                std::initializer_list<const char*> options) {
  for (const char* option : options)
    require(command.count(option) == 0, ErrorCode::invalid_argument,
            "{} comes from plan {}; it is for a configuration", option, plan);
}

}  // namespace rbgp::cli
