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

// A shell that puts a program into the background, or nohup, has it ignore what is meant for others.
void handle_unless_ignored(int signal_number, struct sigaction& former) {
  struct sigaction action{};
  action.sa_handler = request_stop;
  // Restarted calls: what the library reads and waits for is not disturbed.
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(signal_number, nullptr, &former);
  if (former.sa_handler != SIG_IGN) sigaction(signal_number, &action, nullptr);
}

}  // namespace

StopSignal::StopSignal() {
  stop_requested = false;
  handle_unless_ignored(SIGINT, former_interrupt_);
  handle_unless_ignored(SIGTERM, former_terminate_);
}

StopSignal::~StopSignal() {
  sigaction(SIGINT, &former_interrupt_, nullptr);
  sigaction(SIGTERM, &former_terminate_, nullptr);
}

const std::atomic<bool>& StopSignal::requested() const { return stop_requested; }

}  // namespace rbgp::cli
