#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>

#include <generator/random_words.hpp>
#include <rbgp/memory.hpp>
#include <support/refusal.hpp>

namespace rbgp {
namespace {

std::vector<WeightShape> network(const char* name) {
  std::ifstream file(std::string(RBGP_TEST_DATA "/../../data/networks/") + name + ".json");
  std::vector<WeightShape> layers;
  const auto whole = nlohmann::json::parse(file);
  for (const auto& layer : whole.at("layers"))
    layers.push_back({layer.at("name"), layer.at("m"), layer.at("k"), layer.at("dense")});
  return layers;
}

double mib(const char* name, const char* pattern, double sparsity) {
  return memory_report(network(name), StoragePattern::parse(pattern), sparsity).mib();
}

// The memory column of the paper's Table 1.
struct Entry {
  double sparsity;
  const char* pattern;
  double vgg19, wrn;
};
constexpr Entry kTable1[] = {
    {0, "dense", 77.39, 34.10},          {50, "unstructured", 77.39, 34.10},
    {50, "block4x4", 41.12, 18.12},      {50, "rbgp4", 38.76, 17.13},
    {75, "unstructured", 38.71, 17.05},  {75, "block4x4", 20.57, 9.07},
    {75, "rbgp4", 19.40, 8.57},          {87.5, "unstructured", 19.37, 8.53},
    {87.5, "block4x4", 10.30, 4.54},     {87.5, "rbgp4", 9.72, 4.30},
    {93.75, "unstructured", 9.70, 4.27}, {93.75, "block4x4", 5.16, 2.27},
    {93.75, "rbgp4", 4.88, 2.16},
};

TEST(MemoryReport, ReproducesTableOneToItsTwoDecimals) {
  const auto text = [](double number) { return fmt::format("{:.2f}", number); };
  for (const Entry& entry : kTable1) {
    EXPECT_EQ(text(mib("vgg19", entry.pattern, entry.sparsity)), text(entry.vgg19))
        << entry.pattern << " " << entry.sparsity;
    EXPECT_EQ(text(mib("wrn-40-4", entry.pattern, entry.sparsity)), text(entry.wrn))
        << entry.pattern << " " << entry.sparsity;
  }
}

TEST(MemoryReport, IsTheFormulaOfTheNotes) {
  struct Row {
    const char* network;
    std::int64_t sparse, dense;
  };
  for (const Row& row : {Row{"vgg19", 20279296, 6848}, Row{"wrn-40-4", 8935424, 2992}}) {
    const std::vector<WeightShape> layers = network(row.network);
    for (const double sparsity : {0.0, 50.0, 75.0, 87.5, 93.75, 96.875}) {
      const auto kept =
          static_cast<std::int64_t>(static_cast<double>(row.sparse) * (1 - sparsity / 100));
      const auto report = [&](const char* pattern) {
        return memory_report(layers, StoragePattern::parse(pattern), sparsity);
      };
      EXPECT_EQ(report("dense").bytes(), 4 * (row.dense + row.sparse));
      EXPECT_EQ(report("unstructured").bytes(), 4 * (row.dense + 2 * kept)) << sparsity;
      EXPECT_EQ(report("block4x4").bytes(), 4 * (row.dense + kept + kept / 16)) << sparsity;
      if (sparsity > 93.75) continue;  // WRN's 64x16 has no such number of non-zeros
      EXPECT_EQ(report("rbgp4").nonzeros(), row.dense + kept) << sparsity;
    }
  }
}

TEST(MemoryReport, ReportsDegreeOneWhereNothingElseWillDo) {
  const MemoryReport report =
      memory_report(network("wrn-40-4"), StoragePattern::parse("rbgp4"), 93.75);
  for (const LayerMemory& layer : report.layers) {
    EXPECT_EQ(layer.config.has_value(), !layer.shape.dense) << layer.shape.name;
    EXPECT_EQ(layer.degree_one, layer.shape.name == "group1_block1_shortcut") << layer.shape.name;
    if (!layer.config) continue;
    EXPECT_EQ(layer.config->rows(), layer.shape.rows);
    EXPECT_EQ(layer.config->cols(), layer.shape.cols);
  }
  for (const double sparsity : {50.0, 75.0, 87.5})
    for (const LayerMemory& layer :
         memory_report(network("wrn-40-4"), StoragePattern::parse("rbgp4"), sparsity).layers)
      EXPECT_FALSE(layer.degree_one) << layer.shape.name << " " << sparsity;
}

constexpr const char* kTile = "go=1x1,gr=4x1,gi=32x32,gb=1x1";

TEST(FitConfig, TakesTheNearest) {
  struct Row {
    const char* wanted;
    std::int64_t rows, cols;
    double sparsity;
    const char* fitted;
  };
  const Row rows[] = {
      {kTile, 512, 4608, 75, "go=4x144,gr=4x1,gi=32x32@75,gb=1x1"},
      {kTile, 512, 4608, 0, "go=4x144,gr=4x1,gi=32x32,gb=1x1"},
      // Smaller than the tile: Gi shrinks.
      {kTile, 64, 576, 50, "go=1x18,gr=4x1,gi=16x32@50,gb=1x1"},
      {kTile, 64, 16, 50, "go=1x1,gr=4x1,gi=16x16@50,gb=1x1"},
      {kTile, 2, 1, 0, "go=1x1,gr=2x1,gi=1x1,gb=1x1"},
      // Degree 1 in 16 x 32 at 93.75 %, but not with half the repetition.
      {kTile, 64, 576, 93.75, "go=1x18,gr=2x1,gi=32x32@93.75,gb=1x1"},
      {kTile, 64, 16, 93.75, "go=1x1,gr=4x1,gi=16x16@93.75,gb=1x1"},
      // 32 does not divide 144.
      {kTile, 64, 144, 50, "go=1x4,gr=4x1,gi=16x36@50,gb=1x1"},
      // More than Gi can have without falling apart: Go takes the rest, and so would Go of 4 rows.
      {kTile, 512, 4608, 98.4375, "go=8x144@75,gr=2x1,gi=32x32@93.75,gb=1x1"},
      // Go keeps its sparsity where it can.
      {"go=32x128@50,gr=4x1,gi=32x32@50,gb=1x1", 512, 4608, 75,
       "go=4x144@50,gr=4x1,gi=32x32@50,gb=1x1"},
      // ... and a Go of 2 x 4 cannot keep any.
      {"go=32x128@75,gr=2x2,gi=8x8,gb=2x1", 64, 64, 75, "go=2x4,gr=2x2,gi=8x8@75,gb=2x1"},
      {"go=2x2@50,gr=1x1,gi=8x8,gb=1x1", 64, 64, 25, "go=8x8@25,gr=1x1,gi=8x8,gb=1x1"},
      // 51/512 = 3/16 * 17/32.
      {kTile, 512, 512, 90.0390625, "go=16x16@81.25,gr=1x1,gi=32x32@46.875,gb=1x1"},
  };
  for (const Row& row : rows)
    EXPECT_EQ(
        fit_config(Rbgp4Config::parse(row.wanted), row.rows, row.cols, row.sparsity).to_string(),
        row.fitted)
        << row.rows << "x" << row.cols << " at " << row.sparsity;
}

RC_GTEST_PROP(FitConfigProperty, HasTheNonzerosAskedFor, (std::uint64_t seed)) {
  RandomWords random(seed);
  const auto rows = 1 + static_cast<std::int64_t>(random.below(300));
  const auto cols = 1 + static_cast<std::int64_t>(random.below(300));
  const std::int64_t parts = std::gcd(rows, cols);
  const auto part = 1 + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(parts)));
  const double density = static_cast<double>(part) / static_cast<double>(parts);
  const Rbgp4Config config = fit_config(Rbgp4Config::parse(kTile), rows, cols, 100 * (1 - density));
  RC_ASSERT(config.rows() == rows);
  RC_ASSERT(config.cols() == cols);
  RC_ASSERT(config.nnz_per_row() == part * (cols / parts));
  // The graphs that it keeps whole are complete; Gi alone on the whole matrix is always possible, so
  // that a row and a column of two non-zeros never mean degree 1.
  const bool degree_one =
      (!config.go.is_complete() && std::min(config.go.left_degree, config.go.right_degree()) < 2) ||
      (!config.gi.is_complete() && std::min(config.gi.left_degree, config.gi.right_degree()) < 2);
  const std::int64_t least = std::min(part * (cols / parts), part * (rows / parts));
  if (least >= 2 || part == parts) RC_ASSERT(!degree_one);
}

TEST(FitConfig, RefusesWhatNoDegreesMake) {
  const Rbgp4Config wanted = Rbgp4Config::parse(kTile);
  auto message =
      test::refusal(ErrorCode::invalid_argument, [&] { fit_config(wanted, 64, 16, 96.875); });
  EXPECT_TRUE(test::has(message, "93.75 %")) << message;
  message = test::refusal(ErrorCode::invalid_argument, [&] { fit_config(wanted, 512, 4608, 90); });
  EXPECT_TRUE(test::has(message, "89.84375 % or 90.0390625 %")) << message;
  EXPECT_EQ(fit_config(wanted, 64, 16, 96.875, true).sparsity(), 0.9375);
  EXPECT_EQ(fit_config(wanted, 512, 4608, 90, true).nnz_per_row(), 51 * 9);
  for (const double sparsity : {-1.0, 100.0, std::nan("")})
    test::refusal(ErrorCode::invalid_argument, [&] { fit_config(wanted, 64, 64, sparsity); });
  test::refusal(ErrorCode::invalid_argument, [&] { fit_config(wanted, 0, 64, 50); });
  test::refusal(ErrorCode::invalid_argument, [&] { fit_config(wanted, 64, 1 << 21, 50); });
}

TEST(MemoryReport, NamesTheLayerItRefuses) {
  const auto message = test::refusal(ErrorCode::invalid_argument, [] {
    memory_report(network("wrn-40-4"), StoragePattern::parse("rbgp4"), 96.875);
  });
  EXPECT_TRUE(test::has(message, "layer group1_block1_conv1: ")) << message;
  EXPECT_NO_THROW(memory_report(network("wrn-40-4"), StoragePattern::parse("rbgp4"), 96.875, true));
}

TEST(MemoryReport, RoundsElementsAndStoresWholeBlocks) {
  const WeightShape layers[] = {{"odd", 7, 9, false}};
  const auto words = [&](const char* pattern, double sparsity) {
    return memory_report(layers, StoragePattern::parse(pattern), sparsity).bytes() / 4;
  };
  EXPECT_EQ(words("dense", 50), 63);
  EXPECT_EQ(words("unstructured", 50), 2 * 32);
  EXPECT_EQ(words("block4x4", 0), 6 * 17);  // 2 x 3 blocks, those at the edges stored whole
  EXPECT_EQ(words("block7x9", 0), 64);
  EXPECT_EQ(words("block1x1", 50), 2 * 32);
}

TEST(StoragePattern, ParsesWhatItNames) {
  using Kind = StoragePattern::Kind;
  EXPECT_EQ(StoragePattern::parse("block8x2").block_rows, 8);
  EXPECT_EQ(StoragePattern::parse("block8x2").block_cols, 2);
  EXPECT_EQ(StoragePattern::parse("rbgp4").config, Rbgp4Config::parse(kTile));
  EXPECT_EQ(StoragePattern::parse(kTile).kind, Kind::rbgp4);
  for (const char* text : {"", "block", "block4", "block4x", "blockx4", "block0x4", "block-1x4",
                           "block4x4x4", "block4x99999999999", "RBGP4", "densex"}) {
    const auto message =
        test::refusal(ErrorCode::invalid_argument, [&] { StoragePattern::parse(text); });
    EXPECT_TRUE(test::has(message, "unstructured")) << message;
  }
  test::refusal(ErrorCode::invalid_argument, [] { StoragePattern::parse("go=3x,gr=1x1"); });
}

}  // namespace
}  // namespace rbgp
