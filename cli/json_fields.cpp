#include <fmt/format.h>

#include <cli/json_fields.hpp>

namespace rbgp::cli {

Json to_json(const KernelConfig& kernel) {
  return {{"family", kernel.family}, {"tunables", kernel.tunables}};
}

void print_json(const Json& json) {
  fmt::print("{}\n", json.dump(2, ' ', false, Json::error_handler_t::replace));
}

}  // namespace rbgp::cli
