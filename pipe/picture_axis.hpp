// An axis of a plot: where numbers lie on it, and which of them are marked.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace rbgp::picture {

struct Axis {
  bool logarithmic = false;
  double lowest = 0;  // above 0 where logarithmic
  double highest = 1;  // above `lowest`
  double begin = 0;  // the pixel of `lowest`
  double end = 1;

  // Of all numbers, with a margin on either side; those that a logarithmic axis has no place for do not
  // count. Without any it is 1 to 10.
  static Axis around(std::span<const double> values, bool logarithmic, double margin = 0.06);

  double at(double value) const;
  // Some `wanted` numbers that are short to write, ascending.
  std::vector<double> ticks(int wanted) const;
};

// The largest number of the form 1, 2 or 5 times a power of ten that makes at least so many steps.
double tick_step(double span, int steps);

std::string tick_text(double value);

}  // namespace rbgp::picture
