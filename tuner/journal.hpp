// The journal of a sweep: what was measured, one JSON object a line, on the disk before the sweep goes on.
//
// A sweep that was interrupted, however, is resumed from it. docs/formats.md lists the fields.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tuner/journal_lines.hpp>
#include <tuner/line_file.hpp>

namespace rbgp {

// An open journal, locked against other tuners until it is destroyed. Not thread-safe.
class Journal {
 public:
  // Creates the file with a header, or reads what an earlier run of the same sweep left; then cuts off a
  // line that was torn, and notes that it was resumed.
  // Errors: io where the file cannot be opened, read or written, or another process has it;
  // invalid_argument where it is no journal, or one of another sweep: it is left as it is.
  Journal(const std::filesystem::path& file, const SweepIdentity& sweep);

  bool is_new() const { return is_new_; }  // nothing was in the file

  // What was in the file when it was opened, in the order written, each id once.
  const std::vector<CandidateResult>& known() const { return known_; }
  // What was in the file of the device's ceilings, the last; nothing where it was not measured.
  const std::optional<DeviceCeilings>& ceilings() const { return ceilings_; }

  // What the sweep began with, and resumed begins with again.
  const std::vector<Candidate>& began_with() const { return began_with_; }

  // Each is on the disk when the call returns. Errors: io, exhausted; then the file ends as it did before the call.
  void add(const CandidateResult& candidate);
  void add(const FinalRecord& record);
  void add(const DeviceCeilings& ceilings);
  void begin_with(const std::vector<Candidate>& known);
  void note(std::string_view text);
  // Where no candidate was added an end that the journal had holds, unless nothing is left now.
  void end(SearchEnd end);

  std::string id(const CandidateResult& candidate) const {
    return sweep_.candidate_id(candidate.config, candidate.kernel);
  }

 private:
  void resume(std::string_view text);

  std::string name_;
  SweepIdentity sweep_;
  LineFile lines_;
  std::vector<CandidateResult> known_;
  std::optional<DeviceCeilings> ceilings_;
  std::vector<Candidate> began_with_;
  bool is_new_ = false;
  std::optional<SearchEnd> ended_;  // as the file said
  bool has_more_ = false;  // candidates than were known
};

}  // namespace rbgp
