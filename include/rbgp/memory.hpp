// What a network's weights take to store under a pattern: the memory column of the paper's Table 1, by
// formula, for any layers and any sparsity.
//
// Values are 32-bit floats and indices 32-bit integers. Counted are weights and index data, as the
// table does; not counted are biases, normalisation, and row pointers. Of a layer with `nonzeros`
// weights kept, index words are
//   dense         none, and all weights are kept
//   unstructured  one a non-zero
//   block         one a non-zero block
//   RBGP4         |E(Go)| + |E(Gr)| + |E(Gi)| + |E(Gb)|, however many non-zeros there are
// Layers marked dense (the paper's first convolution and classifier) are stored dense by any pattern.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <rbgp/pattern.hpp>

namespace rbgp {

// A layer's weight matrix: m = rows (out channels), k = cols (in channels x kernel area).
struct WeightShape {
  std::string name;
  std::int64_t rows = 1;
  std::int64_t cols = 1;
  bool dense = false;
};

// How the weights of sparse layers are stored.
struct StoragePattern {
  enum class Kind { dense, unstructured, block, rbgp4 };
  Kind kind = Kind::dense;
  std::int64_t block_rows = 1;  // of block
  std::int64_t block_cols = 1;
  // Of rbgp4: the sizes of Gr, Gi and Gb, and the sparsity of Go. Its other numbers are not used by a
  // memory report, since a layer has its own size and sparsity (see fit_config).
  Rbgp4Config config;

  // "dense", "unstructured", "block4x4" (any size), "rbgp4" (the configuration that fits Table 1:
  // Gr 4x1, Gi 32x32, Gb 1x1, Go complete), or a configuration such as
  // "go=1x1,gr=4x1,gi=32x32,gb=1x1". Errors: invalid_argument, naming what is allowed.
  static StoragePattern parse(std::string_view text);
};

// The configuration nearest to `wanted` for a rows x cols matrix that keeps exactly
// cols * (1 - sparsity_percent / 100) elements of each row.
//
// The wanted tile is that of Gr, Gi and Gb; where the matrix is smaller, Gi shrinks until it fits, and
// Gr and Gb after it. Go covers the matrix with tiles, keeps its own sparsity where it can, and Gi takes
// the rest. Of all configurations with the right number of non-zeros, the nearest is the one
//   1. without degree 1 in a sparse Go or Gi, which falls apart into stars, where there is one;
//   2. whose tile, then whose Gi, is nearest (least factor between the rows times that between the
//      columns; Gr and Gb divide the wanted ones);
//   3. whose Go has the density nearest to the wanted one's;
//   4. with the smaller tile, then the smaller Gi.
// Errors: invalid_argument where no row and column count makes that sparsity; it names the nearest ones
// that are, or takes the nearest with `nearest`.
Rbgp4Config fit_config(const Rbgp4Config& wanted, std::int64_t rows, std::int64_t cols,
                       double sparsity_percent, bool nearest = false);

struct LayerMemory {
  WeightShape shape;
  std::int64_t nonzeros = 0;  // weights stored: of block, blocks are stored whole
  std::int64_t index_words = 0;
  std::optional<Rbgp4Config> config;  // of a sparse layer under rbgp4
  // A sparse Go or Gi has degree 1 because nothing else has this many non-zeros: it can be stored, and
  // sampled only with `allow_disconnected`.
  bool degree_one = false;

  std::int64_t bytes() const { return 4 * (nonzeros + index_words); }
};

struct MemoryReport {
  std::vector<LayerMemory> layers;  // in the order given

  std::int64_t nonzeros() const;
  std::int64_t index_words() const;
  std::int64_t bytes() const { return 4 * (nonzeros() + index_words()); }
  double mib() const { return static_cast<double>(bytes()) / (1 << 20); }  // Table 1's "MB"
};

// The report of a network's layers at a sparsity, 0 <= sparsity_percent < 100, which `dense` does not
// depend on. Numbers of non-zeros that are no integers are rounded for unstructured (elements) and block
// (blocks); for rbgp4 they are an error that names the layer, or rounded with `nearest`.
// Thread-safe. Errors: invalid_argument.
MemoryReport memory_report(std::span<const WeightShape> layers, const StoragePattern& pattern,
                           double sparsity_percent, bool nearest = false);

}  // namespace rbgp
