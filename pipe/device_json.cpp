#include <pipe/device_json.hpp>

namespace rbgp {

using Json = nlohmann::ordered_json;

Json device_json(const DeviceProperties& device) {
  return {{"kind", to_string(device.kind)},
          {"name", device.name},
          {"arch", device.arch},
          {"compute_units", device.compute_units},
          {"vector_floats", device.vector_floats},
          {"vector_registers", device.vector_registers},
          {"shared_bytes", device.shared_bytes},
          {"memory_bytes", device.memory_bytes},
          {"driver", device.driver}};
}

DeviceProperties device_from_json(const Json& json) {
  DeviceProperties device;
  device.kind = parse_device_kind(json.at("kind").get<std::string>());
  json.at("name").get_to(device.name);
  json.at("arch").get_to(device.arch);
  json.at("compute_units").get_to(device.compute_units);
  json.at("vector_floats").get_to(device.vector_floats);
  json.at("vector_registers").get_to(device.vector_registers);
  json.at("shared_bytes").get_to(device.shared_bytes);
  json.at("memory_bytes").get_to(device.memory_bytes);
  json.at("driver").get_to(device.driver);
  return device;
}

}  // namespace rbgp
