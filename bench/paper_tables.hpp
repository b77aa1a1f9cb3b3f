// The configurations of the paper's Tables 2 and 3, for bench and tests.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <rbgp/pattern.hpp>
#include <tuner/search_space.hpp>

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

// Those of both tables with this sparsity of W on another M and K: tile and splits stay, Go takes the sizes. Without those
// that leave a rest, or whose Go then has no integer degrees.
inline std::vector<Rbgp4Config> paper_configs(std::int64_t m, std::int64_t k,
                                              double sparsity_percent) {
  constexpr double kRounding = 1e-9;
  std::vector<std::string> texts = paper_table2();
  for (const std::string& text : paper_table3())
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(text);
  std::vector<Rbgp4Config> configs;
  for (const std::string& text : texts) {
    const Rbgp4Config config = Rbgp4Config::parse(text);
    if (std::abs(100 * (1 - config.density()) - sparsity_percent) > kRounding) continue;
    if (const auto moved = with_go(config, m, k, config.go.density())) configs.push_back(*moved);
  }
  return configs;
}

}  // namespace rbgp
