// The lines of a journal, to text and from it; docs/formats.md lists their fields. Resuming a sweep and
// reporting on one read the same way.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <rbgp/report.hpp>
#include <rbgp/tuner.hpp>
#include <tuner/rounds.hpp>
#include <tuner/sweep_identity.hpp>

namespace rbgp {

// What the last measurements of the fastest candidates gave.
struct FinalRecord {
  struct Finalist {
    std::string id;
    std::vector<double> rounds_ms;  // infinite where it had no processors (tuner/rounds.hpp)
    bool disturbed = false;  // too few others were left
  };
  std::vector<Finalist> finalists;
  std::vector<double> twin_rounds_ms;  // of the first finalist's kernel, entered twice
  double noise_floor = 0;
  std::vector<double> dense_rounds_ms;
  std::string dense_library;
  std::string winner;  // an id

  bool dense_disturbed = false;

  RoundCount rounds() const;  // of all that was timed
  // Too much for the finalist's time, or that of the dense product, to be relied on.
  bool is_disturbed(const Finalist& finalist) const;
};

// Without their ends.
std::string candidate_line(const CandidateResult& candidate, const std::string& id);
std::string final_line(const FinalRecord& record);
std::string ceilings_line(const DeviceCeilings& ceilings);
std::string known_line(std::span<const Candidate> known);
std::string note_line(std::string_view text);
std::string end_line(SearchEnd end);

// What a merged journal notes of a shard, "shard 1/4 did not ...": empty where it is finished.
std::string unfinished_note(const Shard& shard, const std::optional<SearchEnd>& end);
// The shard, "1/4", that such a note is of; empty of another note.
std::string unfinished_shard(std::string_view note);

// What is in a journal, in the order written.
struct JournalContent {
  struct Entry {
    std::string id;
    CandidateResult result;
  };

  SweepIdentity sweep;
  std::vector<Entry> candidates;  // each id once, as its last line says
  std::vector<FinalRecord> finals;
  std::vector<std::string> notes;  // none of unfinished shards where nothing is left of the sweep
  std::optional<DeviceCeilings> ceilings;
  std::vector<Candidate> known;  // what the sweep began with
  std::optional<SearchEnd> ended;  // nothing where the search never did, or went on since
  std::size_t lines = 0;  // whole ones
  std::size_t bytes = 0;  // of whole lines: what follows is a torn one

  // Errors: invalid_argument with one line that begins with `name`, and says which line does not read or
  // that this is no journal.
  static JournalContent parse(std::string_view text, std::string_view name);
};

}  // namespace rbgp
