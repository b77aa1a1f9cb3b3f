// Ctrl-C (SIGINT) and SIGTERM as a request to stop, for as long as this object lives.
#pragma once

#include <signal.h>

#include <atomic>

namespace rbgp::cli {

// The first signal sets the flag; a second one ends the process at once. One object at a time.
class StopSignal {
 public:
  StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;
  ~StopSignal();  // puts the former handlers back

  const std::atomic<bool>& requested() const;

 private:
  struct sigaction former_interrupt_{};
  struct sigaction former_terminate_{};
};

}  // namespace rbgp::cli
