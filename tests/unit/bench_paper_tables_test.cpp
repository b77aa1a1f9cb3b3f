#include <gtest/gtest.h>

#include <set>

#include <bench/paper_tables.hpp>

namespace rbgp {
namespace {

TEST(PaperTables, FitOtherSizes) {
  // At its own size what the tables have, each once: the row of both is one.
  std::set<std::string> own;
  for (const double sparsity : {75.0, 87.5, 93.75})
    for (const Rbgp4Config& config : paper_configs(kPaperTableSize, kPaperTableSize, sparsity))
      EXPECT_TRUE(own.insert(config.to_string()).second);
  std::set<std::string> tables;
  for (const auto& table : {paper_table2(), paper_table3()})
    for (const std::string& text : table) tables.insert(Rbgp4Config::parse(text).to_string());
  EXPECT_EQ(own, tables);

  const std::vector<Rbgp4Config> layer = paper_configs(512, 4608, 87.5);
  // 3 and 6 rows, one of them twice; in a Go of 4 x 144 at 75 % each column has one neighbour.
  EXPECT_EQ(layer.size(), 7U);
  for (const Rbgp4Config& config : layer) {
    EXPECT_EQ(config.rows(), 512);
    EXPECT_EQ(config.cols(), 4608);
    EXPECT_DOUBLE_EQ(config.density(), 0.125);
    EXPECT_EQ(config.tile_rows(), 128);
    EXPECT_EQ(config.tile_cols(), 32);
  }
  EXPECT_TRUE(paper_configs(64, 576, 87.5).empty());  // fewer rows than a tile
  EXPECT_TRUE(paper_configs(512, 4608, 80).empty());
  for (const Rbgp4Config& config : paper_configs(128, 576, 75))
    EXPECT_EQ(config.go, (BaseGraphConfig{1, 18, 18}));  // half of it leaves columns alone
}

}  // namespace
}  // namespace rbgp
