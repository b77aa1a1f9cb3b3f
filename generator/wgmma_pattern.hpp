// What a kernel of wgmma knows of Gi: tables and functions of its Pattern.
#pragma once

#include <generator/cuda_source.hpp>

namespace rbgp::wgmma {

enum class GiForm {
  complete,
  listed,  // by lists of the slabs that a row group multiplies
  filled_up,  // with zeros
  paired,  // columns half a tile apart, of which a row has at most one
};

struct GiSlabs {
  GiForm gi = GiForm::complete;
  std::int64_t slab = 0;  // columns
  std::int64_t part_cols = 0;  // of a tile, in a step
  std::int64_t clones = 1;  // of a vertex of Gi's lifted graph, which parts take together
  std::int64_t gi_copies = 1;  // row groups of a vertex of Gi
};

// Of Pattern: `slab`; listed, where clones are split, `value_slab`; filled up and paired `source`; paired `selected`.
AdjacencySource gi_source(const KernelSpec& spec, const GiSlabs& slabs);

}  // namespace rbgp::wgmma
