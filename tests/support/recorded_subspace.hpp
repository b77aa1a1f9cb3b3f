// The kernels of one configuration with their times, all of them measured once on a device: spaces that
// strategies are run on without one. tests/support/record_subspace.py makes the files.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <tuner/search_space.hpp>

namespace rbgp::test {

struct RecordedSubspace {
  std::string name;
  Problem problem;
  DeviceProperties device;
  std::vector<Candidate> candidates;
  std::map<std::string, double> ms;  // by Candidate::key(); infinite where it failed
  double best_ms = 0;

  static RecordedSubspace read(const std::filesystem::path& file);
  // All files of a folder, by name.
  static std::vector<RecordedSubspace> read_all(const std::filesystem::path& folder);

  // The fastest that a strategy finds with so many evaluations, over the fastest that there is. It hears of a
  // proposal once `window` are unanswered, as in a sweep that compiles ahead.
  double ratio_found(std::string_view strategy, std::uint64_t seed, std::size_t evaluations,
                     std::size_t window = 1) const;
};

}  // namespace rbgp::test
