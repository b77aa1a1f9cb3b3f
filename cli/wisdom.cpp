#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <cli/commands.hpp>
#include <cli/json_fields.hpp>
#include <cli/option_checks.hpp>
#include <cli/problem_options.hpp>
#include <cli/table.hpp>
#include <cli/wisdom_files.hpp>
#include <pipe/output_file.hpp>
#include <rbgp/codegen.hpp>
#include <rbgp/error.hpp>

namespace rbgp::cli {
namespace {

namespace fs = std::filesystem;

struct WisdomOptions {
  std::string wisdom;
  bool json = false;
  std::vector<std::string> files;  // to import
  std::string out;
  std::int64_t m = 0, k = 0, n = 0;
  double sparsity = 0;
  ProblemOptions problem;
  std::string device = "auto";
  std::string target;
  std::string prefer{to_string(Preference::time)};
  bool cold = false;
  bool validate = false, no_validate = false;  // neither: validate, but for a target
  std::uint64_t seed = 1;
};

Json entry_json(const WisdomEntry& entry) {
  const Plan& plan = entry.plan;
  return {{"device", device_json(plan.device)},
          {"problem", problem_json(plan.spec.problem)},
          {"config", plan.spec.pattern.config().to_string()},
          {"kernel", to_json(plan.spec.kernel)},
          {"prefer", to_string(entry.prefer)},
          {"timing", entry.cold ? "cold" : "warm"},
          {"generator", entry.generator_version},
          {"median_ms", plan.median_ms},
          {"dense_ms", plan.dense_ms}};
}

void run_list(const WisdomOptions& options) {
  const Wisdom wisdom = Wisdom::load(wisdom_files(options.wisdom));
  Json list = Json::array();
  using Align = Table::Align;
  Table table({{"device"},
               {"problem"},
               {"sparsity", Align::right},
               {"ms", Align::right},
               {"x dense", Align::right},
               {"configuration"},
               {"kernel"}});
  for (const WisdomEntry* entry : wisdom.entries()) {
    list.push_back(entry_json(*entry));
    const Plan& plan = entry->plan;
    const Rbgp4Config& config = plan.spec.pattern.config();
    table.add_row(
        {plan.device.name, plan.spec.problem.to_string(),
         fmt::format("{:.6g} %", 100 * config.sparsity()), fmt::format("{:.4g}", plan.median_ms),
         plan.dense_ms > 0 ? fmt::format("{:.2f}", plan.dense_ms / plan.median_ms) : "-",
         config.to_string(),
         plan.spec.kernel.to_string() +
             (entry->is_of_this_generator()
                  ? ""
                  : fmt::format(" (of generator {}, not taken)", entry->generator_version))});
  }
  if (options.json)
    print_json({{"entries", std::move(list)}});
  else
    fmt::print("{}", table.text());
}

void run_lookup(const WisdomOptions& options) {
  WisdomRequest request{
      .problem = options.problem.problem(),
      .sparsity_percent = options.sparsity,
      .device = options.target.empty() ? Device::select(options.device) : Device::host(),
      .prefer = parse_preference(options.prefer),
      .cold = options.cold,
      .seed = options.seed,
      .validate = options.validate || (!options.no_validate && options.target.empty())};
  if (!options.target.empty()) request.target = target_properties(options.target);
  request.problem.m = options.m;
  request.problem.k = options.k;
  request.problem.n = options.n;
  const std::vector<fs::path> known = wisdom_files(options.wisdom);
  for (const fs::path& file : known)
    require_unlike({"--out", options.out}, {{"the wisdom", file.string()}});
  if (!options.out.empty()) OutputFile::require_writable(options.out);
  const WisdomAnswer answer = look_up(Wisdom::load(known), request);
  const Plan& plan = answer.plan;
  if (!options.out.empty()) plan.save(options.out);
  if (options.json) {
    print_json({{"source", to_string(answer.source)},
                {"problem", problem_json(plan.spec.problem)},
                {"config", plan.spec.pattern.config().to_string()},
                {"kernel", to_json(plan.spec.kernel)},
                {"median_ms", plan.median_ms},
                {"validated", answer.checked.has_value()},
                {"validated_ms", answer.checked ? Json(answer.checked->median_ms) : Json()},
                {"notes", answer.notes},
                {"plan", options.out.empty() ? Json() : Json(options.out)}});
    return;
  }
  fmt::print("{}: {} {}", to_string(answer.source), plan.spec.pattern.config().to_string(),
             plan.spec.kernel.to_string());
  if (plan.median_ms > 0) fmt::print(", {:.4g} ms", plan.median_ms);
  if (answer.checked) fmt::print(", built and right, now {:.4g} ms", answer.checked->median_ms);
  fmt::print("\n");
  for (const std::string& note : answer.notes) fmt::print("note: {}\n", note);
  if (!options.out.empty()) fmt::print("plan: {}\n", options.out);
}

void run_import(const WisdomOptions& options) {
  Wisdom all;
  for (const std::string& file : options.files) {
    const Wisdom one = Wisdom::import(file);
    for (const WisdomEntry* entry : one.entries()) all.add(*entry);
  }
  const WisdomFile own(options.wisdom);  // after what may be wrong: it makes the file
  require(own.path().has_value(), ErrorCode::invalid_argument,
          "there is no file to import to; name one with --wisdom");
  std::error_code error;
  fs::create_directories(fs::absolute(*own.path()).parent_path(), error);
  const std::size_t added = all.save_into(*own.path());
  fmt::print("wisdom: {}, {} of {} plans added\n", own.path()->string(), added,
             all.entries().size());
}

// What is known, each best once, in a file of its own.
void run_export(const WisdomOptions& options) {
  require(!fs::exists(options.out), ErrorCode::invalid_argument,
          "{}: it is there already; name another file, or import into it", options.out);
  const Wisdom wisdom = Wisdom::load(wisdom_files(options.wisdom));
  wisdom.write(options.out);
  fmt::print("wisdom: {}, {} plans\n", options.out, wisdom.entries().size());
}

}  // namespace

void add_wisdom(CLI::App& app) {
  auto options = std::make_shared<WisdomOptions>();
  CLI::App* command = app.add_subcommand("wisdom", "The best plans known, by device and problem");
  command->require_subcommand(1);
  const auto add = [&](const char* name, const char* help) {
    CLI::App* one = command->add_subcommand(name, help);
    one->add_option("--wisdom", options->wisdom, kWisdomHelp);
    return one;
  };
  CLI::App* list = add("list", "Show what is known");
  list->add_flag("--json", options->json, "Print one JSON object");
  list->callback([options] { run_list(*options); });

  CLI::App* lookup = add("lookup", "The best plan for a problem: exact, nearest, model or default");
  lookup->add_option("--m", options->m, "Rows of W and O")->required()->check(size_check());
  lookup->add_option("--k", options->k, "Columns of W, rows of I")->required()->check(size_check());
  lookup->add_option("--n", options->n, "Columns of I and O")->required()->check(size_check());
  lookup->add_option("--sparsity", options->sparsity, "Sparsity of W in percent")
      ->required()
      ->check(sparsity_check());
  add_problem_options(*lookup, options->problem);
  CLI::Option* const device =
      lookup->add_option("--device", options->device, "auto, cpu or cuda:I")->capture_default_str();
  lookup->add_option("--target", options->target, "sm_XX or host, which need not be here")
      ->excludes(device);
  lookup
      ->add_option("--prefer", options->prefer, "What the plan was chosen by: time, gap, balanced")
      ->capture_default_str();
  lookup->add_flag("--cold", options->cold, "Timed on a cold cache");
  lookup->add_option("--seed", options->seed, "Of patterns that are sampled for it")
      ->check(seed_check())
      ->capture_default_str();
  CLI::Option* const validate =
      lookup->add_flag("--validate", options->validate,
                       "Build its kernel, check it against the reference and time it, as is done "
                       "for a --device anyway");
  lookup->add_flag("--no-validate", options->no_validate, "Give the plan at once, unchecked")
      ->excludes(validate);
  lookup->add_option("--out", options->out, "Where the plan goes");
  lookup->add_flag("--json", options->json, "Print one JSON object");
  lookup->callback([options] { run_lookup(*options); });

  CLI::App* import = add("import", "Add what other files of wisdom, or journals of sweeps, know");
  import->add_option("files", options->files, "Wisdom or journals")->required();
  import->callback([options] { run_import(*options); });

  CLI::App* exported = add("export", "Write what is known, each best plan once, to a new file");
  exported->add_option("out", options->out, "The file")->required();
  exported->callback([options] { run_export(*options); });
}

}  // namespace rbgp::cli
