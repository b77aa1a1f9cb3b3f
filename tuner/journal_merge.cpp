#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

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
    for (const std::string& note : content.notes) {
      const std::string unfinished = unfinished_shard(note);
      if (unfinished.empty())
        append(note_line(note));
      else
        shards_.try_emplace(unfinished, note);
    }
    if (shard.is_whole())
      has_whole_ = true;
    else
      add_shard(shard, content.ended);
    // Last, for what they say of candidates to follow these.
    for (const FinalRecord& record : content.finals) append(final_line(record));
    ++result_.journals;
  }

  // Of all that were added.
  JournalMerge finish() {
    if (const std::string missing = missing_shards(); !missing.empty())
      result_.unfinished.push_back(missing);
    else if (!has_whole_ && end_)
      append(end_line(*end_));
    for (const auto& [shard, note] : shards_) {
      if (note.empty()) continue;
      append(note_line(note));
      result_.unfinished.push_back(note);
    }
    append(note_line(fmt::format("merged from {} journals", result_.journals)));
    return result_;
  }
  std::string text() const { return sweep_.header_line() + "\n" + lines_; }

 private:
  void add_shard(const Shard& shard, const std::optional<SearchEnd>& end) {
    // Of all of them the least of a whole sweep; nothing where one has none.
    if (shards_.empty())
      end_ = end;
    else
      end_ = end && end_ ? std::optional(std::max(*end, *end_)) : std::nullopt;
    shards_[to_string(shard)] = unfinished_note(shard, end);
  }

  // Only where all are shards: what a merged journal is of it does not say.
  std::string missing_shards() const {
    std::vector<std::string> missing;
    const int count = shards_.empty() || has_whole_ ? 0 : parse_shard(shards_.begin()->first).count;
    for (int index = 1; index <= count; ++index)
      if (std::string shard = to_string(Shard{index, count}); !shards_.contains(shard))
        missing.push_back(std::move(shard));
    if (missing.empty()) return {};
    return fmt::format("not among these journals: shard {}", fmt::join(missing, ", "));
  }

  void append(const std::string& line) { lines_ += line + "\n"; }

  SweepIdentity sweep_;
  std::string first_;
  std::set<std::string> ids_;
  std::string lines_;
  // By shard, the note that it is unfinished, empty where it is not: what its journal says goes before what a merged
  // one said of it then.
  std::map<std::string, std::string> shards_;
  std::optional<SearchEnd> end_;
  bool has_whole_ = false;
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
  JournalMerge result = merge.finish();
  write_whole(out, merge.text());
  return result;
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
