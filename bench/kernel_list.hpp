// Files of kernels to measure as they are, without a search. A line is one: DTYPE LAYOUT CONFIG KERNEL, the last
// as KernelConfig::to_string() writes it, less what is the family's first value; # begins a comment.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <rbgp/device.hpp>
#include <rbgp/problem.hpp>

namespace rbgp::bench {

inline constexpr std::uint64_t kKernelListSeed = 1;  // of the patterns

// Those of the file that are for the problem's dtype, layout, rows and columns, on sampled patterns.
// Errors: io where the file cannot be read, invalid_argument naming the line that is wrong.
std::vector<KernelSpec> read_kernels(const std::string& file, const Problem& problem,
                                     const DeviceProperties& device);

}  // namespace rbgp::bench
