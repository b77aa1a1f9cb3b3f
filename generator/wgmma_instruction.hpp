// The matrix instruction of Hopper, spelled out for one shape.
#pragma once

#include <cstdint>
#include <string>

#include <rbgp/problem.hpp>

namespace rbgp {

// `static ... void multiply(float (&sums)[cols / 2], W, I, bool add)`: sums = W I, or sums + W I where `add`
// is set, of 64 rows of W and 32 bytes of its columns, both by descriptors of shared memory. W is K-major;
// I has its rows one after the other (`input_by_rows`) or its columns. `cols` is a multiple of 8 up to 256. `paired`,
// of bf16 and f16: the sparse instruction, with `unsigned selected` before `add`; then W has two values of every four
// columns, and 64 bytes of columns in those 32.
std::string wgmma_multiply(Dtype dtype, std::int64_t cols, bool input_by_rows, bool paired = false);

}  // namespace rbgp
