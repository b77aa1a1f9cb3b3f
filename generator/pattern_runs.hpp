// Walking a row of the pattern in ascending columns: the one place that knows the order of values.
#pragma once

#include <rbgp/pattern.hpp>

namespace rbgp {

// Left digits of a row index u = ((uo*|Gr.U| + ur)*|Gi.U| + ui)*|Gb.U| + ub.
struct RowDigits {
  std::int64_t uo, ur, ui, ub;
};

inline RowDigits row_digits(const Rbgp4Config& config, std::int64_t u) {
  RowDigits digits{};
  digits.ub = u % config.gb.left;
  u /= config.gb.left;
  digits.ui = u % config.gi.left;
  u /= config.gi.left;
  digits.ur = u % config.gr.left;
  digits.uo = u / config.gr.left;
  return digits;
}

// Calls visit(j, v) for every run of |Gb.V| adjacent non-zeros of row u: values j .. j+|Gb.V|-1 stand
// in columns v .. v+|Gb.V|-1.
template <typename Visit>
void for_each_run(const Rbgp4Pattern& pattern, std::int64_t u, Visit&& visit) {
  const Rbgp4Config& config = pattern.config();
  const RowDigits row = row_digits(config, u);
  const auto inner = pattern.gi().neighbours(row.ui);
  std::int64_t j = 0;
  for (const std::int64_t vo : pattern.go().neighbours(row.uo)) {
    for (std::int64_t vr = 0; vr < config.gr.right; ++vr) {
      const std::int64_t base = (vo * config.gr.right + vr) * config.gi.right;
      for (const std::int64_t vi : inner) {
        visit(j, (base + vi) * config.gb.right);
        j += config.gb.right;
      }
    }
  }
}

}  // namespace rbgp
