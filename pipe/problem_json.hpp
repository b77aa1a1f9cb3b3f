// A problem as plans, journals and messages between processes write it.
#pragma once

#include <nlohmann/json.hpp>

#include <rbgp/problem.hpp>

namespace rbgp {

nlohmann::ordered_json problem_json(const Problem& problem);

// Errors: invalid_argument for names of no dtype, layout or epilogue, and the JSON library's own.
Problem problem_from_json(const nlohmann::ordered_json& json);

}  // namespace rbgp
