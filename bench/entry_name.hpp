// The names of benchmark entries: what scripts and tables take results apart by.
#pragma once

#include <string>

#include <rbgp/problem.hpp>

namespace rbgp::bench {

// `suite/dtype/layout/MxKxN/impl/CONFIG`. Tunables and algorithms go into the label; a second entry that differs in these
// alone is CONFIG#2.
struct EntryName {
  std::string suite;
  std::string dtype = "f32";  // the arithmetic
  std::string layout = "kn";  // kn: I is [K][N] and O [M][N]; nk: I is [N][K] and O [N][M]
  Problem problem;
  std::string impl;  // "cublas", "cusparse:bsr16", "rbgp:FAMILY"
  std::string config;  // last, the only part that may hold a slash

  // Errors: invalid_argument for a part that is empty, or that holds a slash and is not the last.
  std::string text() const;
};

}  // namespace rbgp::bench
