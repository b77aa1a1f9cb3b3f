#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include <fmt/format.h>

#include <pipe/file_io.hpp>
#include <rbgp/error.hpp>
#include <rbgp/journal.hpp>
#include <tuner/journal_lines.hpp>
#include <tuner/line_file.hpp>

namespace rbgp {
namespace {

namespace fs = std::filesystem;

class Merge {
 public:
  void add(const JournalText& journal) {
    JournalContent content = JournalContent::parse(journal.text, journal.name);
    const Shard shard = content.sweep.shard;
    content.sweep.shard = {};
    if (result_.journals == 0) {
      sweep_ = content.sweep;
      first_ = journal.name;
    }
    const std::string difference = sweep_.difference(content.sweep.header_line());
    require(difference.empty(), ErrorCode::invalid_argument,
            "{}: {}; journals of one sweep are merged, and here that of {}", journal.name,
            difference, first_);
    for (const JournalContent::Entry& entry : content.candidates) {
      const bool is_new = ids_.insert(entry.id).second;
      ++(is_new ? result_.candidates : result_.repeated);
      if (is_new) append(candidate_line(entry.result, entry.id));
    }
    if (!content.known.empty()) append(known_line(content.known));
    if (content.ceilings) append(ceilings_line(*content.ceilings));
    for (const std::string& note : content.notes) append(note_line(note));
    if (!shard.is_whole() && !is_finished(content.ended)) {
      result_.unfinished.push_back(fmt::format(
          "shard {} did not come to its end: {}", to_string(shard),
          content.ended ? describe(*content.ended) : "its tuner was killed, or is at work"));
      append(note_line(result_.unfinished.back()));
    }
    // Last, for what they say of candidates to follow these.
    for (const FinalRecord& record : content.finals) append(final_line(record));
    ++result_.journals;
  }

  std::string text() const {
    return sweep_.header_line() + "\n" + lines_ +
           note_line(fmt::format("merged from {} journals", result_.journals)) + "\n";
  }
  const JournalMerge& result() const { return result_; }

 private:
  static bool is_finished(const std::optional<SearchEnd>& end) {
    return end == SearchEnd::space || end == SearchEnd::count;
  }
  void append(const std::string& line) { lines_ += line + "\n"; }

  SweepIdentity sweep_;
  std::string first_;
  std::set<std::string> ids_;
  std::string lines_;
  JournalMerge result_;
};

}  // namespace

JournalMerge merge_journals(std::span<const JournalText> journals, const fs::path& out) {
  require(!journals.empty(), ErrorCode::invalid_argument, "no journal is named");
  Merge merge;
  // Held until it is replaced: what a tuner wrote there meanwhile would be lost.
  std::optional<LineFile> former;
  if (fs::exists(out)) {
    former.emplace(out, "journal", LineFile::Busy::refuse);
    if (const std::string text = former->read(); !text.empty()) merge.add({out.string(), text});
  }
  for (const JournalText& journal : journals) merge.add(journal);
  write_whole(out, merge.text());
  return merge.result();
}

JournalMerge merge_journals(std::span<const fs::path> journals, const fs::path& out) {
  std::vector<JournalText> texts;
  bool has_out = false;
  for (const fs::path& file : journals) {
    std::error_code error;
    if (fs::equivalent(file, out, error)) {
      has_out = true;
      continue;
    }
    texts.push_back({file.string(), read_whole(file)});
  }
  require(has_out || !fs::exists(out), ErrorCode::invalid_argument,
          "{}: it is there already; name another file, or name it among the journals to merge",
          out.string());
  require(!texts.empty(), ErrorCode::invalid_argument, "no journal to merge is named beside {}",
          out.string());
  return merge_journals(texts, out);
}

}  // namespace rbgp
