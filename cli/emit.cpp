// rbgp emit and rbgp compile: the kernel of a configuration, nothing tuned.

#include <memory>

#include <cli/commands.hpp>
#include <cli/option_checks.hpp>
#include <cli/pattern_options.hpp>
#include <cli/problem_options.hpp>
#include <pipe/output_file.hpp>
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
  std::string kernel;  // "wgmma block_n=256", of which tunables may be missing
  std::vector<std::string> settings;  // "block_n=128"
  std::string out;
};

KernelSpec spec_of(const KernelOptions& options, const DeviceProperties& target) {
  const Rbgp4Config config = parse_config(options.config, options.pattern);
  Problem problem = options.problem.problem();
  problem.m = config.rows();
  problem.k = config.cols();
  problem.n = options.n;
  Rbgp4Pattern pattern = make_pattern(config, options.pattern);
  KernelConfig kernel = options.kernel.empty() ? default_kernel(pattern, problem, target)
                                               : parse_kernel(options.kernel, target);
  for (const std::string& setting : options.settings) set_tunable(kernel, setting);
  return {.problem = problem, .pattern = std::move(pattern), .kernel = std::move(kernel)};
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
  command->add_option(
      "--kernel", options.kernel,
      "Family and tunables, \"simt_tma thread_rows=8\" for example, as plans and tables show "
      "them; otherwise the default for the configuration");
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
