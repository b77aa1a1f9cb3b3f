#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include <cli/commands.hpp>
#include <rbgp/codegen.hpp>

namespace rbgp::cli {
namespace {

struct ExportOptions {
  std::string plan;
  std::string out;
  std::string arch;
  std::string name = "rbgp";
};

void run_export(const ExportOptions& options) {
  const Plan plan = Plan::load(options.plan);
  export_plan(plan, options.out, options.arch, options.name);
  fmt::print("{}: {} for {}\n", options.out, plan.spec.kernel.to_string(),
             options.arch.empty() ? plan.device.arch : options.arch);
  const Plan exported = Plan::load(std::filesystem::path(options.out) / "plan.json");
  if (!plan.order.cols.empty() && !exported.spec.problem.epilogue.column_order)
    fmt::print(
        "note: this kernel does not look rows of I up: the layer takes them in the order of "
        "plan.json's \"order.cols\", and not in W's own\n");
}

}  // namespace

void add_export(CLI::App& app) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App* command = app.add_subcommand("export", "Write a kernel that builds without rbgp");
  command->add_option("plan", options->plan, "Plan that `rbgp tune` wrote")->required();
  command->add_option("--out", options->out, "Folder to create")->required();
  command->add_option("--arch", options->arch,
                      "CUDA architecture, sm_90a for example (default: the plan's)");
  command->add_option("--name", options->name,
                      "What its functions, types and macros begin with: NAME_layer, NAME_pack ... Layers "
                      "of different names link into one program")
      ->capture_default_str();
  command->callback([options] { run_export(*options); });
}

}  // namespace rbgp::cli
