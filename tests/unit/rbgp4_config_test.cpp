#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fmt/format.h>

#include <numeric>

#include <rbgp/pattern.hpp>
#include <support/random_config.hpp>
#include <support/refusal.hpp>

namespace rbgp {
namespace {

using test::has;
using test::refusal;

constexpr const char* kPaper = "go=32x128@50,gr=4x1,gi=32x32@50,gb=1x1";

TEST(Rbgp4Config, HasThePaperSizes) {
  const Rbgp4Config config = Rbgp4Config::parse(kPaper);
  EXPECT_EQ(config.rows(), 4096);
  EXPECT_EQ(config.cols(), 4096);
  EXPECT_EQ(config.tile_rows(), 128);
  EXPECT_EQ(config.tile_cols(), 32);
  EXPECT_EQ(config.row_repetition(), 4);
  EXPECT_EQ(config.tile_row_nnz(), 16);
  EXPECT_EQ(config.nnz_per_row(), 64 * 16);
  EXPECT_EQ(config.go.right_degree(), 16);
  EXPECT_EQ(config.go.edges(), 32 * 64);
  EXPECT_DOUBLE_EQ(config.sparsity(), 0.75);
  EXPECT_EQ(config.to_string(), kPaper);
}

TEST(Rbgp4Config, ParsesSparsities) {
  struct Row {
    const char* graph;
    std::int64_t degree;
    const char* printed;
  };
  constexpr Row kRows[] = {
      {"8x8", 8, "8x8"},
      {"8x8@0", 8, "8x8"},  // complete, however it is written
      {"8x8@50", 4, "8x8@50"},
      {"8x8@5e1", 4, "8x8@50"},
      {"16x16@93.75", 1, "16x16@93.75"},
      {"64x64@98.4375", 1, "64x64@98.4375"},
      {"3x3@66.66666667", 1, "3x3@66.6666667"},
      {"3x3@66.666666666666666", 1, "3x3@66.6666667"},
      {"6x9@33.33333333", 6, "6x9@33.3333333"},
      {"7x7@14.285714286", 6, "7x7@14.2857143"},
      {"1x5", 5, "1x5"},
      {"5x1", 1, "5x1"},
  };
  for (const Row& row : kRows) {
    const Rbgp4Config config =
        Rbgp4Config::parse(fmt::format("go={},gr=1x1,gi=1x1,gb=1x1", row.graph));
    EXPECT_EQ(config.go.left_degree, row.degree) << row.graph;
    EXPECT_EQ(config.to_string(), fmt::format("go={},gr=1x1,gi=1x1,gb=1x1", row.printed));
  }
}

TEST(Rbgp4Config, RefusesInOneLine) {
  struct Row {
    const char* text;
    const char* named;    // the field or text that the message names
    const char* allowed;  // what it says is allowed
  };
  constexpr Row kRows[] = {
      {"", "go=", "go=AxB@S,gr=AxB,gi=AxB@S,gb=AxB"},
      {"go=4x4", "gr=", "go=AxB@S,gr=AxB,gi=AxB@S,gb=AxB"},
      {"gr=1x1,go=4x4,gi=1x1,gb=1x1", "expected go=", "go=AxB@S"},
      {"go=4x4,gr=1x1,gi=1x1,gb=1x1,", "configuration", ""},
      {"go=4x4,gr=1x1,gi=1x1,gb=1x1,gc=1x1", "gc=1x1", "nothing follows"},
      {"go=4,gr=1x1,gi=1x1,gb=1x1", "go=4", "go=LEFTxRIGHT"},
      {"go=4x,gr=1x1,gi=1x1,gb=1x1", "go=4x", "go=LEFTxRIGHT"},
      {"go=4xfour,gr=1x1,gi=1x1,gb=1x1", "'four'", "go=LEFTxRIGHT"},
      {"go= 4x4,gr=1x1,gi=1x1,gb=1x1", "go= 4x4", "go=LEFTxRIGHT"},
      {"go=4.5x4,gr=1x1,gi=1x1,gb=1x1", "'4.5'", "go=LEFTxRIGHT"},
      {"go=0x4,gr=1x1,gi=1x1,gb=1x1", "not 0", "1 to 1048576"},
      {"go=-4x4,gr=1x1,gi=1x1,gb=1x1", "not -4", "1 to 1048576"},
      {"go=4x1048577,gr=1x1,gi=1x1,gb=1x1", "not 1048577", "1 to 1048576"},
      {"go=4x99999999999999999999,gr=1x1,gi=1x1,gb=1x1", "not 99999999999999999999",
       "1 to 1048576"},
      {"go=4x4@,gr=1x1,gi=1x1,gb=1x1", "go=4x4@", "0 to below 100"},
      {"go=4x4@100,gr=1x1,gi=1x1,gb=1x1", "go=4x4@100", "0 to below 100"},
      {"go=4x4@-1,gr=1x1,gi=1x1,gb=1x1", "go=4x4@-1", "0 to below 100"},
      {"go=4x4@nan,gr=1x1,gi=1x1,gb=1x1", "go=4x4@nan", "0 to below 100"},
      {"go=4x4@50%,gr=1x1,gi=1x1,gb=1x1", "go=4x4@50%", "0 to below 100"},
      {"go=1x1,gr=4x4@50,gi=1x1,gb=1x1", "gr=4x4@50", "takes no sparsity"},
      {"go=1x1,gr=1x1,gi=1x1,gb=2x2@50", "gb=2x2@50", "takes no sparsity"},
      {"go=1048576x1,gr=2048x1,gi=1x1,gb=1x1", "2147483648 x 1", "up to 2147483647"},
      {"go=1x1048576,gr=1x1048576,gi=1x1048576,gb=1x1048576", "too large", "up to 2147483647"},
  };
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.text);
    const std::string message =
        refusal(ErrorCode::invalid_argument, [&] { Rbgp4Config::parse(row.text); });
    EXPECT_TRUE(has(message, row.named)) << message;
    EXPECT_TRUE(has(message, row.allowed)) << message;
  }
}

TEST(Rbgp4Config, NamesTheNearestSparsities) {
  struct Row {
    const char* graph;
    const char* nearest;
  };
  constexpr Row kRows[] = {
      {"4x4@60", "the nearest that do are 50 %"},  // 75 % would have degree 1
      {"4x4@50.1", "the nearest that do are 50 %"},
      {"4x4@99", "the nearest that do are 50 %"},
      {"32x32@66.66666667", "the nearest that do are 65.625 % and 68.75 %"},
      {"6x9@50", "the nearest that do are 33.3333333 % and 66.6666667 %"},
      {"3x4@50", "the nearest that do are 0 %"},  // coprime sides: complete or nothing
      {"3x4@25", "the nearest that do are 0 %"},  // integer left degree, no integer right degree
  };
  for (const Row& row : kRows) {
    const std::string message = refusal(ErrorCode::invalid_argument, [&] {
      Rbgp4Config::parse(fmt::format("go=1x1,gr=1x1,gi={},gb=1x1", row.graph));
    });
    EXPECT_TRUE(has(message, fmt::format("gi={}: ", row.graph))) << message;
    EXPECT_TRUE(has(message, row.nearest)) << message;
  }
}

TEST(Rbgp4Config, ValidatesOneBuiltByHand) {
  struct Row {
    BaseGraphConfig Rbgp4Config::* field;
    BaseGraphConfig graph;
    const char* part;
  };
  constexpr Row kRows[] = {
      {&Rbgp4Config::go, {0, 1, 1}, "go: a side has 1 to"},
      {&Rbgp4Config::gi, {4, -4, 1}, "gi: a side has 1 to"},
      {&Rbgp4Config::gi, {4, 4, 0}, "gi: left degree 0"},
      {&Rbgp4Config::gi, {4, 4, 5}, "gi: left degree 5"},
      {&Rbgp4Config::go, {4, 6, 5}, "go: left degree 5 of 4x6"},
      {&Rbgp4Config::gr, {4, 4, 2}, "gr: this base graph is complete"},
      {&Rbgp4Config::gb, {2, 2, 1}, "gb: this base graph is complete"},
  };
  for (const Row& row : kRows) {
    Rbgp4Config config;
    config.*row.field = row.graph;
    const std::string message = refusal(ErrorCode::invalid_argument, [&] { config.validate(); });
    EXPECT_TRUE(has(message, row.part)) << message;
  }
  EXPECT_NO_THROW(Rbgp4Config{}.validate());
}

RC_GTEST_PROP(Rbgp4ConfigProperty, PrintingAndParsingAgree, (std::uint64_t seed)) {
  RandomWords random(seed);
  for (int draw = 0; draw < 50; ++draw) {
    const Rbgp4Config config = test::random_config(
        random, {.max_rows = 1 << 20, .max_cols = 1 << 20, .only_connected = false});
    config.validate();
    const std::string text = config.to_string();
    RC_ASSERT(Rbgp4Config::parse(text) == config);
    RC_ASSERT(Rbgp4Config::parse(text).to_string() == text);
  }
}

// Sides up to the largest allowed: there neighbouring degrees differ by 1e-4 percent.
RC_GTEST_PROP(Rbgp4ConfigProperty, LargeGraphsKeepTheirDegree, (std::uint64_t seed)) {
  RandomWords random(seed);
  for (int draw = 0; draw < 50; ++draw) {
    Rbgp4Config config;
    const auto right = 1 + static_cast<std::int64_t>(random.below(1 << 20));
    const auto degree =
        1 + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(right)));
    // The fewest left vertices that give this degree an integer on the other side.
    config.go = {right / std::gcd(right, degree), right, degree};
    RC_ASSERT(Rbgp4Config::parse(config.to_string()) == config);
  }
}

}  // namespace
}  // namespace rbgp
