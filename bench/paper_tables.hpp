// The configurations of the paper's Tables 2 and 3, for bench and tests.
#pragma once

#include <string>
#include <vector>

#include <fmt/format.h>

namespace rbgp {

// M, K and N of both tables.
inline constexpr int kPaperTableSize = 4096;

// Table 2: sparsity of W distributed between Go and Gi, with sizes (32,128), (4,1), (32,32), (1,1).
inline std::vector<std::string> paper_table2() {
  constexpr const char* kSplits[][2] = {
      {"", "@75"},      {"@50", "@50"},  // 75 % in all
      {"", "@87.5"},    {"@50", "@75"}, {"@75", "@50"},   {"", "@93.75"},
      {"@50", "@87.5"}, {"@75", "@75"}, {"@87.5", "@50"},
  };
  std::vector<std::string> configs;
  for (const auto& [go, gi] : kSplits)
    configs.push_back(fmt::format("go=32x128{},gr=4x1,gi=32x32{},gb=1x1", go, gi));
  return configs;
}

// Table 3: row repetition by Gr and Gb, with the tile kept at (128, 32) and Go at 50 %.
inline std::vector<std::string> paper_table3() {
  constexpr int kRepetitions[][2] = {{1, 1}, {2, 1}, {4, 1}, {1, 2}, {1, 4}, {2, 2}};
  std::vector<std::string> configs;
  for (const char* gi : {"50", "75", "87.5"})
    for (const auto& [gr, gb] : kRepetitions)
      configs.push_back(
          fmt::format("go=32x128@50,gr={}x1,gi={}x32@{},gb={}x1", gr, 128 / (gr * gb), gi, gb));
  return configs;
}

}  // namespace rbgp
