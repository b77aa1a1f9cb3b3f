// rbgp emit and rbgp compile: the kernel of a configuration, nothing tuned.

#include <charconv>
#include <memory>

#include <cli/commands.hpp>
#include <cli/option_checks.hpp>
#include <cli/output_file.hpp>
#include <cli/pattern_options.hpp>
#include <cli/problem_options.hpp>
#include <rbgp/codegen.hpp>
#include <rbgp/error.hpp>
#include <rbgp/tuner.hpp>

namespace rbgp::cli {
namespace {

struct KernelOptions {
  std::string config;
  std::int64_t n = 0;
  ProblemOptions problem;
  std::string target = "host";
  PatternOptions pattern;
  std::vector<std::string> settings;  // "block_n=128"
  std::string out;
};

// Overrides one tunable that the kernel has.
void apply_setting(const std::string& setting, KernelConfig& kernel) {
  const std::size_t equals = setting.find('=');
  const std::string name = setting.substr(0, equals);
  const char* const end = setting.data() + setting.size();
  const char* const begin = equals == std::string::npos ? end : setting.data() + equals + 1;
  std::int64_t value = 0;
  const auto [rest, error] = std::from_chars(begin, end, value);
  require(error == std::errc{} && rest == end, ErrorCode::invalid_argument,
          "--set: '{}' is no TUNABLE=INTEGER; write block_n=128 for example", setting);
  const auto tunable = kernel.tunables.find(name);
  require(tunable != kernel.tunables.end(), ErrorCode::invalid_argument,
          "--set: kernel {} has no tunable '{}'; with its defaults it is {}", kernel.family, name,
          kernel.to_string());
  tunable->second = value;
}

KernelSpec spec_of(const KernelOptions& options, const DeviceProperties& target) {
  const Rbgp4Config config = parse_config(options.config, options.pattern);
  Problem problem = options.problem.problem();
  problem.m = config.rows();
  problem.k = config.cols();
  problem.n = options.n;
  KernelConfig kernel = default_kernel(config, problem, target);
  for (const std::string& setting : options.settings) apply_setting(setting, kernel);
  return {.problem = problem,
          .pattern = make_pattern(config, options.pattern),
          .kernel = std::move(kernel)};
}

void run_emit(const KernelOptions& options) {
  const DeviceProperties target = target_properties(options.target);
  const std::string source = emit_source(spec_of(options, target), target);
  fmt::print("{}", source);
}

void run_compile(const KernelOptions& options) {
  const DeviceProperties target = target_properties(options.target);
  const KernelSpec spec = spec_of(options, target);
  OutputFile::require_writable(options.out);
  const std::vector<std::byte> binary = compile_source(spec, target);
  OutputFile output(options.out);
  output.write(binary.data(), binary.size());
  output.commit();
  fmt::print("{}: {} bytes, {} for {}\n", options.out, binary.size(), spec.kernel.to_string(),
             target.arch);
}

CLI::App* add_kernel_command(CLI::App& app, const char* name, const char* description,
                             KernelOptions& options) {
  CLI::App* command = app.add_subcommand(name, description);
  command
      ->add_option("config", options.config,
                   "Configuration, go=32x128@50,gr=4x1,gi=32x32@50,gb=1x1 for example")
      ->required();
  command->add_option("--n", options.n, "Columns of I and O")->required()->check(size_check());
  add_problem_options(*command, options.problem);
  command->add_option("--target", options.target, "host, or a CUDA architecture (sm_90a)")
      ->capture_default_str();
  add_pattern_options(*command, options.pattern);
  command
      ->add_option("--set", options.settings, "Override a tunable: NAME=INTEGER; may be repeated")
      ->allow_extra_args(false);
  return command;
}

}  // namespace

void add_emit(CLI::App& app) {
  auto options = std::make_shared<KernelOptions>();
  CLI::App* command =
      add_kernel_command(app, "emit", "Print the source of a configuration's kernel", *options);
  command->callback([options] { run_emit(*options); });
}

void add_compile(CLI::App& app) {
  auto options = std::make_shared<KernelOptions>();
  CLI::App* command = add_kernel_command(
      app, "compile", "Compile a configuration's kernel to a cubin, or to an object file",
      *options);
  command->add_option("--out", options->out, "File to write")->required();
  command->callback([options] { run_compile(*options); });
}

}  // namespace rbgp::cli
