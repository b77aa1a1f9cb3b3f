#include <cli/tune_request.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <sstream>
#include <string_view>
#include <system_error>

#include <cli/network.hpp>
#include <rbgp/error.hpp>

namespace rbgp::cli {
namespace {

// "60", "60s", "2m", "8h", "500ms" -> seconds.
double parse_seconds(const char* option, const std::string& text) {
  struct Unit {
    std::string_view name;
    double seconds;
  };
  constexpr std::array kUnits = {Unit{"", 1}, Unit{"s", 1}, Unit{"m", 60}, Unit{"h", 3600},
                                 Unit{"ms", 1e-3}};
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
       "{}: '{}' is no time; write seconds (60 or 60s), minutes (2m), hours (8h) or milliseconds "
       "(500ms)",
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

}  // namespace

void require_no_sizes(const TuneOptions& options) {
  require(options.m == 0 && options.k == 0 && options.n == 0, ErrorCode::invalid_argument,
          "--m, --k and --n come from --network {}; give the sizes or the layer", options.network);
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

TuneRequest request_of(const TuneOptions& options) {
  require(options.sparsity.has_value() != !options.config.empty(), ErrorCode::invalid_argument,
          "give either --sparsity, to search patterns, or --config, to search its kernels");
  require(!options.resume || !options.journal.empty(), ErrorCode::invalid_argument,
          "--resume: --journal is missing, which a sweep is resumed from");
  const std::vector<Device> devices = parse_devices(options.device);
  SearchBounds bounds = options.bounds;
  for (const std::string& part : options.fixed) bounds.fix(part);
  return {.problem = options.problem.problem(),
          .sparsity_percent = options.sparsity.value_or(0),
          .device = devices.front(),
          .further_devices = {devices.begin() + 1, devices.end()},
          .seed = options.pattern.seed,
          .budget_seconds = parse_seconds("--budget", options.budget),
          .begin = std::chrono::steady_clock::now(),
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

}  // namespace rbgp::cli
