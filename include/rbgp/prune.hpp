// Choosing the mask of a trained matrix: which of its rows and columns stand where on an RBGP4 pattern, so
// that the most magnitude falls on it (the paper chooses the mask before training; this is for a W that was
// trained without one).
//
// Two means, from cheap to dear:
//   vertices   The vertices of Go and Gi take other names. The result is another pattern of the same
//              configuration with the same singular values: nothing to store, nothing to do at run time.
//   rows, cols Any row, any column moves anywhere. The order is kept beside the pattern (MatrixOrder).
//              Values are packed in the pattern's order once; at run time a row of I is looked for, or a
//              row of O put, at order[i] instead of i. Where both may move, the vertices of a Gi that is a lift
//              stay: rows and columns do what they would, and kernels that need a lift go on multiplying it.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include <rbgp/matrix_order.hpp>
#include <rbgp/pattern.hpp>

namespace rbgp {

// What may move. Each but `none` includes `vertices`, which costs nothing.
enum class Permute { none, vertices, rows, cols, all };

// "none", "vertices", "rows", "cols", "all". Errors: invalid_argument, naming them.
std::string_view to_string(Permute permute);
Permute permute_named(std::string_view name);

// Shares of the squared Frobenius norm that masks with equally many elements keep, 0 to 1.
struct KeptShares {
  double as_sampled = 0;  // the pattern as it was given
  double chosen = 0;  // after rows, columns or vertices moved
  // Of the pattern with rows and columns in random order, on average: the share of elements that it keeps,
  // since each element of W is then equally likely to be kept.
  double random = 0;
  double blocks = 0;  // whole 4x4 blocks, those of the largest norm
  double unstructured = 0;  // single elements, the largest: the most that any mask keeps
  std::int64_t kept = 0;  // elements that the chosen pattern keeps of W, and `unstructured`
  std::int64_t block_kept = 0;  // in the blocks kept: as many as `kept` to half a block
  std::int64_t sampled_kept = 0;  // as sampled; another number only where padding lies elsewhere
};

struct MaskChoice {
  Rbgp4Pattern pattern;  // of the same configuration; other vertex names
  MatrixOrder order;  // sides that may not move, or did not, are empty
  KeptShares shares;
};

// How far a search is: orders that were settled, in which no two lines are to be exchanged any more.
struct MaskProgress {
  std::string_view moving;  // "vertices", or "rows and columns"
  int done = 0;
  int of = 0;  // 0: as many as it takes
};

struct MaskSearch {
  Permute permute = Permute::all;
  std::uint64_t seed = 1;
  // After the first optimum, so many times some rows and columns are shuffled and the search goes on from
  // there, keeping what is better.
  int restarts = 4;
  int threads = 0;  // 0: one a processor
  std::function<void(const MaskProgress&)> progress = {};  // called by the calling thread
};

// Looks for the order of rows x cols `dense` that keeps most of its squared norm on the pattern.
//
// A heuristic: rows are placed while columns stand still, so that exchanging no two of them keeps more,
// then columns while rows do, until a round gains less than a ten-thousandth. What is kept never shrinks.
// What a trained W has to gain depends on it: little where its elements are independent, much where rows
// and columns differ in norm or share their large elements.
// Thread-safe; the same result at any number of threads.
// Cost: a few seconds for 1024 x 1024, a minute for 4096 x 4096 on one core; memory 4 times W.
// Errors: invalid_argument where rows x cols does not lie on the pattern, and for an element that is not
// finite, naming it.
MaskChoice choose_mask(const Rbgp4Pattern& pattern, std::int64_t rows, std::int64_t cols,
                       const float* dense, const MaskSearch& search = {});

}  // namespace rbgp
