#include <cli/progress.hpp>
#include <cli/sweep.hpp>
#include <rbgp/error.hpp>

namespace rbgp::cli {

TuneResult sweep(const TuneRequest& request, const StopSignal& stop, bool show_progress) {
  ProgressLine line(request.budget_seconds, request.max_candidates);
  const auto progress = [&](const TuneProgress& now) {
    if (show_progress) line.update(now);
  };
  try {
    return tune(request, progress, &stop.requested());
  } catch (const Error& error) {
    if (!stop.requested() || error.code() != ErrorCode::internal) throw;
    throw Error(error.code(), fmt::format("{}; no plan written", error.what()), error.detail());
  }
}

}  // namespace rbgp::cli
