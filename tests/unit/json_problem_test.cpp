#include <pipe/json_problem.hpp>

#include <gtest/gtest.h>

namespace rbgp {
namespace {

using Json = nlohmann::ordered_json;

TEST(JsonProblem, IsOneLineWithoutTheLibrarysWords) {
  struct Row {
    const char* text;
    const char* problem;
  };
  const Row rows[] = {
      {"{\"m\": nonsense}", "it is no JSON from byte 8 on"},
      {"", "it is no JSON from byte 1 on"},
      {"{\"m\": 1", "it is no JSON from byte 8 on"},
      {"{\"m\":\"\xff\"}", "it is no JSON from byte 7 on"},
      {"{\"m\": 1e999}", "a number in it is too large"},
      {"{}", "field 'm' is missing"},
      {"[]", "a field should be an object and is none"},
      {"{\"m\": \"1\"}", "a field should be of type number, and is of type string"},
  };
  for (const Row& row : rows) {
    try {
      (void)Json::parse(row.text).at("m").get<double>();
      ADD_FAILURE() << row.text;
    } catch (const Json::exception& error) {
      EXPECT_EQ(json_problem(error), row.problem) << error.what();
    }
  }
}

}  // namespace
}  // namespace rbgp
