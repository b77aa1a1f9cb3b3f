// The journal of a sweep: what was measured, one JSON object a line, on the disk before the sweep goes on.
//
// A sweep that was interrupted, however, is resumed from it. docs/formats.md lists the fields.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <rbgp/tuner.hpp>
#include <tuner/sweep_identity.hpp>

namespace rbgp {

// What the last measurements of the fastest candidates gave.
struct FinalRecord {
  struct Finalist {
    std::string id;
    std::vector<double> rounds_ms;
  };
  std::vector<Finalist> finalists;
  std::vector<double> twin_rounds_ms;  // of the first finalist's kernel, entered twice
  double noise_floor = 0;
  std::vector<double> dense_rounds_ms;
  std::string dense_library;
  std::string winner;  // an id
};

// An open journal, locked against other tuners until it is destroyed. Not thread-safe.
class Journal {
 public:
  // Creates the file with a header, or reads what an earlier run of the same sweep left; then cuts off a
  // line that was torn, and notes that it was resumed.
  // Errors: io where the file cannot be opened, read or written, or another process has it;
  // invalid_argument where it is no journal, or one of another sweep: it is left as it is.
  Journal(const std::filesystem::path& file, const SweepIdentity& sweep);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // What was in the file when it was opened, in the order written, each id once.
  const std::vector<CandidateResult>& known() const { return known_; }
  // The one of them that this candidate is; null where there is none.
  const CandidateResult* find(const Rbgp4Config& config, const KernelConfig& kernel) const;

  // Each is on the disk when the call returns. Errors: io; then the file ends as it did before the call.
  void add(const CandidateResult& candidate);
  void add(const FinalRecord& record);
  void note(std::string_view text);

  std::string id(const CandidateResult& candidate) const {
    return sweep_.candidate_id(candidate.config, candidate.kernel);
  }

 private:
  void open_locked();
  std::string read_all() const;
  void resume(std::string_view content);
  void read_line(std::string_view line, std::size_t number);
  void append(std::string line);
  void cut(std::size_t bytes);
  [[noreturn]] void fail_with(std::string_view what, int error_number) const;

  std::filesystem::path file_;
  SweepIdentity sweep_;
  int descriptor_ = -1;
  std::size_t bytes_ = 0;  // of whole lines
  std::vector<CandidateResult> known_;
  std::map<std::string, std::size_t> index_;  // of known_, by id
};

}  // namespace rbgp
