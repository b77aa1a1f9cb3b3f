// Journals of one sweep (shards of it, say) put together to one that the sweep is resumed from.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace rbgp {

struct JournalText {
  std::string name;  // for error messages and the merged journal's note
  std::string text;
};

struct JournalMerge {
  std::size_t journals = 0;
  std::size_t candidates = 0;
  std::size_t repeated = 0;  // that another journal had as well; the first one's counts
  // Shards that did not measure all that is theirs, a line each with the reason; tuning on with their journals does.
  std::vector<std::string> unfinished;
};

// Writes the journal of the whole sweep that these are of: their candidates in the order given, each id
// once, with what they have of finals, ceilings and notes. `rbgp tune` without a shard resumes from it. A
// torn last line is left out. `out` may be there already if it is a journal of that sweep: it then comes
// first, and nothing of it is lost; it is replaced at once or not at all.
// Errors: invalid_argument, with one line that names the journal, where one is none, does not read, or is
// of another sweep (with the first field that differs; shards of one sweep do not differ); io where a file
// cannot be read or written, or a tuner is writing `out`.
JournalMerge merge_journals(std::span<const JournalText> journals,
                            const std::filesystem::path& out);
// The same of files, which are not changed. `out` has to be one of them, or not to be there.
JournalMerge merge_journals(std::span<const std::filesystem::path> journals,
                            const std::filesystem::path& out);

}  // namespace rbgp
