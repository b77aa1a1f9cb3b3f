#include <pipe/problem_json.hpp>

#include <pipe/integer_field.hpp>

namespace rbgp {

using Json = nlohmann::ordered_json;

Json problem_json(const Problem& problem) {
  return {{"m", problem.m},
          {"k", problem.k},
          {"n", problem.n},
          {"dtype", to_string(problem.dtype)},
          {"layout", to_string(problem.layout)},
          {"epilogue", problem.epilogue.to_string()}};
}

Problem problem_from_json(const Json& json) {
  // Layout and epilogue came later than the first plans: without them they are the defaults.
  const auto text_or = [&](const char* field, const std::string& otherwise) {
    return json.contains(field) ? json.at(field).get<std::string>() : otherwise;
  };
  return {.m = integer_field(json, "m"),
          .k = integer_field(json, "k"),
          .n = integer_field(json, "n"),
          .dtype = parse_dtype(json.at("dtype").get<std::string>()),
          .layout = parse_layout(text_or("layout", "kn")),
          .epilogue = Epilogue::parse(text_or("epilogue", "none"))};
}

}  // namespace rbgp
