#include <bench/arguments.hpp>

#include <charconv>
#include <cmath>
#include <cstdio>
#include <sstream>

namespace rbgp::bench {

void take_arguments(int& argc, char** argv, Arguments& arguments) {
  int kept = 1;
  for (int i = 1; i < argc; ++i) {
    const std::string text = argv[i];
    const std::size_t equals = text.find('=');
    const auto known = text.starts_with("--") && equals != std::string::npos
                           ? arguments.find(text.substr(2, equals - 2))
                           : arguments.end();
    if (known == arguments.end())
      argv[kept++] = argv[i];
    else
      known->second = text.substr(equals + 1);
  }
  argc = kept;
}

std::vector<std::string> split(const std::string& list, char separator) {
  std::vector<std::string> items;
  std::istringstream stream(list);
  for (std::string item; std::getline(stream, item, separator);) items.push_back(item);
  return items;
}

double parse_number(const std::string& text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  require(error == std::errc() && rest == end && std::isfinite(value), ErrorCode::invalid_argument,
          "\"{}\" is no number", text);
  return value;
}

Problem parse_problem(const std::string& text) {
  std::vector<std::int64_t> sizes;
  std::istringstream stream(text);
  for (std::string item; std::getline(stream, item, 'x');) {
    std::int64_t size = 0;
    const char* end = item.data() + item.size();
    const auto [rest, error] = std::from_chars(item.data(), end, size);
    require(error == std::errc() && rest == end && size >= 1, ErrorCode::invalid_argument,
            "size \"{}\": use a number, or MxKxN, of at least 1", text);
    sizes.push_back(size);
  }
  require((sizes.size() == 1 || sizes.size() == 3) && !text.ends_with('x'),
          ErrorCode::invalid_argument, "size \"{}\": use a number, or MxKxN", text);
  return sizes.size() == 1 ? Problem{.m = sizes[0], .k = sizes[0], .n = sizes[0]}
                           : Problem{.m = sizes[0], .k = sizes[1], .n = sizes[2]};
}

Problem with_choices(Problem problem, const Arguments& arguments) {
  problem.dtype = parse_dtype(arguments.at("dtype"));
  problem.layout = parse_layout(arguments.at("layout"));
  return problem;
}

int report_error(const char* program, const Error& error) {
  std::fprintf(stderr, "%s: %s\n", program, error.what());
  if (error.code() == ErrorCode::invalid_argument) return 2;
  return error.code() == ErrorCode::unsupported ? 3 : 1;
}

}  // namespace rbgp::bench
