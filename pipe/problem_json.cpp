#include <pipe/problem_json.hpp>

#include <rbgp/error.hpp>

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
  // The library would cut off what is no integer.
  const auto size = [&](const char* field) {
    require(json.at(field).is_number_integer(), ErrorCode::invalid_argument,
            "size {} is {}, which is no integer", field, json.at(field).dump());
    return json.at(field).get<std::int64_t>();
  };
  return {.m = size("m"),
          .k = size("k"),
          .n = size("n"),
          .dtype = parse_dtype(json.at("dtype").get<std::string>()),
          .layout = parse_layout(text_or("layout", "kn")),
          .epilogue = Epilogue::parse(text_or("epilogue", "none"))};
}

}  // namespace rbgp
