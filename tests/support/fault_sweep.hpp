// A sweep over kernels of which most are faulty, and whether its tuner was equal to them.
#pragma once

#include <string_view>

#include <rbgp/device.hpp>

namespace rbgp::test {

// kEachFault of each fault in one sweep of one family: each is named by its kind in result and journal,
// the winner is a kernel without a fault, and neither a process nor a file is left. Changes the working
// directory while it runs.
void expect_faults_named(const Device& device, std::string_view family, double run_limit_seconds);

}  // namespace rbgp::test
