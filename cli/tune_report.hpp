// What a sweep found, for people and for programs.
#pragma once

#include <string>

#include <cli/json_fields.hpp>
#include <rbgp/tuner.hpp>

namespace rbgp::cli {

// Problem, device, dense time, the ten fastest candidates, the fronts, the choice and the notes.
std::string tune_text(const TuneRequest& request, const TuneResult& result);

// How far the finals' times can be relied on, under the names of tune_json.
Json finals_json(const TuneResult& result);

// All candidates. `plan_file` is empty where no plan was written.
Json tune_json(const TuneRequest& request, const TuneResult& result, const std::string& plan_file);

}  // namespace rbgp::cli
