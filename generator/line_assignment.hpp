// Lines of a matrix (its rows, or its columns) on the positions of one side of a pattern.
//
// Positions that share an outer and an inner vertex meet the same columns: they are a class, within which
// it does not matter which line stands where. While the other side stands still, what a line keeps in a
// class does not depend on where the other lines are.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <rbgp/pattern.hpp>

namespace rbgp {

// One side of a pattern, from its own vertices to those of the other.
struct PatternSide {
  BaseGraph outer, inner;
  std::vector<std::int32_t>
      class_of;  // of a position: outer vertex * inner vertices + inner vertex

  std::int64_t classes() const { return outer.config().left * inner.config().left; }
};

// The first `positions` rows of the pattern, and its first columns.
PatternSide row_side(const Rbgp4Pattern& pattern, std::int64_t positions);
PatternSide column_side(const Rbgp4Pattern& pattern, std::int64_t positions);

// What every line keeps in every class.
struct LineGains {
  std::int64_t lines = 0;
  std::int64_t classes = 0;
  std::vector<float> by_line;  // lines x classes
  std::vector<float> by_class;  // the same, classes x lines
};

// Of the lines of `squares`, lines x other positions, row-major, the other side being in the given order
// (position v holds its line other_order[v]). The same bits at any number of threads, and on any machine:
// floating-point numbers are only added, in a fixed order.
LineGains line_gains(const PatternSide& side, const PatternSide& other,
                     std::span<const std::int64_t> other_order, const std::vector<float>& squares,
                     int threads);

// What the order keeps; order[p] is the line at position p.
double kept_in(const LineGains& gains, const PatternSide& side,
               std::span<const std::int64_t> order);

// Exchanges lines of different classes until no exchange of two keeps more; whether any was exchanged.
// The same result at any number of threads.
bool exchange_lines(const LineGains& gains, const PatternSide& side, int threads,
                    std::vector<std::int64_t>& order);

}  // namespace rbgp
