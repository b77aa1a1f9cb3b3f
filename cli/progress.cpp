#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <cli/progress.hpp>

namespace rbgp::cli {
namespace {

constexpr std::chrono::milliseconds kTerminalInterval{100};
constexpr std::chrono::milliseconds kPlainInterval{5000};
constexpr const char* kClearLine = "\r\x1b[K";
constexpr std::size_t kUsualColumns = 80;
constexpr std::string_view kCutOff = "...";

std::string cut(std::string text, std::size_t columns) {
  if (text.size() <= columns) return text;
  const std::size_t dots = std::min(kCutOff.size(), columns);
  text.resize(columns - dots);
  return text.append(kCutOff.substr(0, dots));
}

// The order in which parts of the line give way to others where there are few columns; the last ones never do.
enum class Worth { pruned, elapsed, failed, stage, ratio, count, always };

struct Part {
  Worth worth;
  std::string text;
};

std::string joined(const std::vector<Part>& parts, Worth least) {
  std::string text;
  for (const Part& part : parts)
    if (part.worth >= least) text += part.text;
  // Each part brings its separator.
  return text.starts_with(", ") ? text.substr(2) : text;
}

std::string fitted(const std::vector<Part>& parts, std::size_t columns) {
  std::string text;
  for (const Worth least : {Worth::pruned, Worth::elapsed, Worth::failed, Worth::stage,
                            Worth::ratio, Worth::count, Worth::always}) {
    text = joined(parts, least);
    if (text.size() <= columns) break;
  }
  return text;
}

// Until the budget is spent, or with a limit, at the rate so far, the candidates are.
double seconds_left(const TuneProgress& progress, double budget_seconds,
                    std::int64_t max_candidates) {
  double left = budget_seconds - progress.elapsed_seconds;
  if (max_candidates > 0 && progress.measured > 0)
    left = std::min(left, static_cast<double>(max_candidates - progress.done) *
                              progress.elapsed_seconds / static_cast<double>(progress.measured));
  return std::max(left, 0.0);
}

std::string stage(const TuneProgress& progress) {
  if (progress.in_finals) return "the best take turns";
  if (progress.measured == 0) return "none of this run yet";
  return fmt::format("{:.2g} a second",
                     static_cast<double>(progress.measured) / progress.elapsed_seconds);
}

std::string line(const TuneProgress& progress, double budget_seconds, std::int64_t max_candidates,
                 std::size_t columns) {
  std::string count = fmt::format("{}", progress.done);
  if (max_candidates > 0 && max_candidates >= progress.done)
    count += fmt::format(" of {}", max_candidates);
  std::vector<Part> parts = {{Worth::count, count + " candidates"},
                             {Worth::failed, fmt::format(", {} failed", progress.failed)}};
  if (progress.pruned > 0)
    parts.push_back({Worth::pruned, fmt::format(", {} pruned", progress.pruned)});
  parts.push_back({Worth::stage, ", " + stage(progress)});
  if (progress.best_ms > 0)
    parts.push_back({Worth::always, fmt::format(", best {:.4g} ms", progress.best_ms)});
  if (progress.best_ms > 0 && progress.dense_ms > 0)
    parts.push_back(
        {Worth::ratio, fmt::format(" ({:.2f}x dense)", progress.dense_ms / progress.best_ms)});
  parts.push_back({Worth::elapsed, fmt::format(", {:.0f} s", progress.elapsed_seconds)});
  parts.push_back(
      {Worth::always,
       progress.elapsed_seconds > budget_seconds
           ? fmt::format(", {:.3g} s over its budget", progress.elapsed_seconds - budget_seconds)
           : fmt::format(", {:.0f} s left",
                         seconds_left(progress, budget_seconds, max_candidates))});
  return fitted(parts, columns);
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

std::size_t StatusLine::columns() const {
  if (!terminal_) return std::numeric_limits<std::size_t>::max();
  struct winsize size{};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  // Some terminals go to the next line as soon as the last column is written.
  return (known ? size.ws_col : kUsualColumns) - 1;
}

void StatusLine::show(const std::string& text) {
  last_ = std::chrono::steady_clock::now();
  drawn_ = true;
  if (terminal_)
    std::fprintf(stderr, "%s%s", kClearLine, cut(text, columns()).c_str());
  else
    std::fprintf(stderr, "%s\n", text.c_str());
  std::fflush(stderr);
}

void ProgressLine::update(const TuneProgress& progress) {
  // The first plain line tells of a result; on a terminal the line shows that work has begun.
  if (!status_.is_terminal() && progress.done == 0) return;
  if (!is_first_ && !status_.is_due()) return;
  is_first_ = false;
  status_.show(line(progress, budget_seconds_, max_candidates_, status_.columns()));
}

}  // namespace rbgp::cli
