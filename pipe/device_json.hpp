// A device as plans, journals and messages between processes write it.
#pragma once

#include <nlohmann/json.hpp>

#include <rbgp/device.hpp>

namespace rbgp {

nlohmann::ordered_json device_json(const DeviceProperties& device);

// Errors: invalid_argument for a kind that is none, and the JSON library's own.
DeviceProperties device_from_json(const nlohmann::ordered_json& json);

}  // namespace rbgp
