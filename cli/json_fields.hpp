// JSON of the public types, as every subcommand's --json writes them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include <pipe/device_json.hpp>
#include <pipe/problem_json.hpp>
#include <rbgp/problem.hpp>

namespace rbgp::cli {

using Json = nlohmann::ordered_json;  // keys in the order written

Json to_json(const KernelConfig& kernel);

// One JSON document on stdout. Text that is not UTF-8 (a file name, say) is written with
// replacement characters instead of failing.
void print_json(const Json& json);

}  // namespace rbgp::cli
