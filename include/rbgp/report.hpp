// What a sweep found, read from its journals and shown as a page with plots.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <rbgp/tuner.hpp>

namespace rbgp {

// What a device does at best, as it was measured: the two roofs of a roofline, and what else a sweep's model
// goes by.
struct DeviceCeilings {
  double multiply_adds_per_ms = 0;  // in the problem's dtype; 0: not known
  double bytes_per_ms = 0;  // of its memory, read and written
  double vector_multiply_adds_per_ms = 0;  // in f32, without tensor cores
  double empty_ms = 0;  // a launch that does nothing
};

struct Report {
  // What was asked for; `sparsity_percent` is without meaning where there is a `config`.
  Problem problem;
  double sparsity_percent = 0;
  std::string config;  // the one whose kernels were searched; empty: patterns were
  std::string family;  // empty: all of the device
  double density = 1;  // of W, after padding and rounding
  std::string strategy;
  std::uint64_t seed = 0;
  // Where: without memory_bytes, which journals do not hold.
  DeviceProperties device;
  std::string compiler;
  int generator_version = 0;

  std::vector<CandidateResult> candidates;  // in the order measured
  std::optional<std::size_t>
      winner;  // the plan's, in `candidates`; none where no sweep chose one
  double dense_ms = 0;  // 0: not measured
  std::string dense_library;
  std::optional<DeviceCeilings> ceilings;
  std::vector<std::string> notes;  // interruptions, resumptions, noise of the finals
  std::size_t journals = 0;  // that were read
};

// Reads the journals of one sweep (shards of it, say) and puts them together: each candidate once, the
// first that there is. Candidates that were timed again at a sweep's end have the median of those times;
// of a journal with several ends, the last one's winner counts, and of several winners the fastest. A last line
// without its end is left out. The files are not changed, and may be written to meanwhile.
// Thread-safe. Errors: io where a file cannot be read; invalid_argument, with one line that names the
// file, where one is no journal, does not read, or is of another sweep than the first (it names the
// first field that differs).
Report read_report(std::span<const std::filesystem::path> journals);

// A page of its own: no script, nothing that is fetched, legible from 360 pixels of width on, light or
// dark as its reader prefers. Holds every plot that the report has data for, and of the others says what
// is missing. Deterministic. Thread-safe.
std::string report_html(const Report& report);

struct ReportPlot {
  std::string name;  // a file's, without its ending: "time-gap"
  std::string svg;  // a whole document
};

// The plots of the page that there are data for, as documents of their own. Deterministic. Thread-safe.
std::vector<ReportPlot> report_plots(const Report& report);

}  // namespace rbgp
