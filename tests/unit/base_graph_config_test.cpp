#include <gtest/gtest.h>

#include <rbgp/graph.hpp>
#include <support/refusal.hpp>

namespace rbgp {
namespace {

using test::has;
using test::refusal;

TEST(BaseGraphConfig, ReadsAndWritesItsText) {
  struct Row {
    const char* text;
    BaseGraphConfig config;
  };
  constexpr Row kRows[] = {
      {"1x1", {1, 1, 1}},
      {"3x7", {3, 7, 7}},
      {"32x128@50", {32, 128, 64}},
      {"40x40@90", {40, 40, 4}},
      {"320x640@90", {320, 640, 64}},
      {"6x9@66.6666667", {6, 9, 3}},
      {"4x4@75", {4, 4, 1}},
      {"1048576x2", {1 << 20, 2, 2}},
  };
  for (const Row& row : kRows) {
    EXPECT_EQ(BaseGraphConfig::parse(row.text), row.config) << row.text;
    EXPECT_EQ(row.config.to_string(), row.text);
  }
  EXPECT_EQ(BaseGraphConfig::parse("5x5@0"), BaseGraphConfig::complete(5, 5));
}

TEST(BaseGraphConfig, NearestRoundsToWhatCanBeConnected) {
  struct Row {
    const char* text;
    BaseGraphConfig nearest;
  };
  constexpr Row kRows[] = {
      {"40x40@90", {40, 40, 4}},   // reachable: as it is
      {"40x40@91", {40, 40, 4}},   // 9 % of 40 is 3.6
      {"40x40@88.5", {40, 40, 5}},
      {"40x60@87.5", {40, 60, 9}},  // 7.5 lies half-way between 6 and 9: the denser
      {"4x4@70", {4, 4, 2}},       // 75 % would have degree 1
      {"4x4@99", {4, 4, 2}},
      {"4x4@75", {4, 4, 1}},       // an integer degree is what was asked for
      {"3x4@50", {3, 4, 4}},       // coprime sides: complete or nothing
      {"32x32@66.6666667", {32, 32, 11}},
  };
  for (const Row& row : kRows) {
    EXPECT_EQ(BaseGraphConfig::parse(row.text, true), row.nearest)
        << row.text << " gives " << BaseGraphConfig::parse(row.text, true).to_string();
    if (row.nearest.to_string() == row.text) continue;
    const std::string message =
        refusal(ErrorCode::invalid_argument, [&] { BaseGraphConfig::parse(row.text); });
    EXPECT_TRUE(has(message, std::string("base graph ") + row.text + ": ")) << message;
    EXPECT_TRUE(has(message, row.nearest.sparsity() == 0 ? " 0 %" : "nearest that do are"))
        << message;
  }
}

TEST(BaseGraphConfig, RefusesInOneLine) {
  struct Row {
    const char* text;
    const char* part;
  };
  constexpr Row kRows[] = {
      {"", "base graph '': write LEFTxRIGHT or LEFTxRIGHT@SPARSITY"},
      {"4", "base graph 4: write LEFTxRIGHT or LEFTxRIGHT@SPARSITY"},
      {"x4", "'' is not a number of vertices"},
      {"4x4@", "0 to below 100"},
      {"4x4@100", "0 to below 100"},
      {"0x4", "1 to 1048576 vertices, not 0"},
      {"-3x4", "1 to 1048576 vertices, not -3"},
      {"4x1048577", "1 to 1048576 vertices, not 1048577"},
      {"4x99999999999999999999", "1 to 1048576 vertices, not 99999999999999999999"},
      {"4x4\n", "not printable"},
  };
  for (const Row& row : kRows)
    for (const bool nearest : {false, true}) {
      const std::string message =
          refusal(ErrorCode::invalid_argument, [&] { BaseGraphConfig::parse(row.text, nearest); });
      EXPECT_TRUE(has(message, row.part)) << message;
    }
}

}  // namespace
}  // namespace rbgp
