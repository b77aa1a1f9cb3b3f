#include <filesystem>
#include <memory>
#include <optional>

#include <cli/commands.hpp>
#include <cli/graph_files.hpp>
#include <cli/option_checks.hpp>
#include <cli/pattern_options.hpp>
#include <cli/pattern_report.hpp>
#include <rbgp/error.hpp>
#include <rbgp/plan.hpp>

namespace rbgp::cli {
namespace {

struct InspectOptions {
  std::string subject;
  PatternOptions pattern;
  PatternFiles files;
  std::string dtype;  // empty: f32, or the plan's
  bool json = false;
};

struct Subject {
  PatternFacts facts;
  std::optional<Plan> plan;
};

Subject inspected(const CLI::App& command, const InspectOptions& options) {
  const std::string& subject = options.subject;
  if (!std::filesystem::exists(subject) && subject.find('=') != std::string::npos) {
    const Rbgp4Config config = parse_config(subject, options.pattern);
    const Dtype dtype = options.dtype.empty() ? Dtype::f32 : parse_dtype(options.dtype);
    return {pattern_facts(make_pattern(config, options.pattern), options.pattern.seed,
                          config.rows(), config.cols(), dtype_bytes(dtype)),
            std::nullopt};
  }
  require(std::filesystem::exists(subject), ErrorCode::io,
          "'{}' is neither a plan's file nor a configuration such as "
          "go=32x128@50,gr=4x1,gi=32x32@50,gb=1x1",
          subject);
  require_none_beside_a_plan(command, subject,
                             {"--dtype", "--seed", "--construction", "--allow-disconnected",
                              "--nearest", "--go-file", "--gi-file"});
  Plan plan = Plan::load(subject);
  const Problem& problem = plan.spec.problem;
  return {
      pattern_facts(plan.spec.pattern, plan.seed, problem.m, problem.k, dtype_bytes(problem.dtype)),
      plan};
}

Json subject_json(const Subject& subject) {
  Json json = pattern_json(subject.facts);
  if (!subject.plan) return json;
  const Plan& plan = *subject.plan;
  json["problem"] = problem_json(plan.spec.problem);
  json["kernel"] = to_json(plan.spec.kernel);
  json["device"] = device_json(plan.device);
  json["measured"] = {{"median_ms", plan.median_ms},
                      {"dense_ms", plan.dense_ms},
                      {"dense_library", plan.dense_library}};
  json["moved"] = {{"rows", !plan.order.rows.empty()}, {"cols", !plan.order.cols.empty()}};
  return json;
}

std::string plan_text(const Plan& plan) {
  const Problem& problem = plan.spec.problem;
  std::string text = fmt::format("plan: {} x {} x {} {}, {}, on {} ({})", problem.m, problem.k,
                                 problem.n, to_string(problem.dtype), plan.spec.kernel.to_string(),
                                 plan.device.name, plan.device.arch);
  if (plan.median_ms > 0) text += fmt::format(", {:.4g} ms", plan.median_ms);
  if (plan.dense_ms > 0) text += fmt::format(", dense {:.4g} ms", plan.dense_ms);
  if (plan.order.empty()) return text + "\n";
  const bool both = !plan.order.rows.empty() && !plan.order.cols.empty();
  const char* const one_side = plan.order.rows.empty() ? "columns" : "rows";
  return text + fmt::format("\norder: {} of W are moved for its trained mask\n",
                            both ? "rows and columns" : one_side);
}

void run_inspect(const CLI::App& command, const InspectOptions& options) {
  options.files.check({options.subject});
  const Subject subject = inspected(command, options);
  const PatternFacts& facts = subject.facts;
  options.files.write(facts.pattern, facts.rows, facts.cols,
                      fmt::format("seed {}", facts.seed.value_or(0)));
  if (options.json) {
    print_json(subject_json(subject));
    return;
  }
  fmt::print("{}\n", facts.title());
  if (subject.plan) fmt::print("{}", plan_text(*subject.plan));
  fmt::print("\n{}", pattern_text(facts));
}

}  // namespace

void add_inspect(CLI::App& app) {
  auto options = std::make_shared<InspectOptions>();
  CLI::App* command =
      app.add_subcommand("inspect", "Sizes, spectra and memory of a plan or a configuration");
  command->add_option("subject", options->subject, "Plan or configuration")->required();
  add_pattern_options(*command, options->pattern);
  command->add_option("--dtype", options->dtype,
                      "Of a configuration's values: f32, f32x3, tf32, bf16 or f16 (default: f32)");
  command->add_flag("--json", options->json, "Print one JSON object");
  add_pattern_files(*command, options->files);
  command->callback([command, options] { run_inspect(*command, *options); });
}

}  // namespace rbgp::cli
