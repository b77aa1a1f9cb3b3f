#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <sstream>
#include <string_view>
#include <system_error>
#include <vector>

#include <cli/bound_options.hpp>
#include <cli/commands.hpp>
#include <cli/network.hpp>
#include <cli/option_checks.hpp>
#include <cli/output_file.hpp>
#include <cli/pattern_options.hpp>
#include <cli/problem_options.hpp>
#include <cli/ranks.hpp>
#include <cli/shared_sweep.hpp>
#include <cli/stop_signal.hpp>
#include <cli/tune_network.hpp>
#include <cli/tune_report.hpp>
#include <cli/wisdom_files.hpp>
#include <rbgp/error.hpp>
#include <rbgp/explain.hpp>
#include <rbgp/tuner.hpp>

namespace rbgp::cli {
namespace {

struct TuneOptions {
  std::int64_t m = 0;
  std::int64_t k = 0;
  std::int64_t n = 0;
  std::string network;
  std::string layer;
  std::int64_t batch = 0;  // 0: the network's
  std::optional<double> sparsity;
  std::string config;  // searches its kernels alone
  std::string family;
  SearchBounds bounds;
  std::vector<std::string> fixed;  // of the configuration, texts of its parts
  ProblemOptions problem;
  std::string device = "auto";
  PatternOptions pattern;  // all but seed and nearest are for `config`
  std::string budget = "60s";
  std::string compile_limit = "120s";
  std::string run_limit = "60s";
  bool cold = false;
  std::int64_t max_candidates = 0;
  bool pad = false;
  std::string strategy = TuneRequest{}.strategy;
  std::string journal;  // empty: none
  std::string shard = to_string(Shard{});
  std::string wisdom;  // empty: the default place
  std::string prefer{to_string(TuneRequest{}.prefer)};
  std::string out;  // empty: plan.json, of a network the folder plans
  bool json = false;
};

// "60", "60s", "2m", "500ms" -> seconds.
double parse_seconds(const char* option, const std::string& text) {
  struct Unit {
    std::string_view name;
    double seconds;
  };
  constexpr std::array kUnits = {Unit{"", 1}, Unit{"s", 1}, Unit{"m", 60}, Unit{"ms", 1e-3}};
  double amount = 0;
  const char* const text_end = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), text_end, amount);
  const std::string_view name(end, static_cast<std::size_t>(text_end - end));
  for (const Unit& unit : kUnits) {
    // Written so that NaN fails too; the upper bound is a year.
    const double seconds = amount * unit.seconds;
    if (error == std::errc{} && name == unit.name && seconds > 0 && seconds < 3.2e7) return seconds;
  }
  fail(ErrorCode::invalid_argument,
       "{}: '{}' is no time; write seconds (60 or 60s), minutes (2m) or milliseconds (500ms)",
       option, text);
}

// "cuda:0,cuda:1", or "all": every GPU, or the CPU where there is none.
std::vector<Device> parse_devices(const std::string& text) {
  std::vector<Device> devices;
  if (text == "all") {
    for (Device& device : Device::all())
      if (device.kind() == DeviceKind::cuda) devices.push_back(std::move(device));
    if (devices.empty()) devices.push_back(Device::host());
    return devices;
  }
  std::istringstream names(text);
  for (std::string name; std::getline(names, name, ',');) {
    devices.push_back(Device::select(name));
    const auto is_last = [&](const Device& other) { return other.text() == devices.back().text(); };
    require(std::count_if(devices.begin(), devices.end(), is_last) == 1,
            ErrorCode::invalid_argument, "--device {}: {} is there twice", text,
            devices.back().text());
  }
  require(!devices.empty() && !text.ends_with(','), ErrorCode::invalid_argument,
          "--device '{}': name a device, or several with commas between them", text);
  return devices;
}

struct NamedProblem {
  Problem problem;
  std::string note;  // what a user should know of the layer
};

void require_no_sizes(const TuneOptions& options) {
  require(options.m == 0 && options.k == 0 && options.n == 0, ErrorCode::invalid_argument,
          "--m, --k and --n come from --network {}; give the sizes or the layer", options.network);
}

NamedProblem layer_of(const TuneOptions& options, const Problem& without_sizes) {
  require_no_sizes(options);
  const Network network = load_network(options.network);
  const NetworkLayer& layer = network.layer(options.layer);
  NamedProblem named{.problem = layer_problem(layer, options.batch, without_sizes.dtype),
                     .note = {}};
  named.problem.layout = without_sizes.layout;
  named.problem.epilogue = without_sizes.epilogue;
  if (layer.dense)
    named.note = fmt::format("the paper keeps layer {} of {} dense", layer.name, network.name);
  return named;
}

NamedProblem problem_of(const TuneOptions& options) {
  Problem problem = options.problem.problem();
  if (!options.network.empty()) return layer_of(options, problem);
  require(options.layer.empty() && options.batch == 0, ErrorCode::invalid_argument,
          "--layer and --batch need --network");
  problem.m = options.m;
  problem.k = options.k;
  problem.n = options.n;
  if (!options.config.empty()) {
    const Rbgp4Config config = Rbgp4Config::parse(options.config, options.pattern.nearest);
    if (problem.m == 0) problem.m = config.rows();
    if (problem.k == 0) problem.k = config.cols();
  }
  require(problem.m > 0 && problem.k > 0 && problem.n > 0, ErrorCode::invalid_argument,
          "--m, --k and --n are required, or --config and --n, or --network and --layer");
  return {.problem = problem, .note = {}};
}

// The one pattern whose kernels are searched.
Rbgp4Pattern pattern_of(const TuneOptions& options) {
  return make_pattern(parse_config(options.config, options.pattern), options.pattern);
}

void require_no_pattern_options(const PatternOptions& options) {
  const bool given = options.construction != PatternOptions{}.construction ||
                     options.allow_disconnected || !options.go_file.empty() ||
                     !options.gi_file.empty();
  require(!given, ErrorCode::invalid_argument,
          "--construction, --allow-disconnected, --go-file and --gi-file need --config");
}

// The plan would take the journal's place.
void require_two_files(const TuneOptions& options) {
  // Of a path that cannot be followed nothing is left: opening it says why.
  const auto whole = [](const std::string& file) {
    std::error_code error;
    return std::filesystem::weakly_canonical(std::filesystem::absolute(file, error), error);
  };
  const std::filesystem::path journal = whole(options.journal);
  require(journal.empty() || journal != whole(options.out), ErrorCode::invalid_argument,
          "--journal and --out both name {}", options.journal);
}

void report(const TuneOptions& options, const TuneRequest& request, const TuneResult& result,
            const std::string& plan_file) {
  if (options.json) {
    print_json(tune_json(request, result, plan_file));
    return;
  }
  fmt::print("{}", tune_text(request, result));
  if (!plan_file.empty()) fmt::print("plan: {}\n", plan_file);
}

// All but what is to be multiplied.
TuneRequest request_of(const TuneOptions& options) {
  require(options.sparsity.has_value() != !options.config.empty(), ErrorCode::invalid_argument,
          "give either --sparsity, to search patterns, or --config, to search its kernels");
  const std::vector<Device> devices = parse_devices(options.device);
  SearchBounds bounds = options.bounds;
  for (const std::string& part : options.fixed) bounds.fix(part);
  return {.problem = options.problem.problem(),
          .sparsity_percent = options.sparsity.value_or(0),
          .device = devices.front(),
          .further_devices = {devices.begin() + 1, devices.end()},
          .seed = options.pattern.seed,
          .budget_seconds = parse_seconds("--budget", options.budget),
          .max_candidates = options.max_candidates,
          .nearest = options.pattern.nearest,
          .pad = options.pad,
          .strategy = options.strategy,
          .family = options.family,
          .bounds = bounds,
          .journal = options.journal,
          .shard = parse_shard(options.shard),
          .prefer = parse_preference(options.prefer),
          .cold = options.cold,
          .compile_limit_seconds = parse_seconds("--compile-limit", options.compile_limit),
          .run_limit_seconds = parse_seconds("--run-limit", options.run_limit)};
}

void run_network(const TuneOptions& options) {
  require_no_sizes(options);
  Network network = load_network(options.network);
  require(options.config.empty(), ErrorCode::invalid_argument,
          "--config needs --layer with --network {}; its layers are {}", network.name,
          network.layer_names());
  require_no_pattern_options(options.pattern);
  require(options.shard == to_string(Shard{}) && Ranks::world().size() == 1,
          ErrorCode::invalid_argument, "a shared sweep is of one layer: give --layer");
  tune_network({.network = std::move(network),
                .batch = options.batch,
                .request = request_of(options),
                .plans = options.out.empty() ? "plans" : options.out,
                .journals = options.journal,
                .wisdom = options.wisdom,
                .json = options.json});
}

void run_tune(TuneOptions options) {
  if (!options.network.empty() && options.layer.empty()) return run_network(options);
  if (options.out.empty()) options.out = "plan.json";
  const NamedProblem named = problem_of(options);
  TuneRequest request = request_of(options);
  request.problem = named.problem;
  if (options.config.empty())
    require_no_pattern_options(options.pattern);
  else
    request.pattern = pattern_of(options);
  require_two_files(options);
  const StopSignal stop;
  if (request.shard.is_whole()) OutputFile::require_writable(options.out);
  if (std::string measured = measure_device_once(request.device, request.problem.dtype);
      !measured.empty())
    request.notes.push_back(std::move(measured));
  if (!request.shard.is_whole()) return tune_shard(request, options.json, stop);
  const WisdomFile wisdom(options.wisdom);
  const bool speaks = Ranks::world().rank() == 0;
  if (speaks) request.space = describe_space(request);
  if (!options.json)
    for (const std::string& line : request.space) fmt::print("space: {}\n", line);
  std::fflush(stdout);
  std::optional<TuneResult> shared = sweep_with_ranks(request, Ranks::world(), stop);
  if (!shared) return;  // another rank has it
  TuneResult& result = *shared;
  wisdom.keep(request, result);
  if (!named.note.empty()) result.notes.push_back(named.note);

  // The ranking is shown even where the plan, after all, cannot be written.
  std::exception_ptr not_saved;
  try {
    result.plan.save(options.out);
  } catch (const Error&) {
    not_saved = std::current_exception();
  }
  report(options, request, result, not_saved ? "" : options.out);
  if (not_saved) std::rethrow_exception(not_saved);
}

}  // namespace

void add_tune(CLI::App& app) {
  auto options = std::make_shared<TuneOptions>();
  CLI::App* command = app.add_subcommand("tune", "Find the fastest pattern and kernel for a size");
  const CLI::Validator size = size_check();
  command->add_option("--m", options->m, "Rows of W and O")->check(size);
  command->add_option("--k", options->k, "Columns of W, rows of I")->check(size);
  command->add_option("--n", options->n, "Columns of I and O")->check(size);
  command->add_option("--network", options->network,
                      "Tune the layers of a network: vgg19, wrn-40-4");
  command->add_option("--layer", options->layer,
                      "One layer of it; without, all are tuned, equal ones once");
  command->add_option("--batch", options->batch, "Images in a batch (default: the paper's)")
      ->check(size_check());
  command->add_option("--sparsity", options->sparsity, "Sparsity of W in percent")
      ->check(sparsity_check());
  command->add_option("--config", options->config,
                      "Search the kernels of this configuration alone");
  command->add_option("--family", options->family, "Search the kernels of this family alone");
  add_bound_options(*command, options->bounds, options->fixed);
  add_problem_options(*command, options->problem);
  command
      ->add_option("--device", options->device,
                   "auto, cpu or cuda:I; cuda:0,cuda:1 or all share the work")
      ->capture_default_str();
  add_pattern_options(*command, options->pattern);
  command->add_option("--budget", options->budget, "Time to search: 60, 60s, 2m, 500ms")
      ->capture_default_str();
  command
      ->add_option("--compile-limit", options->compile_limit,
                   "Give up a candidate that compiles longer")
      ->capture_default_str();
  command
      ->add_option("--run-limit", options->run_limit,
                   "Give up a candidate that takes longer to check and time")
      ->capture_default_str();
  command->add_flag("--cold", options->cold,
                    "Time launches that find nothing in the device's cache");
  command->add_option("--max-candidates", options->max_candidates, "Try at most so many")
      ->check(size);
  command->add_flag("--pad", options->pad, "Pad M and K to the next sizes that factor");
  command->add_option("--strategy", options->strategy, "How to search")->capture_default_str();
  command->add_option("--journal", options->journal,
                      "Write every result here, and resume from it where it exists; of a network, "
                      "a folder");
  command
      ->add_option("--shard", options->shard,
                   "Measure part i/n of the sweep into its --journal, without a plan; rbgp journal "
                   "merge puts them together")
      ->capture_default_str();
  command->add_option("--wisdom", options->wisdom, kWisdomHelp);
  command
      ->add_option("--prefer", options->prefer,
                   "time: the fastest; gap: the largest spectral gap within 1.25 times the "
                   "fastest's time; balanced: the largest gap a millisecond")
      ->capture_default_str();
  command->add_option("--out", options->out,
                      "Where the plan goes (default: plan.json); of a network, the folder that the "
                      "layers' plans go to (default: plans)");
  command->add_flag("--json", options->json, "Print one JSON object");
  command->callback([options] { run_tune(*options); });
}

}  // namespace rbgp::cli
