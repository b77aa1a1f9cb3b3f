// What is to be computed, and by which kernel: the inputs of the generator.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include <rbgp/dtype.hpp>
#include <rbgp/epilogue.hpp>
#include <rbgp/pattern.hpp>

namespace rbgp {

// How I and O lie in memory. Both are row-major; R of an epilogue lies as O does.
enum class Layout {
  kn,  // I is k x n and O m x n: a column is a sample, as im2col makes them of a convolution
  nk,  // I is n x k and O n x m: a row is a sample or a token, as a linear layer has them
};

std::string_view to_string(Layout layout);   // "kn"
Layout parse_layout(std::string_view text);  // invalid_argument names the known ones

// O = W I, or what the epilogue makes of it, with W m x k, I of k x n and O of m x n elements.
//
// The pattern of W may be larger than m x k (padding): its further rows are not computed and its
// further columns meet rows of zeros, so I and O keep the sizes given here.
struct Problem {
  std::int64_t m = 0;
  std::int64_t k = 0;
  std::int64_t n = 0;
  Dtype dtype = Dtype::f32;
  Layout layout = Layout::kn;
  Epilogue epilogue = {};

  // I and O as the matrices that lie in memory.
  std::int64_t input_rows() const { return layout == Layout::kn ? k : n; }
  std::int64_t input_cols() const { return layout == Layout::kn ? n : k; }
  std::int64_t output_rows() const { return layout == Layout::kn ? m : n; }
  std::int64_t output_cols() const { return layout == Layout::kn ? n : m; }
  // Where the element of I that meets column v of W, and that of O of row u of W, lie for sample c < n.
  std::int64_t input_at(std::int64_t v, std::int64_t c) const {
    return layout == Layout::kn ? v * n + c : c * k + v;
  }
  std::int64_t output_at(std::int64_t u, std::int64_t c) const {
    return layout == Layout::kn ? u * n + c : c * m + u;
  }

  // "512 x 4608 x 1024 f32", and layout and epilogue where they are not the defaults: "... nk bias,relu".
  std::string to_string() const;
  bool operator==(const Problem&) const = default;
};

// Of I and O. Kernels count columns, and blocks of them that reach beyond the last, in 32 bits.
inline constexpr std::int64_t kMostColumns = (std::int64_t{1} << 31) - (std::int64_t{1} << 16);

// A kernel family and its tunables, by their one spelling ("block_n" here, in JSON and on the command
// line; kBlockN in device code). The family table says which tunables there are and their values.
struct KernelConfig {
  std::string family;
  std::map<std::string, std::int64_t> tunables;

  std::int64_t at(const std::string& tunable) const;  // invalid_argument where there is none
  std::string to_string() const;  // "simt_rbgp4mm block_n=64 repeat_n=4"
  bool operator==(const KernelConfig&) const = default;
};

// Everything the generator needs: the same spec gives the same source, byte for byte.
struct KernelSpec {
  Problem problem;
  Rbgp4Pattern pattern;
  KernelConfig kernel;
};

}  // namespace rbgp
