#include <support/kernel_shapes.hpp>

#include <algorithm>
#include <iterator>

namespace rbgp::test {
namespace {

constexpr KernelCaseShape kAnyShapes[] = {
    {"go=1x1,gr=1x1,gi=1x1,gb=1x1"},                      // one element
    {"go=1x1,gr=4x1,gi=8x8@50,gb=1x1"},                   // one tile
    {"go=1x1,gr=1x1,gi=1x1,gb=4x4"},                      // one block
    {"go=8x16@75,gr=4x1,gi=16x32@50,gb=1x1"},             // the paper's kind
    {"go=3x5,gr=2x3,gi=6x9@66.66666667,gb=1x2"},          // no power of two, |Gr.V| > 1
    {"go=3x5,gr=2x3,gi=6x9@66.66666667,gb=1x2", 5, 7},
    {"go=4x4@50,gr=3x2,gi=5x5@40,gb=4x3", 11, 13},  // odd blocks; padding inside a tile
    {"go=16x16@87.5,gr=1x1,gi=32x32@93.75,gb=2x1", 0, 1},  // two Hamiltonian cycles
    {"go=6x4@50,gr=8x1,gi=8x16@75,gb=2x4", 100, 60},  // padding of whole tiles
    {"go=2x8,gr=32x1,gi=2x8,gb=1x1", 1, 0},  // complete, long row groups
    {"go=1x12,gr=7x1,gi=9x9@66.66666667,gb=1x1"},  // odd row groups
    {"go=8x64@75,gr=2x1,gi=4x4@50,gb=2x1"},  // more steps than any ring has stages
    {"go=2x3,gr=5x1,gi=64x64@96.875,gb=1x1", 3, 2},  // many row groups in a tile
    {"go=2x4,gr=1x2,gi=32x16@87.5,gb=4x1", 3, 5},  // two neighbours in Gi, parts of row groups
};
constexpr std::int64_t kAnyColumns[] = {1, 2, 3, 7, 16, 33, 64, 100, 257};
constexpr KernelCaseShape kAnyRagged[] = {
    {"go=3x5,gr=2x3,gi=6x9@66.66666667,gb=1x2", 5, 7},
    {"go=4x4@50,gr=1x2,gi=4x4@50,gb=4x1", 8, 3},
};
constexpr std::int64_t kAnyRaggedColumns[] = {1, 30, 35, 64};

// |Gb.U| says which rows of a row group lie together, and so how sums become O.
constexpr KernelCaseShape kTensorCoreShapes[] = {
    {"go=1x1,gr=1x1,gi=1x1,gb=64x64"},  // one tile, one row group
    {"go=4x4@50,gr=1x1,gi=4x4@50,gb=64x16"},  // several row groups, all rows together
    {"go=1x4,gr=1x1,gi=4x4@50,gb=64x16", 72, 24},  // padding of a row group and of columns
    {"go=2x2,gr=4x1,gi=4x4@50,gb=16x16"},  // 16 rows together: those of a warp
    {"go=1x2,gr=8x1,gi=6x4@50,gb=8x16", 5, 3},  // 8; padding that no vector divides
    {"go=1x2,gr=16x1,gi=4x4@50,gb=4x16"},  // 4: too few for the copy engine
    {"go=2x2,gr=4x2,gi=4x4@50,gb=32x16"},  // |Gr.V| > 1; tiles that share a row of Go
    {"go=3x6@33.33333333,gr=2x1,gi=6x4@50,gb=32x16", 64, 8},  // no power of two
    {"go=1x2,gr=6x1,gi=6x4@50,gb=32x16"},  // three tiles that share a row of Go
    {"go=1x2,gr=1x2,gi=4x8@50,gb=128x16"},  // row groups that share a row of Gi; wide tiles
    {"go=4x4@50,gr=2x1,gi=4x8,gb=8x8", 3, 16},  // Gi complete
    {"go=4x8@50,gr=1x1,gi=1x1,gb=64x16"},  // several tiles in a step
    {"go=4x4@50,gr=8x1,gi=16x16@75,gb=1x4", 40, 8},  // to be filled up
    {"go=1x2,gr=8x1,gi=8x32@50,gb=8x16", 0,
     32},  // wide: several steps a tile where it is filled up
    {"go=2x4,gr=2x1,gi=4x8@50,gb=32x8"},  // slabs of 8: tf32, or filled up
    {"go=1x16,gr=1x1,gi=4x4@50,gb=64x16"},  // more steps than any ring has stages
    {"go=2x4,gr=4x1,gi=32x64@50,gb=1x1"},  // single columns, filled up or paired
    {"go=4x4@50,gr=1x1,gi=64x32@50,gb=1x2", 7},
    {"go=2x4,gr=2x1,gi=32x32@75,gb=2x4", 5},  // pairs of which some have no value
};
constexpr std::int64_t kTensorCoreColumns[] = {1, 30, 64, 136, 257};
constexpr KernelCaseShape kTensorCoreRagged[] = {
    {"go=1x4,gr=1x1,gi=4x4@50,gb=64x16", 72, 8},
    {"go=1x2,gr=8x1,gi=4x4@50,gb=8x16", 5, 24},
    {"go=2x2,gr=2x1,gi=4x4@50,gb=32x16", 64, 0},
    {"go=4x4@50,gr=2x1,gi=4x8,gb=8x8", 3, 8},
};
constexpr std::int64_t kTensorCoreRaggedColumns[] = {8, 30, 136, 200};

// For tensor cores that gather columns one by one: any columns, and row groups of 16 rows.
constexpr KernelCaseShape kGatherShapes[] = {
    {"go=1x1,gr=1x1,gi=1x1,gb=16x1"},  // one row tile, one column
    {"go=4x4@50,gr=1x1,gi=8x16@50,gb=16x1"},  // single columns, a whole slice of them
    {"go=4x4@50,gr=1x1,gi=8x16@50,gb=16x1", 9, 5},  // padding of a row group and of columns
    {"go=1x4,gr=4x1,gi=4x32@50,gb=4x1", 3, 2},  // rows that lie together in fours
    {"go=2x2,gr=16x1,gi=6x9@66.66666667,gb=1x2"},  // no power of two; slices to be filled up
    {"go=3x6@33.33333333,gr=2x3,gi=4x6@50,gb=8x1", 1, 1},  // |Gr.V| of 3
    {"go=2x4,gr=2x1,gi=4x8@50,gb=16x4"},  // 32 rows with the same columns
    {"go=1x2,gr=1x1,gi=4x4@50,gb=64x8", 5, 3},  // 64, and columns in eights
    {"go=4x4@50,gr=4x1,gi=16x16,gb=1x1", 3, 2},  // Gi complete: any rows of a tile
    {"go=1x4,gr=1x1,gi=1x1,gb=48x9"},  // tiles of an odd number of columns
    {"go=4x4@50,gr=1x1,gi=5x5@60,gb=16x3", 7, 4},
    {"go=2x16,gr=1x1,gi=4x8@50,gb=16x2"},  // more steps than any ring has stages
    {"go=1x2,gr=1x1,gi=16x16@75,gb=16x2", 100, 9},  // many row tiles; padding of whole ones
    {"go=1x2,gr=1x1,gi=8x8,gb=8x1"},
};
constexpr std::int64_t kGatherColumns[] = {1, 2, 7, 30, 64, 136, 260};
constexpr KernelCaseShape kGatherRagged[] = {
    {"go=1x4,gr=2x1,gi=4x8@50,gb=8x1", 5, 3},
    {"go=1x2,gr=4x1,gi=4x4@50,gb=4x3", 3, 4},
    {"go=2x2,gr=1x1,gi=4x8@50,gb=32x2", 9, 0},
    {"go=4x4@50,gr=2x1,gi=4x8,gb=4x1", 2, 2},
};
constexpr std::int64_t kGatherRaggedColumns[] = {1, 30, 35, 136};

// Row groups of 16 rows or a multiple, and Gi of any kind.
Rbgp4Config random_gather_config(RandomWords& random, const ConfigLimits& limits) {
  constexpr std::int64_t kTogether[] = {1, 2, 4, 8, 16, 32, 64};
  while (true) {
    Rbgp4Config config;
    const std::int64_t together = kTogether[random.below(std::size(kTogether))];
    const std::int64_t repeats = 1 + static_cast<std::int64_t>(random.below(3));
    config.gb = BaseGraphConfig::complete(together, 1 + static_cast<std::int64_t>(random.below(4)));
    config.gr = BaseGraphConfig::complete(std::max<std::int64_t>(16 / together, 1) * repeats,
                                          1 + static_cast<std::int64_t>(random.below(2)));
    const std::int64_t tile_cols = config.gr.right * config.gb.right;
    config.gi = random_graph(random, 16, std::min<std::int64_t>(limits.max_cols / tile_cols, 64),
                             limits.only_connected);
    const std::int64_t rows = limits.max_rows / config.tile_rows();
    const std::int64_t cols = limits.max_cols / config.tile_cols();
    if (rows < 1 || cols < 1) continue;
    config.go = random_graph(random, std::min<std::int64_t>(rows, 6),
                             std::min<std::int64_t>(cols, 16), limits.only_connected);
    if (config.rows() <= limits.max_rows && config.cols() <= limits.max_cols) return config;
  }
}

// Whether rows of I come as they lie, in slabs: the copy engine's alignment is the family's then.
bool takes_slabs(const KernelFamily& family) { return family.name == "wgmma"; }

// Mostly row groups of whole instructions and neighbours of whole slabs; tiles that have to be filled up are
// among the rest.
Rbgp4Config random_tensor_core_config(RandomWords& random, const ConfigLimits& limits) {
  constexpr std::int64_t kGroupRows = 64;
  constexpr std::int64_t kTogether[] = {1, 4, 8, 16, 32, 64, 128};
  constexpr std::int64_t kSlabs[] = {8, 16, 16, 16, 32};
  constexpr std::int64_t kTileCols[] = {64, 64, 128, 256};
  while (true) {
    Rbgp4Config config;
    const std::int64_t tile_cols = kTileCols[random.below(std::size(kTileCols))];
    const std::int64_t together = kTogether[random.below(std::size(kTogether))];
    const std::int64_t slab = kSlabs[random.below(std::size(kSlabs))];
    const std::int64_t slices = 1 + static_cast<std::int64_t>(random.below(2));
    config.gb = BaseGraphConfig::complete(together, slab);
    const std::int64_t repeats = 1 + static_cast<std::int64_t>(random.below(3));
    const std::int64_t whole =
        random.below(4) == 0 ? 1 : std::max<std::int64_t>(kGroupRows / together, 1);
    config.gr = BaseGraphConfig::complete(whole * repeats, slices);
    const std::int64_t gi_cols = tile_cols / (slab * slices);
    if (gi_cols < 1) continue;
    do {
      config.gi = random_graph(random, 8, gi_cols, limits.only_connected);
    } while (config.gi.right != gi_cols);
    const std::int64_t rows = limits.max_rows / (config.row_repetition() * config.gi.left);
    const std::int64_t cols = limits.max_cols / tile_cols;
    if (rows < 1 || cols < 1) continue;
    config.go = random_graph(random, std::min<std::int64_t>(rows, 6),
                             std::min<std::int64_t>(cols, 16), limits.only_connected);
    if (config.rows() <= limits.max_rows && config.cols() <= limits.max_cols) return config;
  }
}

}  // namespace

bool on_tensor_cores(const KernelFamily& family) { return !family.multiplies(Dtype::f32); }

Dtype usual_dtype(const KernelFamily& family) {
  return on_tensor_cores(family) ? Dtype::bf16 : Dtype::f32;
}

KernelShapes shapes_of(const KernelFamily& family) {
  if (on_tensor_cores(family) && !takes_slabs(family))
    return {kGatherShapes, kGatherColumns, kGatherRagged, kGatherRaggedColumns};
  if (on_tensor_cores(family))
    return {kTensorCoreShapes, kTensorCoreColumns, kTensorCoreRagged, kTensorCoreRaggedColumns};
  return {kAnyShapes, kAnyColumns, kAnyRagged, kAnyRaggedColumns};
}

Rbgp4Config random_config_for(const KernelFamily& family, RandomWords& random,
                              const ConfigLimits& limits) {
  if (!on_tensor_cores(family)) return random_config(random, limits);
  constexpr std::int64_t kLeastRows = 1024, kLeastCols = 512;
  const ConfigLimits wider = {.max_rows = std::max(limits.max_rows, kLeastRows),
                              .max_cols = std::max(limits.max_cols, kLeastCols),
                              .only_connected = limits.only_connected};
  return takes_slabs(family) ? random_tensor_core_config(random, wider)
                             : random_gather_config(random, wider);
}

void fit_problem(const KernelFamily& family, Problem& problem) {
  constexpr std::int64_t kFewColumns = 64;
  if (family.name == "simt_gather") problem.n = 1 + (problem.n - 1) % kFewColumns;
  if (!takes_slabs(family)) return;
  constexpr std::int64_t kPieceBytes = 16;  // that rows of I are made of
  problem.epilogue.column_order = false;
  const std::int64_t piece = kPieceBytes / dtype_bytes(problem.dtype);
  // Patterns for tensor cores have whole pieces of columns: what is rounded up still lies on them.
  std::int64_t& length = problem.layout == Layout::nk ? problem.k : problem.n;
  length = (length + piece - 1) / piece * piece;
}

}  // namespace rbgp::test
