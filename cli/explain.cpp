// rbgp explain: what a kernel is bound by, how long it should take, and took where that is known.
#include <memory>
#include <optional>

#include <cli/commands.hpp>
#include <cli/json_fields.hpp>
#include <cli/option_checks.hpp>
#include <cli/problem_options.hpp>
#include <cli/table.hpp>
#include <cli/wisdom_files.hpp>
#include <rbgp/codegen.hpp>
#include <rbgp/error.hpp>
#include <rbgp/explain.hpp>
#include <rbgp/plan.hpp>
#include <rbgp/tuner.hpp>

namespace rbgp::cli {
namespace {

struct ExplainOptions {
  std::string what;  // a plan's file, or a configuration
  std::int64_t n = 0;
  ProblemOptions problem;
  std::string target;  // empty: see device_of
  std::string kernel;  // empty: the default one
  std::string measure;  // a device; empty: none
  bool json = false;
};

struct Explained {
  Rbgp4Config config;
  Problem problem;
  KernelConfig kernel;
  DeviceProperties device;
  std::optional<Plan> plan = std::nullopt;
  double measured_ms = 0;  // 0: not known
  std::string measured_on = {};
};

// What wisdom has of this very kernel: the least time of plans that were chosen. Wisdom that does not read is for `rbgp
// wisdom` to refuse.
void add_known_time(Explained& of) {
  Wisdom wisdom;
  try {
    wisdom = Wisdom::load(wisdom_files({}));
  } catch (const Error&) {
    return;
  }
  for (const WisdomEntry* entry : wisdom.entries()) {
    const Plan& plan = entry->plan;
    const bool is_this = plan.spec.problem == of.problem &&
                         plan.spec.pattern.config() == of.config && plan.spec.kernel == of.kernel;
    if (!is_this || entry->cold || !entry->is_of_this_generator() || !entry->is_for(of.device))
      continue;
    if (of.measured_ms > 0 && of.measured_ms <= plan.median_ms) continue;
    of.measured_ms = plan.median_ms;
    of.measured_on = plan.device.name;
  }
}

// What a configuration's kernel is for: what is named, else what is measured, whose rates then are known.
DeviceProperties device_of(const ExplainOptions& options) {
  if (options.target.empty() && !options.measure.empty())
    return Device::select(options.measure).properties();
  return target_properties(options.target.empty() ? "host" : options.target);
}

Explained explained(const CLI::App& command, const ExplainOptions& options) {
  if (!options.what.starts_with("go=")) {
    require_none_beside_a_plan(
        command, options.what,
        {"--n", "--dtype", "--layout", "--epilogue", "--target", "--kernel"});
    const Plan plan = Plan::load(options.what);
    return {.config = plan.spec.pattern.config(),
            .problem = plan.spec.problem,
            .kernel = plan.spec.kernel,
            .device = plan.device,
            .plan = plan,
            .measured_ms = plan.median_ms,
            .measured_on = plan.device.name};
  }
  require(options.n > 0, ErrorCode::invalid_argument, "--n is required with a configuration");
  Explained of{.config = Rbgp4Config::parse(options.what),
               .problem = options.problem.problem(),
               .kernel = {},
               .device = device_of(options)};
  of.problem.m = of.config.rows();
  of.problem.k = of.config.cols();
  of.problem.n = options.n;
  of.kernel = options.kernel.empty() ? default_kernel(of.config, of.problem, of.device)
                                     : parse_kernel(options.kernel, of.device);
  add_known_time(of);
  return of;
}

std::string text_of(const Explained& of, const Explanation& why) {
  std::string text = fmt::format("{}, {}, on {}\n{}\n\n", of.problem.to_string(),
                                 of.config.to_string(), of.device.name, of.kernel.to_string());
  Table table({{"ceiling", Table::Align::left},
               {"ms", Table::Align::right},
               {"of predicted", Table::Align::right}});
  for (const CeilingTime& ceiling : why.ceilings)
    table.add_row({ceiling.name, fmt::format("{:.4g}", ceiling.ms),
                   fmt::format("{:.0f} %", 100 * ceiling.ms / why.predicted_ms)});
  text += table.text() + fmt::format("\nbound by {}\n", why.binding);
  text += fmt::format(
      "predicted: {:.4g} ms, by {} rates of memory, arithmetic and launch; of shared memory and L2 "
      "by the architecture's\n",
      why.predicted_ms, why.rates);
  if (of.measured_ms > 0)
    text += fmt::format("measured: {:.4g} ms on {}, predicted is {:.2f} of it\n", of.measured_ms,
                        of.measured_on, why.predicted_ms / of.measured_ms);
  text += fmt::format("tiles: {:.0f}, {:.2f} waves\n", why.tiles, why.waves);
  if (why.threads > 0)
    text += fmt::format(
        "occupancy: {:.0f} blocks a multiprocessor of {} threads and {} bytes of shared memory\n",
        why.resident_blocks, why.threads, why.shared_bytes);
  return text;
}

Json json_of(const Explained& of, const Explanation& why) {
  Json ceilings = Json::object();
  for (const CeilingTime& ceiling : why.ceilings) ceilings[ceiling.name] = ceiling.ms;
  return {{"problem", problem_json(of.problem)},
          {"config", of.config.to_string()},
          {"kernel", to_json(of.kernel)},
          {"device", device_json(of.device)},
          {"predicted_ms", why.predicted_ms},
          {"measured_ms", of.measured_ms > 0 ? Json(of.measured_ms) : Json()},
          {"measured_on", of.measured_ms > 0 ? Json(of.measured_on) : Json()},
          {"binding", why.binding},
          {"ceilings_ms", std::move(ceilings)},
          {"tiles", why.tiles},
          {"waves", why.waves},
          {"resident_blocks", why.resident_blocks},
          {"threads", why.threads},
          {"shared_bytes", why.shared_bytes},
          {"rates", why.rates}};
}

void run_explain(const CLI::App& command, const ExplainOptions& options) {
  const Explained of = explained(command, options);
  if (!options.measure.empty() &&
      !measure_device(Device::select(options.measure), of.problem.dtype))
    fmt::print(stderr,
               "rbgp: note: what was measured is used once: there is no cache folder that can be "
               "written (rbgp doctor)\n");
  const Explanation why = of.plan ? explain(of.plan->spec, of.device)
                                  : explain(of.config, of.problem, of.kernel, of.device);
  if (options.json)
    print_json(json_of(of, why));
  else
    fmt::print("{}", text_of(of, why));
}

}  // namespace

void add_explain(CLI::App& app) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App* command = app.add_subcommand(
      "explain",
      "Say what a plan's or a configuration's kernel is bound by, and how long it takes");
  command->add_option("what", options->what, "A plan's file, or a configuration")->required();
  command->add_option("--n", options->n, "Columns of I and O, of a configuration")
      ->check(size_check());
  add_problem_options(*command, options->problem);
  command->add_option("--target", options->target,
                      "host, or a CUDA architecture (sm_90a); without it the device of "
                      "--measure, or host");
  command->add_option("--kernel", options->kernel,
                      "Family and tunables; otherwise the default for the configuration");
  command->add_option("--measure", options->measure,
                      "First measure what this device (cpu, cuda:0) does at best, and store it");
  command->add_flag("--json", options->json, "Print one JSON object");
  command->callback([command, options] { run_explain(*command, *options); });
}

}  // namespace rbgp::cli
