#include <cli/stop_signal.hpp>

namespace rbgp::cli {
namespace {

// A signal handler sees only globals.
std::atomic<bool> stop_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "written by a signal handler");

extern "C" void request_stop(int signal_number) {
  if (!stop_requested.exchange(true)) return;
  signal(signal_number, SIG_DFL);
  raise(signal_number);
}

}  // namespace

StopSignal::StopSignal() {
  stop_requested = false;
  struct sigaction action{};
  action.sa_handler = request_stop;
  // Restarted calls: what the library reads and waits for is not disturbed.
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, &former_interrupt_);
  sigaction(SIGTERM, &action, &former_terminate_);
  // A shell that put this into the background, or nohup, has it ignore what is meant for others.
  if (former_interrupt_.sa_handler == SIG_IGN) sigaction(SIGINT, &former_interrupt_, nullptr);
  if (former_terminate_.sa_handler == SIG_IGN) sigaction(SIGTERM, &former_terminate_, nullptr);
}

StopSignal::~StopSignal() {
  sigaction(SIGINT, &former_interrupt_, nullptr);
  sigaction(SIGTERM, &former_terminate_, nullptr);
}

const std::atomic<bool>& StopSignal::requested() const { return stop_requested; }

}  // namespace rbgp::cli
