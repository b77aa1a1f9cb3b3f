// A plain copy within a GPU's memory, of as many bytes as something else reads and writes.
#pragma once

#include <cstdint>
#include <optional>

#include <rbgp/device.hpp>

namespace rbgp::bench {

// Milliseconds to read half of the bytes and write the other half, 16 at a time, launches rotating over copies
// as those of LaunchTimer do: what a kernel that moves as much could take at best, launch and latency with it.
// Nothing on the host. Errors: as compiling and launching have them.
std::optional<double> equal_copy_ms(const Device& device, std::int64_t bytes);

}  // namespace rbgp::bench
