// What is to be computed, and by which kernel: the inputs of the generator.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include <rbgp/pattern.hpp>

namespace rbgp {

enum class Dtype { f32 };

std::string_view to_string(Dtype dtype);     // "f32"
Dtype parse_dtype(std::string_view text);    // invalid_argument names the known ones
std::int64_t dtype_bytes(Dtype dtype);

// O = W I with W m x k, I k x n, O m x n, all row-major.
//
// The pattern of W may be larger than m x k (padding): its further rows are not computed and its
// further columns meet rows of zeros, so I and O keep the sizes given here.
struct Problem {
  std::int64_t m = 0;
  std::int64_t k = 0;
  std::int64_t n = 0;
  Dtype dtype = Dtype::f32;
  bool operator==(const Problem&) const = default;
};

// A kernel family and its tunables, by their one spelling ("block_n" here, in JSON and on the command
// line; kBlockN in device code). The family table says which tunables there are and their values.
struct KernelConfig {
  std::string family;
  std::map<std::string, std::int64_t> tunables;

  std::int64_t at(const std::string& tunable) const;  // internal error where there is none
  std::string to_string() const;  // "rbgp4mm block_n=64 repeat_n=4"
  bool operator==(const KernelConfig&) const = default;
};

// Everything the generator needs: the same spec gives the same source, byte for byte.
struct KernelSpec {
  Problem problem;
  Rbgp4Pattern pattern;
  KernelConfig kernel;
};

}  // namespace rbgp
