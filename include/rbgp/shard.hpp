// A part of a sweep, for machines that share one without knowing of each other.
#pragma once

#include <string>
#include <string_view>

namespace rbgp {

// Shard `index` of `count` (1 <= index <= count) holds the candidates whose id (docs/formats.md) leaves
// index - 1 when divided by count. So the shards of a sweep have no candidate in common, and together
// they have all of them where the strategy does not ask what came of its proposals (exhaustive, and
// random with a seed and a number of candidates). The others search their own parts, each for itself.
// A shard of one is the sweep itself.
struct Shard {
  int index = 1;
  int count = 1;

  bool is_whole() const { return count == 1; }
  // Whether a candidate of this id, 16 hexadecimal digits, is in it.
  bool holds(std::string_view candidate_id) const;
  bool operator==(const Shard&) const = default;
};

std::string to_string(const Shard& shard);  // "1/2"; of a whole sweep "1/1"
Shard parse_shard(std::string_view text);  // invalid_argument says what is allowed

}  // namespace rbgp
