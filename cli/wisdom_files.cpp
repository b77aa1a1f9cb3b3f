#include <cli/wisdom_files.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include <cli/option_checks.hpp>
#include <rbgp/error.hpp>

namespace rbgp::cli {
namespace {

namespace fs = std::filesystem;

// data/wisdom: of RBGP_DATA, beside the program, or of the source.
fs::path shipped_folder() {
  std::error_code error;
  const char* data = std::getenv("RBGP_DATA");
  if (data != nullptr && *data != '\0') return fs::path(data) / "wisdom";
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  const fs::path beside = program.parent_path().parent_path() / "share/rbgp/wisdom";
  return fs::is_directory(beside, error) ? beside : fs::path(RBGP_SOURCE_DATA) / "wisdom";
}

}  // namespace

std::string wisdom_to_write(const std::string& option) {
  if (option == "none") return {};
  return option.empty() ? Wisdom::default_file().value_or("").string() : option;
}

WisdomFile::WisdomFile(const std::string& option) : named_(!option.empty()) {
  if (const std::string file = wisdom_to_write(option); !file.empty()) file_ = file;
  if (!file_) return;
  // Hours of work are not to end at a file that cannot be written.
  if (named_) Wisdom().save_into(*file_);
}

void WisdomFile::keep(const TuneRequest& request, TuneResult& result) const {
  if (!file_) return;
  if (result.disturbed) {
    result.notes.push_back(
        "the plan is not kept as wisdom: the machine was too busy in the finals; tune again when "
        "it is not");
    return;
  }
  if (!result.ranking[result.chosen].finalist) {
    result.notes.push_back("the plan is not kept as wisdom: it was not timed in finals");
    return;
  }
  Wisdom wisdom;
  wisdom.add(wisdom_of(request, result));
  try {
    std::error_code error;
    if (!named_) fs::create_directories(file_->parent_path(), error);
    wisdom.save_into(*file_);
  } catch (const Error& error) {
    result.notes.push_back(fmt::format("the plan is not kept as wisdom: {}", error.what()));
  }
}

std::vector<fs::path> wisdom_files(const std::string& option) {
  std::vector<fs::path> files;
  if (const WisdomFile own(option == "none" ? option : std::string()); option.empty() && own.path())
    files.push_back(*own.path());
  if (!option.empty() && option != "none") {
    std::error_code unreachable;
    require(fs::exists(option, unreachable), ErrorCode::io, "{}: there is no such file of wisdom",
            option);
    files.emplace_back(option);
  }
  std::error_code error;
  std::vector<fs::path> shipped;
  for (const fs::directory_entry& entry : fs::directory_iterator(shipped_folder(), error))
    if (entry.path().extension() == ".jsonl") shipped.push_back(entry.path());
  std::sort(shipped.begin(), shipped.end());
  files.insert(files.end(), shipped.begin(), shipped.end());
  return files;
}

void begin_with_known(TuneRequest& request, const std::string& option) {
  // A journal says itself what its sweep began with.
  if (option == "none" || has_line(request.journal)) return;
  try {
    std::error_code unreachable;
    const bool is_there = option.empty() || fs::exists(option, unreachable);
    request.known =
        known_candidates(Wisdom::load(wisdom_files(is_there ? option : "none")), request);
  } catch (const Error& error) {  // wisdom is not worth a sweep
    request.notes.push_back(fmt::format("began with nothing known: {}", error.what()));
  }
  if (request.known.empty()) return;
  std::vector<std::string> texts;
  for (const Candidate& known : request.known)
    texts.push_back(fmt::format("{} {}", known.config.to_string(), known.kernel.family));
  request.notes.push_back(fmt::format(
      "began with what wisdom knows (--wisdom none: with nothing): {}", fmt::join(texts, "; ")));
}

}  // namespace rbgp::cli
