#include <memory>
#include <optional>

#include <cli/commands.hpp>
#include <cli/json_fields.hpp>
#include <cli/npy.hpp>
#include <cli/option_checks.hpp>
#include <cli/pattern_options.hpp>
#include <cli/problem_options.hpp>
#include <cli/progress.hpp>
#include <cli/table.hpp>
#include <pipe/output_file.hpp>
#include <rbgp/codegen.hpp>
#include <rbgp/error.hpp>
#include <rbgp/plan.hpp>
#include <rbgp/prune.hpp>
#include <rbgp/tuner.hpp>

namespace rbgp::cli {
namespace {

struct PruneOptions {
  std::string weights;
  std::string config, plan;  // one of them
  PatternOptions pattern;
  std::string permute{to_string(Permute::all)};
  int restarts = MaskSearch{}.restarts;
  std::string values_out, plan_out;
  // Of the plan written for a configuration.
  ProblemOptions problem;
  std::int64_t n = 0;
  std::string target = "host";
  bool json = false;
};

void check_options(const CLI::App& command, const PruneOptions& options) {
  require(options.config.empty() != options.plan.empty(), ErrorCode::invalid_argument,
          "give either --config or --plan: what W is to be pruned to");
  if (!options.plan.empty())
    require_none_beside_a_plan(command, options.plan,
                               {"--n", "--dtype", "--layout", "--epilogue", "--target"});
  const bool needs_n = !options.plan_out.empty() && options.plan.empty();
  require(options.n > 0 || !needs_n, ErrorCode::invalid_argument,
          "--n is required with --config and --out-plan: the columns of I and O");
  permute_named(options.permute);
  // The plan that is read may be the one that is written: its kernel is kept for another mask.
  require_unlike(
      {"--out", options.values_out},
      {{"--weights", options.weights}, {"--plan", options.plan}, {"--out-plan", options.plan_out}});
  require_unlike({"--out-plan", options.plan_out}, {{"--weights", options.weights}});
  for (const std::string* file : {&options.values_out, &options.plan_out})
    if (!file->empty()) OutputFile::require_writable(*file);
}

// What W is pruned for: a plan of the user's, or one for a configuration, still without a kernel.
Plan base_plan(const PruneOptions& options) {
  if (!options.plan.empty()) return Plan::load(options.plan);
  const Rbgp4Config config = parse_config(options.config, options.pattern);
  Plan plan{.spec = {.problem = options.problem.problem(),
                     .pattern = make_pattern(config, options.pattern)},
            .seed = options.pattern.seed};
  plan.spec.problem.m = config.rows();
  plan.spec.problem.k = config.cols();
  plan.spec.problem.n = options.n;
  if (!options.plan_out.empty()) plan.device = target_properties(options.target);
  return plan;
}

Matrix read_weights(const PruneOptions& options, const Problem& problem) {
  Matrix weights = read_npy(options.weights);
  require(weights.rows == problem.m && weights.cols == problem.k, ErrorCode::invalid_argument,
          "{}: shape is ({}, {}); allowed is that of the {}, ({}, {})", options.weights,
          weights.rows, weights.cols, options.plan.empty() ? "configuration" : "plan", problem.m,
          problem.k);
  return weights;
}

MaskChoice choose(const PruneOptions& options, const Plan& plan, const Matrix& weights) {
  StatusLine status;
  const auto show = [&](const MaskProgress& now) {
    if (!status.is_due()) return;
    status.show(now.of > 0 ? fmt::format("{}: {} of {} orders", now.moving, now.done, now.of)
                           : fmt::format("{}: {} orders", now.moving, now.done));
  };
  try {
    return choose_mask(plan.spec.pattern, weights.rows, weights.cols, weights.elements.data(),
                       {.permute = permute_named(options.permute),
                        .seed = options.pattern.seed,
                        .restarts = options.restarts,
                        .progress = show});
  } catch (const Error& error) {
    if (error.code() != ErrorCode::invalid_argument) throw;
    fail(error.code(), "{}: {}", options.weights, error.what());
  }
}

void write_values(const std::string& file, const MaskChoice& choice, const Matrix& weights) {
  Matrix values{.rows = weights.rows, .cols = choice.pattern.nnz_per_row(), .elements = {}};
  values.elements.resize(static_cast<std::size_t>(values.rows * values.cols));
  values_from_dense(choice.pattern, choice.order, weights.rows, weights.cols,
                    weights.elements.data(), values.elements.data());
  write_npy(file, values);
}

Json choice_json(const MaskChoice& choice, const Matrix& weights, const PruneOptions& options) {
  const KeptShares& shares = choice.shares;
  return {{"config", choice.pattern.config().to_string()},
          {"rows", weights.rows},
          {"cols", weights.cols},
          {"permute", options.permute},
          {"moved", {{"rows", !choice.order.rows.empty()}, {"cols", !choice.order.cols.empty()}}},
          {"kept_elements", shares.kept},
          {"block_kept_elements", shares.block_kept},
          {"kept_share",
           {{"unstructured", shares.unstructured},
            {"block4x4", shares.blocks},
            {"chosen", shares.chosen},
            {"as_sampled", shares.as_sampled},
            {"random", shares.random}}}};
}

std::string choice_text(const MaskChoice& choice, const Matrix& weights,
                        const PruneOptions& options) {
  using Align = Table::Align;
  const KeptShares& shares = choice.shares;
  Table table(
      {{"mask", Align::left}, {"elements", Align::right}, {"squared norm kept", Align::right}});
  const auto add = [&](const std::string& name, std::int64_t kept, double share) {
    table.add_row({name, fmt::format("{}", kept), fmt::format("{:.2f} %", 100 * share)});
  };
  add("unstructured, the largest", shares.kept, shares.unstructured);
  add("4x4 blocks, the largest", shares.block_kept, shares.blocks);
  add(fmt::format("RBGP4, --permute {}", options.permute), shares.kept, shares.chosen);
  add("RBGP4, as sampled", shares.sampled_kept, shares.as_sampled);
  add("RBGP4, random order (mean)", shares.kept, shares.random);
  return fmt::format("{}, {} x {}\n\n{}", choice.pattern.config().to_string(), weights.rows,
                     weights.cols, table.text());
}

void run_prune(const CLI::App& command, const PruneOptions& options) {
  check_options(command, options);
  Plan plan = base_plan(options);
  const Matrix weights = read_weights(options, plan.spec.problem);
  // A plan pruned before starts anew: its order belongs to other weights.
  MaskChoice choice = choose(options, plan, weights);
  if (!options.plan_out.empty()) {
    plan.spec.pattern = choice.pattern;
    plan.order = choice.order;
    const bool keeps_kernel = !options.plan.empty() && is_supported(plan.spec, plan.device);
    if (!keeps_kernel)
      plan.spec.kernel =
          default_kernel(plan.spec.pattern, plan.spec.problem, plan.order, plan.device);
    if (!keeps_kernel && !options.plan.empty()) {
      plan.median_ms = 0;
      fmt::print(stderr,
                 "note: the plan's kernel needs base graphs whose vertices have not moved; {} has "
                 "an untuned one. Tune its pattern, or --permute all\n",
                 options.plan_out);
    }
    plan.spec = apply_order(std::move(plan.spec), plan.order, plan.device);
    if (!plan.order.cols.empty() && !plan.spec.problem.epilogue.column_order)
      fmt::print(stderr,
                 "note: {} takes rows of I in the order of \"order.cols\" of {}: rbgp run puts "
                 "them in it, a program has to\n",
                 plan.spec.kernel.family, options.plan_out);
  }
  if (!options.values_out.empty()) write_values(options.values_out, choice, weights);
  if (!options.plan_out.empty()) plan.save(options.plan_out);
  if (options.json)
    print_json(choice_json(choice, weights, options));
  else
    fmt::print("{}", choice_text(choice, weights, options));
}

}  // namespace

void add_prune(CLI::App& app) {
  auto options = std::make_shared<PruneOptions>();
  CLI::App* command = app.add_subcommand(
      "prune", "Choose the mask of a trained matrix: what it keeps, and the order that keeps most");
  command->add_option("--weights", options->weights, "W.npy: the trained matrix, dense, M x K")
      ->required();
  command->add_option("--config", options->config, "Configuration that W is pruned to");
  command->add_option("--plan", options->plan,
                      "Plan whose pattern W is pruned to, instead of a configuration");
  add_pattern_options(*command, options->pattern);
  command
      ->add_option("--permute", options->permute,
                   "What may move: none; vertices of the base graphs, which costs nothing; and "
                   "with them rows, cols or all")
      ->capture_default_str();
  command
      ->add_option("--restarts", options->restarts,
                   "Go on so many times from a shuffled order: slower, and keeps more")
      ->capture_default_str()
      ->check(restarts_check());
  command->add_option("--out", options->values_out,
                      "Write the values on the pattern, in its order: M x non-zeros of a row");
  command->add_option("--out-plan", options->plan_out,
                      "Write a plan with the chosen pattern and order");
  command->add_option("--n", options->n, "Columns of I and O of a plan for --config")
      ->check(size_check());
  add_problem_options(*command, options->problem);
  command->add_option("--target", options->target, "Of such a plan: host, or a CUDA architecture")
      ->capture_default_str();
  command->add_flag("--json", options->json, "Print one JSON object");
  command->callback([command, options] { run_prune(*command, *options); });
}

}  // namespace rbgp::cli
