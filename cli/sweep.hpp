// One sweep as the command runs it: with a progress line, until a signal ends it.
#pragma once

#include <cli/stop_signal.hpp>
#include <rbgp/tuner.hpp>

namespace rbgp::cli {

// Errors: as tune(); internal where the signal came before a candidate was measured.
TuneResult sweep(const TuneRequest& request, const StopSignal& stop, bool show_progress = true);

}  // namespace rbgp::cli
