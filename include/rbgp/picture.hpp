// A pattern as one picture: its mask, its base graphs and their spectra (paper sections 3 to 5).
#pragma once

#include <cstdint>
#include <string>

#include <rbgp/pattern.hpp>

namespace rbgp {

struct PictureOptions {
  // Of the matrix, where it is smaller than the pattern (a padded problem); 0 means the pattern's. The
  // edge of the matrix is then marked in the mask.
  std::int64_t rows = 0;
  std::int64_t cols = 0;
  std::string note;  // follows the configuration: "seed 1", a plan's name
};

// A stand-alone SVG document, 1280 units wide and always below 1,000,000 bytes (kPictureMaxBytes):
//   a  the mask with its blocking levels: tiles (Go), repetitions (Gr), non-zero blocks (Gi, Gb). A mask
//      whose blocks would be too small to see is drawn by tiles, with one of them enlarged beside it,
//      and a base graph too large even for that as shares of edges in areas;
//   b  the base graphs as bipartite drawings, thinned to at most some 600 edges each;
//   c  the singular values of Go, Gi and W against the Ramanujan bound: all of them for base graphs of up
//      to 1024 vertices on the smaller side, beyond that the largest two. W's are products of Go's and
//      Gi's, so that no matrix of W's size is needed.
// Colours stay apart for colour-blind readers, and each is explained beside the mask. The same
// arguments give the same picture up to rounding of the singular values. Thread-safe.
// Errors: invalid_argument where rows or cols exceed the pattern's or are negative.
std::string svg_picture(const Rbgp4Pattern& pattern, const PictureOptions& options = {});

inline constexpr std::int64_t kPictureMaxBytes = 1'000'000;

}  // namespace rbgp
