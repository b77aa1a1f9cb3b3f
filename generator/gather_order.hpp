// The order in which a row group gathers rows of I from shared memory.
//
// A load takes `lanes` rows at once, a piece of each as wide as one part in `lanes` of the banks, and a row begins
// one piece further on than the row before it: rows meet in a bank exactly where they are equal modulo
// `lanes`, and each of those that do costs a turn. The order of columns in a product is free, since packed values
// follow it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace rbgp {

// Indices of `rows` in an order in which each load takes different residues as long as there are any, the most
// frequent first: none meet where all residues are as frequent. Deterministic.
std::vector<std::int32_t> gather_order(std::span<const std::int32_t> rows, std::int64_t lanes);

// Turns that loads of `lanes` of these rows, one load after the other, take together.
std::int64_t gather_turns(std::span<const std::int32_t> rows, std::int64_t lanes);

}  // namespace rbgp
