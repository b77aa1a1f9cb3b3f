// How work is getting on, on stderr: one line that is rewritten on a terminal, else a plain line every few seconds.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include <rbgp/tuner.hpp>

namespace rbgp::cli {

class StatusLine {
 public:
  StatusLine();
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;
  ~StatusLine();  // clears the line on a terminal

  bool is_terminal() const { return terminal_; }
  // Whether it is time for a line.
  bool is_due() const;
  // How long a line may be: on a terminal one that wraps could not be rewritten.
  std::size_t columns() const;
  // One that is too long is cut.
  void show(const std::string& text);

 private:
  bool terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

// Of a sweep.
class ProgressLine {
 public:
  ProgressLine(double budget_seconds, std::int64_t max_candidates)
      : budget_seconds_(budget_seconds), max_candidates_(max_candidates) {}

  void update(const TuneProgress& progress);

 private:
  double budget_seconds_;
  std::int64_t max_candidates_;
  bool is_first_ = true;
  StatusLine status_;
};

}  // namespace rbgp::cli
