#include <rbgp/report.hpp>

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include <pipe/file_io.hpp>
#include <rbgp/error.hpp>
#include <tuner/finals_scale.hpp>
#include <tuner/journal_lines.hpp>
#include <tuner/ranking.hpp>

namespace rbgp {
namespace {

// Puts journals together one after another.
class Merge {
 public:
  void add(JournalContent content, const std::string& file) {
    content.sweep.shard = {};  // those of one sweep belong together
    if (report_.journals == 0) {
      first_file_ = file;
      begin(content.sweep);
    }
    const std::string difference = sweep_.difference(content.sweep.header_line());
    require(difference.empty(), ErrorCode::invalid_argument,
            "{}: {}; a report is of one sweep, and here that of {}", file, difference, first_file_);
    for (JournalContent::Entry& entry : content.candidates)
      if (index_.emplace(std::move(entry.id), report_.candidates.size()).second)
        report_.candidates.push_back(std::move(entry.result));
    // Of a sweep that was resumed, and ended again, the last.
    const auto timed = std::find_if(content.finals.rbegin(), content.finals.rend(),
                                    [](const auto& record) { return !record.finalists.empty(); });
    if (timed != content.finals.rend()) add_times(*timed);
    if (!content.finals.empty()) add_winner(content.finals.back());
    if (content.ceilings) report_.ceilings = content.ceilings;
    for (std::string& note : content.notes)  // shards have some in common
      if (std::find(report_.notes.begin(), report_.notes.end(), note) == report_.notes.end())
        report_.notes.push_back(std::move(note));
    if (!content.finals.empty()) report_.notes.push_back(note_of(content.finals.back()));
    ++report_.journals;
  }

  Report take() {
    const std::string note = factor_note(scale_to_finals(report_.candidates));
    if (!note.empty()) report_.notes.push_back(note);
    const auto& all = report_.candidates;
    const auto winner = std::min_element(
        winners_.begin(), winners_.end(),
        [&](std::size_t a, std::size_t b) { return ranks_before(all[a], all[b]); });
    if (winner != winners_.end()) report_.winner = *winner;
    return std::move(report_);
  }

 private:
  void begin(const SweepIdentity& sweep) {
    sweep_ = sweep;
    report_ = {.problem = sweep.problem,
               .sparsity_percent = sweep.sparsity_percent,
               .config = sweep.config,
               .family = sweep.family,
               .density = sweep.density,
               .strategy = sweep.strategy,
               .seed = sweep.seed,
               .device = sweep.device,
               .compiler = sweep.compiler,
               .generator_version = sweep.generator_version};
  }

  void add_times(const FinalRecord& record) {
    for (const FinalRecord::Finalist& finalist : record.finalists)
      if (const auto found = index_.find(finalist.id);
          found != index_.end() && !finalist.rounds_ms.empty())
        set_final_time(report_.candidates[found->second], steady_median(finalist.rounds_ms),
                       finalist.disturbed);
    if (!record.dense_rounds_ms.empty()) {
      report_.dense_ms = steady_median(record.dense_rounds_ms);
      report_.dense_library = record.dense_library;
    }
  }

  // How far the times of the finals are to be relied on.
  static std::string note_of(const FinalRecord& record) {
    std::string text = fmt::format("finals: the same kernel timed twice differs by {:.2g} %",
                                   100 * record.noise_floor);
    const RoundCount rounds = record.rounds();
    if (rounds.dropped > 0)
      text += fmt::format("; {} of {} rounds dropped: the machine was busy", rounds.dropped,
                          rounds.all);
    const auto winner = std::find_if(record.finalists.begin(), record.finalists.end(),
                                     [&](const auto& each) { return each.id == record.winner; });
    if (winner != record.finalists.end() && record.is_disturbed(*winner))
      text += "; it was too busy for these times to be relied on";
    return text;
  }

  void add_winner(const FinalRecord& record) {
    const auto found = index_.find(record.winner);
    if (found != index_.end()) winners_.push_back(found->second);
  }

  Report report_;
  SweepIdentity sweep_;
  std::string first_file_;
  std::map<std::string, std::size_t> index_;  // of candidates, by id
  std::vector<std::size_t> winners_;  // among candidates, one a journal
};

}  // namespace

Report read_report(std::span<const std::filesystem::path> journals) {
  require(!journals.empty(), ErrorCode::invalid_argument, "no journal is named");
  Merge merge;
  for (const std::filesystem::path& file : journals)
    merge.add(JournalContent::parse(read_whole(file), file.string()), file.string());
  return merge.take();
}

}  // namespace rbgp
