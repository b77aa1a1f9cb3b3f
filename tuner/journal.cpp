#include <tuner/journal.hpp>

#include <rbgp/error.hpp>

namespace rbgp {
namespace {

// Whether a file without a line end holds the beginning of a header, and not something of the user's.
bool is_torn_header(std::string_view content) {
  return content.substr(0, kHeaderStart.size()) == kHeaderStart.substr(0, content.size());
}

}  // namespace

Journal::Journal(const std::filesystem::path& file, const SweepIdentity& sweep)
    : name_(file.string()), sweep_(sweep), lines_(file, "journal", LineFile::Busy::refuse) {
  const std::string content = lines_.read();
  if (content.find('\n') != std::string::npos) {
    resume(content);
    return;
  }
  require(is_torn_header(content), ErrorCode::invalid_argument,
          "{}: it is no journal of rbgp tune; name another file", name_);
  lines_.cut(0);
  lines_.append(sweep_.header_line());
  lines_.sync_folder();
  is_new_ = true;
}

// Everything is read before anything is changed: what is no journal of this sweep stays as it is.
void Journal::resume(std::string_view text) {
  const std::string difference = sweep_.difference(text.substr(0, text.find('\n')));
  require(difference.empty(), ErrorCode::invalid_argument, "{}: {}; name another file", name_,
          difference);
  JournalContent content = JournalContent::parse(text, name_);
  for (JournalContent::Entry& entry : content.candidates) known_.push_back(std::move(entry.result));
  ceilings_ = content.ceilings;
  ended_ = content.ended;
  began_with_ = std::move(content.known);
  const std::size_t torn = text.size() - content.bytes;
  lines_.cut(content.bytes);
  note(fmt::format("resumed at line {} with {} candidates{}", content.lines + 1, known_.size(),
                   torn > 0 ? fmt::format("; cut off {} bytes of a torn line", torn) : ""));
}

void Journal::add(const CandidateResult& candidate) {
  has_more_ = true;
  lines_.append(candidate_line(candidate, id(candidate)));
}

void Journal::add(const FinalRecord& record) { lines_.append(final_line(record)); }

void Journal::add(const DeviceCeilings& ceilings) { lines_.append(ceilings_line(ceilings)); }

void Journal::begin_with(const std::vector<Candidate>& known) {
  lines_.append(known_line(known));
  began_with_ = known;
}

void Journal::note(std::string_view text) { lines_.append(note_line(text)); }

void Journal::end(SearchEnd end) {
  if (has_more_ || !ended_ || end == SearchEnd::space) lines_.append(end_line(end));
}

}  // namespace rbgp
