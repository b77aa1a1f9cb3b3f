// Checks of option values. CLI11's own conversions cut what is out of range, and their messages do
// not say what is allowed.
#pragma once

#include <CLI/CLI.hpp>

namespace rbgp::cli {

CLI::Validator size_check();  // a whole number from 1 to 2^31 - 1
CLI::Validator seed_check();  // a whole number of 64 bits
CLI::Validator sparsity_check();  // a percentage from 0 to below 100

}  // namespace rbgp::cli
