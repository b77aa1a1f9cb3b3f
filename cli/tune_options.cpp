#include <cli/tune_options.hpp>

#include <cli/bound_options.hpp>
#include <cli/option_checks.hpp>
#include <cli/wisdom_files.hpp>

namespace rbgp::cli {

void add_tune_options(CLI::App& command, TuneOptions& options) {
  const CLI::Validator size = size_check();
  command.add_option("--m", options.m, "Rows of W and O")->check(size);
  command.add_option("--k", options.k, "Columns of W, rows of I")->check(size);
  command.add_option("--n", options.n, "Columns of I and O")->check(size);
  command.add_option("--network", options.network, "Tune the layers of a network: vgg19, wrn-40-4");
  command.add_option("--layer", options.layer,
                     "One layer of it; without, all are tuned, equal ones once");
  command.add_option("--batch", options.batch, "Images in a batch (default: the paper's)")
      ->check(size_check());
  command.add_option("--sparsity", options.sparsity, "Sparsity of W in percent")
      ->check(sparsity_check());
  command.add_option("--config", options.config, "Search the kernels of this configuration alone");
  command.add_option("--family", options.family, "Search the kernels of this family alone");
  add_bound_options(command, options.bounds, options.fixed);
  add_problem_options(command, options.problem);
  command
      .add_option("--device", options.device,
                  "auto, cpu or cuda:I; cuda:0,cuda:1 or all share the work")
      ->capture_default_str();
  add_pattern_options(command, options.pattern);
  command
      .add_option("--budget", options.budget,
                  "Time to search: 60, 60s, 2m, 8h, 500ms. Inputs, the dense product, a first "
                  "candidate and finals of it take what they take")
      ->capture_default_str();
  command
      .add_option("--compile-limit", options.compile_limit,
                  "Give up a candidate that compiles longer")
      ->capture_default_str();
  command
      .add_option("--run-limit", options.run_limit,
                  "Give up a candidate that takes longer to check and time")
      ->capture_default_str();
  command.add_flag("--cold", options.cold, "Time launches that find nothing in the device's cache");
  command.add_option("--max-candidates", options.max_candidates, "Try at most so many")
      ->check(size);
  command.add_flag("--pad", options.pad, "Pad M and K to the next sizes that factor");
  command.add_option("--strategy", options.strategy, "How to search")->capture_default_str();
  command.add_option("--journal", options.journal,
                     "Write every result here, and resume from it where it exists; of a network, "
                     "a folder");
  command.add_flag("--resume", options.resume,
                   "Only resume: refuse where the --journal is not there, rather than begin one");
  command
      .add_option(
          "--shard", options.shard,
          "Measure part i/n of the sweep into its --journal, without a plan; rbgp journal "
          "merge puts them together. With exhaustive, or random and --max-candidates, the parts "
          "are those of one sweep; other strategies learn from their own part alone")
      ->capture_default_str();
  command.add_option("--wisdom", options.wisdom, kWisdomHelp);
  command
      .add_option("--prefer", options.prefer,
                  "time: the fastest; gap: the largest spectral gap within 1.25 times the "
                  "fastest's time; balanced: the largest gap a millisecond")
      ->capture_default_str();
  command.add_option(
      "--out", options.out,
      "Where the plan goes (default: plan.json; a --shard has none); of a network, the "
      "folder that the layers' plans go to (default: plans)");
  command.add_flag("--json", options.json, "Print one JSON object");
}

}  // namespace rbgp::cli
