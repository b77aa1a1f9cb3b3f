#include <rbgp/doctor.hpp>

#include <fmt/format.h>

#include <memory>

#include <cli/commands.hpp>
#include <cli/json_fields.hpp>
#include <cli/table.hpp>

namespace rbgp::cli {
namespace {

Json items_json(const std::vector<DoctorItem>& items) {
  Json list = Json::array();
  for (const DoctorItem& item : items)
    list.push_back({{"name", item.name},
                    {"found", item.found},
                    {"value", item.value},
                    {"advice", item.advice}});
  return {{"version", RBGP_VERSION}, {"items", std::move(list)}};
}

void print_items(const std::vector<DoctorItem>& items) {
  Table table({{"what"}, {"here"}, {"which"}});
  for (const DoctorItem& item : items)
    table.add_row({item.name, item.found ? "yes" : "no", item.value});
  fmt::print("{}", table.text());
  for (const DoctorItem& item : items)
    if (!item.advice.empty()) fmt::print("{}: {}\n", item.name, item.advice);
}

void run_doctor(bool json) {
  const std::vector<DoctorItem> items = doctor();
  if (json)
    print_json(items_json(items));
  else
    print_items(items);
}

}  // namespace

void add_doctor(CLI::App& app) {
  auto json = std::make_shared<bool>(false);
  CLI::App* command =
      app.add_subcommand("doctor", "What this machine has, what is used, what is missing");
  command->add_flag("--json", *json, "Print one JSON object");
  command->callback([json] { run_doctor(*json); });
}

}  // namespace rbgp::cli
