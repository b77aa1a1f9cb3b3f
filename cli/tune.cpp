#include <cstdio>
#include <exception>
#include <memory>
#include <optional>

#include <cli/commands.hpp>
#include <cli/network.hpp>
#include <cli/option_checks.hpp>
#include <cli/ranks.hpp>
#include <cli/shared_sweep.hpp>
#include <cli/stop_signal.hpp>
#include <cli/tune_network.hpp>
#include <cli/tune_report.hpp>
#include <cli/tune_request.hpp>
#include <cli/wisdom_files.hpp>
#include <pipe/output_file.hpp>
#include <rbgp/error.hpp>
#include <rbgp/explain.hpp>

namespace rbgp::cli {
namespace {

void report(const TuneOptions& options, const TuneRequest& request, const TuneResult& result,
            const std::string& plan_file) {
  if (options.json) {
    print_json(tune_json(request, result, plan_file));
    return;
  }
  fmt::print("{}", tune_text(request, result));
  if (!plan_file.empty()) fmt::print("plan: {}\n", plan_file);
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
                .resume = options.resume,
                .wisdom = options.wisdom,
                .json = options.json});
}

// What takes a plan to make is the merged journal's.
void require_shard_options(const TuneOptions& options, bool names_plan) {
  require(!names_plan, ErrorCode::invalid_argument,
          "--shard {} measures a part and writes no plan: --out is for the sweep of the merged "
          "journal",
          options.shard);
  require(options.wisdom.empty() || options.wisdom == "none", ErrorCode::invalid_argument,
          "--shard {} measures a part, with nothing known, and adds no plan: --wisdom is for the "
          "sweep of the merged journal",
          options.shard);
}

void run_tune(TuneOptions options) {
  if (!options.network.empty() && options.layer.empty()) return run_network(options);
  const bool names_plan = !options.out.empty();
  if (!names_plan) options.out = "plan.json";
  const NamedProblem named = problem_of(options);
  TuneRequest request = request_of(options);
  request.problem = named.problem;
  if (options.config.empty())
    require_no_pattern_options(options.pattern);
  else
    request.pattern = pattern_of(options);
  if (!request.shard.is_whole()) require_shard_options(options, names_plan);
  const NamedFile wisdom_file = {"--wisdom", wisdom_to_write(options.wisdom)};
  require_unlike({"--out", options.out}, {{"--journal", options.journal}, wisdom_file});
  require_unlike({"--journal", options.journal}, {wisdom_file});
  const StopSignal stop;
  // Of several ranks one writes; the others may be on machines without such folders.
  const bool speaks = Ranks::world().rank() == 0;
  if (speaks) require_as_many_ranks(request, Ranks::world());
  if (options.resume && speaks) {
    const std::string journal = journal_of(request, Ranks::world());
    require(has_line(journal), ErrorCode::io,
            "--resume: {}: there is no journal to resume; without --resume a sweep begins one",
            journal);
  }
  if (request.shard.is_whole() && speaks) OutputFile::require_writable(options.out);
  if (std::string measured = measure_device_once(request.device, request.problem.dtype);
      !measured.empty())
    request.notes.push_back(std::move(measured));
  if (speaks) request.space = describe_space(request);
  for (const std::string& line : request.space)
    fmt::print(options.json ? stderr : stdout, "space: {}\n", line);
  std::fflush(stdout);
  if (!request.shard.is_whole()) return tune_shard(request, options.json, stop);
  const WisdomFile wisdom(speaks ? options.wisdom : "none");
  // Ranks are to propose the same, whatever files there are on their machines.
  if (Ranks::world().size() == 1) begin_with_known(request, options.wisdom);
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
  add_tune_options(*command, *options);
  command->callback([options] { run_tune(*options); });
}

}  // namespace rbgp::cli
