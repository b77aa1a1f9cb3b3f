// How large a search space is, and what each constraint takes away.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tuner/model_guide.hpp>
#include <tuner/search_space.hpp>

namespace rbgp {

struct Removal {
  std::string constraint;
  std::int64_t points = 0;
};

struct SpaceCount {
  std::int64_t points = 0;  // looked at
  std::int64_t left = 0;
  bool is_sample = false;  // at random, where there are more
  std::vector<Removal> removed;  // most first
  // The constraint that points got furthest before: it emptied a space where nothing is left.
  std::string last;
  std::vector<double> costs;  // of kernels that are left, the model's
};

// The patterns of a space, all of them: its first axes. One where the configuration is fixed.
SpaceCount count_patterns(const SearchSpace& space);

// Pairs of a pattern that is left and a kernel: all where there are few, else `draws` of them. Reasons that
// differ in their numbers only are one.
SpaceCount count_kernels(const SearchSpace& space, std::int64_t draws);

// Takes away what the model rules out (model_guide.hpp).
void remove_slow(SpaceCount& count, const ModelBest& best);

}  // namespace rbgp
