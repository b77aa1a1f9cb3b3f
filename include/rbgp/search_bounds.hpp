// What a user wants of the patterns that a sweep searches, beside their sizes and sparsity.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <rbgp/pattern.hpp>

namespace rbgp {

struct SearchBounds {
  static constexpr std::int64_t kMaxRepetition = 64;  // of rows, in patterns that are searched

  // Rows that share their columns, |Gr.U|*|Gb.U|. 0: 4, or as many as the number of rows allows, since fewer are slow.
  std::int64_t min_repetition = 0;
  // Part of the sparsity that Gi has, in orders of magnitude: log(density of Gi) / log(density of W). 0 where Gi
  // is complete, 1 where Go is.
  double min_gi_share = 0;
  // Normalised spectral gap of W. A pattern that cannot have it, whatever its edges, is not searched; one
  // that turns out to have less, once its graphs are sampled, is not measured.
  double min_gap = 0;
  std::optional<BaseGraphConfig> go, gr, gi, gb;  // parts of the configuration that are fixed

  bool any() const;
  // Adds fixed parts: those of a configuration's text that are there, "gr=4x1,gi=32x32@50".
  // Errors: invalid_argument for what does not read, a part given twice, and |Gr.V| that is not 1.
  void fix(std::string_view text);
  // In one line, the same for equal bounds, empty where there are none: what a journal's header has.
  std::string to_string() const;
  // Errors: invalid_argument for a bound that is out of range or that contradicts another one, and for any where
  // W has no sparsity to share out and a share of it is asked for.
  void validate(double sparsity_percent) const;
  // The part of validate() that asks for no sparsity.
  void validate_without_sparsity() const;
};

}  // namespace rbgp
