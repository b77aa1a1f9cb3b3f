#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include <cli/progress.hpp>

namespace rbgp::cli {
namespace {

constexpr std::chrono::milliseconds kTerminalInterval{100};
constexpr std::chrono::milliseconds kPlainInterval{5000};
constexpr const char* kClearLine = "\r\x1b[K";

// Until the budget is spent, or with a limit, at the rate so far, the candidates are.
double seconds_left(const TuneProgress& progress, double budget_seconds,
                    std::int64_t max_candidates) {
  double left = budget_seconds - progress.elapsed_seconds;
  if (max_candidates > 0 && progress.measured > 0)
    left = std::min(left, static_cast<double>(max_candidates - progress.done) *
                              progress.elapsed_seconds / static_cast<double>(progress.measured));
  return std::max(left, 0.0);
}

std::string line(const TuneProgress& progress, double budget_seconds, std::int64_t max_candidates) {
  std::string text = fmt::format("{}", progress.done);
  if (max_candidates > 0 && max_candidates >= progress.done)
    text += fmt::format(" of {}", max_candidates);
  text += fmt::format(" candidates, {} failed, ", progress.failed);
  if (progress.pruned > 0) text += fmt::format("{} pruned, ", progress.pruned);
  if (progress.in_finals)
    text += "the best take turns";
  else if (progress.measured == 0)
    text += "none of this run yet";
  else
    text += fmt::format("{:.2g} a second",
                        static_cast<double>(progress.measured) / progress.elapsed_seconds);
  if (progress.best_ms > 0) text += fmt::format(", best {:.4g} ms", progress.best_ms);
  if (progress.best_ms > 0 && progress.dense_ms > 0)
    text += fmt::format(" ({:.2f}x dense)", progress.dense_ms / progress.best_ms);
  text += fmt::format(", {:.0f} s", progress.elapsed_seconds);
  if (progress.elapsed_seconds > budget_seconds)
    return text +
           fmt::format(", {:.3g} s over its budget", progress.elapsed_seconds - budget_seconds);
  return text +
         fmt::format(", {:.0f} s left", seconds_left(progress, budget_seconds, max_candidates));
}

}  // namespace

StatusLine::StatusLine() : terminal_(isatty(STDERR_FILENO) == 1) {}

StatusLine::~StatusLine() {
  if (terminal_ && drawn_) std::fputs(kClearLine, stderr);
}

bool StatusLine::is_due() const {
  return std::chrono::steady_clock::now() - last_ >=
         (terminal_ ? kTerminalInterval : kPlainInterval);
}

void StatusLine::show(const std::string& text) {
  last_ = std::chrono::steady_clock::now();
  drawn_ = true;
  if (terminal_)
    std::fprintf(stderr, "%s%s", kClearLine, text.c_str());
  else
    std::fprintf(stderr, "%s\n", text.c_str());
  std::fflush(stderr);
}

void ProgressLine::update(const TuneProgress& progress) {
  // The first plain line tells of a result; on a terminal the line shows that work has begun.
  if (!status_.is_terminal() && progress.done == 0) return;
  if (!is_first_ && !status_.is_due()) return;
  is_first_ = false;
  status_.show(line(progress, budget_seconds_, max_candidates_));
}

}  // namespace rbgp::cli
