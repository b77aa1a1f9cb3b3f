#include <memory>

#include <cli/commands.hpp>
#include <cli/graph_files.hpp>
#include <cli/pattern_report.hpp>
#include <rbgp/error.hpp>
#include <rbgp/problem.hpp>
#include <rbgp/product.hpp>

namespace rbgp::cli {
namespace {

struct RecoverOptions {
  std::string mask;
  std::string sizes;  // a configuration's, where the base graphs are meant to have them
  PatternFiles files;
  bool json = false;
};

void run_recover(const RecoverOptions& options) {
  options.files.check({options.mask});
  const Mask mask = Mask::load(options.mask);
  const Recovery found =
      options.sizes.empty() ? recover(mask) : recover(mask, Rbgp4Config::parse(options.sizes));
  require(found.pattern.has_value(), ErrorCode::invalid_argument,
          "{}: no product of base graphs: {}", options.mask,
          found.violation ? found.violation->message() : "");
  const PatternFacts facts = pattern_facts(*found.pattern, std::nullopt, mask.rows(), mask.cols(),
                                           dtype_bytes(Dtype::f32));
  options.files.write(facts.pattern, facts.rows, facts.cols, {});
  if (options.json) {
    print_json(pattern_json(facts));
    return;
  }
  fmt::print("{}\n\n{}", facts.title(), pattern_text(facts));
}

}  // namespace

void add_recover(CLI::App& app) {
  auto options = std::make_shared<RecoverOptions>();
  CLI::App* command = app.add_subcommand(
      "recover", "The base graphs of a 0/1 mask, or which property it lacks and where");
  command
      ->add_option("mask", options->mask,
                   "Mask: a .npy matrix of 0 and 1, a Matrix Market file or an edge list")
      ->required();
  command->add_option("--sizes", options->sizes,
                      "Configuration whose sizes the base graphs must have; its sparsities do not "
                      "count");
  command->add_flag("--json", options->json, "Print one JSON object");
  add_pattern_files(*command, options->files);
  command->callback([options] { run_recover(*options); });
}

}  // namespace rbgp::cli
