// What is wrong with JSON that a user gave, in one line of our own.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace rbgp {

// "it is no JSON from byte 17 on", "field 'm' is missing", "a field should be of type number, and is of type string".
std::string json_problem(const nlohmann::json::exception& error);

}  // namespace rbgp
