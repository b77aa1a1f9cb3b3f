#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <cli/commands.hpp>
#include <pipe/output_file.hpp>
#include <rbgp/journal.hpp>

namespace rbgp::cli {
namespace {

struct MergeOptions {
  std::string out;
  std::vector<std::string> journals;
};

void run_merge(const MergeOptions& options) {
  OutputFile::require_writable(options.out);
  const std::vector<std::filesystem::path> journals(options.journals.begin(),
                                                    options.journals.end());
  const JournalMerge merge = merge_journals(journals, options.out);
  fmt::print("journal: {}, {} candidates of {} journals\n", options.out, merge.candidates,
             merge.journals);
  if (merge.repeated > 0)
    fmt::print("{} candidates were in several; those of the first count\n", merge.repeated);
  for (const std::string& line : merge.unfinished) fmt::print("note: {}\n", line);
}

}  // namespace

void add_journal(CLI::App& app) {
  CLI::App* command = app.add_subcommand("journal", "Put journals of one sweep together");
  command->require_subcommand(1);
  auto options = std::make_shared<MergeOptions>();
  CLI::App* merge =
      command->add_subcommand("merge", "Write the sweep's journal from those of its shards");
  merge->add_option("out", options->out, "Where it goes; rbgp tune resumes from it")->required();
  merge->add_option("journals", options->journals, "Journals of one sweep, shards of it say")
      ->required();
  merge->callback([options] { run_merge(*options); });
}

}  // namespace rbgp::cli
