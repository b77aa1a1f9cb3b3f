#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include <cli/commands.hpp>
#include <pipe/output_file.hpp>
#include <rbgp/error.hpp>
#include <rbgp/report.hpp>

namespace rbgp::cli {
namespace {

namespace fs = std::filesystem;

struct ReportOptions {
  std::vector<std::string> journals;
  std::string out = "report.html";
  std::string svg;  // a folder; empty: none
};

void save(const fs::path& file, const std::string& content) {
  OutputFile output(file);
  output.write(content.data(), content.size());
  output.commit();
}

// A journal is what cannot be had again.
void require_no_journal(const ReportOptions& options) {
  for (const std::string& journal : options.journals) {
    std::error_code error;
    require(!fs::equivalent(journal, options.out, error), ErrorCode::invalid_argument,
            "--out names the journal {}", journal);
  }
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  require(fs::is_directory(folder), ErrorCode::io, "{}: no folder can be made there: {}",
          folder.string(), error ? error.message() : "it is a file");
}

void save_plots(const fs::path& folder, const Report& report) {
  for (const ReportPlot& plot : report_plots(report)) {
    const fs::path file = folder / (plot.name + ".svg");
    save(file, plot.svg);
    fmt::print("plot: {}\n", file.string());
  }
}

void run_report(const ReportOptions& options) {
  require_no_journal(options);
  const std::vector<fs::path> journals(options.journals.begin(), options.journals.end());
  const Report report = read_report(journals);
  if (!options.svg.empty()) make_folder(options.svg);  // before anything is written
  save(options.out, report_html(report));
  fmt::print("report: {}, {} candidates\n", options.out, report.candidates.size());
  if (!options.svg.empty()) save_plots(options.svg, report);
}

}  // namespace

void add_report(CLI::App& app) {
  auto options = std::make_shared<ReportOptions>();
  CLI::App* command = app.add_subcommand("report", "Show what a sweep found, from its journals");
  command->add_option("journals", options->journals, "Journals of one sweep, shards of it say")
      ->required();
  command->add_option("--out", options->out, "Where the page goes")->capture_default_str();
  command->add_option("--svg", options->svg, "A folder for the plots as SVG files");
  command->callback([options] { run_report(*options); });
}

}  // namespace rbgp::cli
