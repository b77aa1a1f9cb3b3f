// Whole numbers of JSON.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>

#include <rbgp/error.hpp>

namespace rbgp {

// A field of 64 bits: the library would cut off a fraction, and what is too large. Errors: invalid_argument.
inline std::int64_t integer_field(const nlohmann::ordered_json& json, const char* field) {
  const nlohmann::ordered_json& value = json.at(field);
  const bool fits = value.is_number_integer() &&
                    (!value.is_number_unsigned() || value.get<std::uint64_t>() <= INT64_MAX);
  require(fits, ErrorCode::invalid_argument, "{} is {}, which is no integer of 64 bits", field,
          value.dump());
  return value.get<std::int64_t>();
}

}  // namespace rbgp
