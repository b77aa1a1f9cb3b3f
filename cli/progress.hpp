// How a sweep is getting on, on stderr: one line that is rewritten on a terminal, else a plain line
// every few seconds.
#pragma once

#include <chrono>
#include <cstdint>

#include <rbgp/tuner.hpp>

namespace rbgp::cli {

class ProgressLine {
 public:
  ProgressLine(double budget_seconds, std::int64_t max_candidates);
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine();  // clears the line on a terminal

  void update(const TuneProgress& progress);

 private:
  double budget_seconds_;
  std::int64_t max_candidates_;
  bool terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point last_{};
};

}  // namespace rbgp::cli
