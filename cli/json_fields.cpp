#include <fmt/format.h>

#include <cli/json_fields.hpp>

namespace rbgp::cli {

Json to_json(const Problem& problem) {
  return {{"m", problem.m},
          {"k", problem.k},
          {"n", problem.n},
          {"dtype", to_string(problem.dtype)},
          {"layout", to_string(problem.layout)},
          {"epilogue", problem.epilogue.to_string()}};
}

Json to_json(const KernelConfig& kernel) {
  return {{"family", kernel.family}, {"tunables", kernel.tunables}};
}

Json to_json(const DeviceProperties& device) {
  return {{"kind", device.kind == DeviceKind::host ? "host" : "cuda"},
          {"name", device.name},
          {"arch", device.arch},
          {"compute_units", device.compute_units}};
}

void print_json(const Json& json) {
  fmt::print("{}\n", json.dump(2, ' ', false, Json::error_handler_t::replace));
}

}  // namespace rbgp::cli
