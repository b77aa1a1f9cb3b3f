#include <gtest/gtest.h>

#include <Eigen/Dense>

#include <pipe/picture_cells.hpp>
#include <pipe/picture_panels.hpp>
#include <rbgp/picture.hpp>
#include <support/refusal.hpp>

namespace rbgp {
namespace {

using picture::cells_path;
using picture::product_singular_values;
using picture::singular_values;
using test::has;
using test::refusal;

Rbgp4Pattern sampled(const char* config) {
  return Rbgp4Pattern::sample(Rbgp4Config::parse(config), 1);
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

Eigen::VectorXd reference(const Eigen::MatrixXd& matrix) {
  return Eigen::JacobiSVD<Eigen::MatrixXd>(matrix).singularValues();
}

void expect_values(const std::vector<double>& values, const Eigen::VectorXd& expected) {
  ASSERT_LE(values.size(), static_cast<std::size_t>(expected.size()));
  for (Eigen::Index i = 0; i < expected.size(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    EXPECT_NEAR(at < values.size() ? values[at] : 0, expected[i], 1e-6 * expected[0]) << i;
  }
}

TEST(Picture, SingularValuesAgreeWithADenseSolver) {
  for (const char* config :
       {"go=8x16@50,gr=1x1,gi=4x4@50,gb=1x1", "go=16x4@50,gr=2x3,gi=6x8@50,gb=2x1",
        "go=1x1,gr=1x1,gi=1x1,gb=1x1", "go=3x5,gr=2x1,gi=8x8@75,gb=1x2"}) {
    const Rbgp4Pattern pattern = sampled(config);
    const auto dense = [](const BaseGraph& graph) {
      Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(graph.config().left, graph.config().right);
      for (std::int64_t u = 0; u < graph.config().left; ++u)
        for (const std::int32_t v : graph.neighbours(u)) matrix(u, v) = 1;
      return matrix;
    };
    expect_values(singular_values(pattern.go()), reference(dense(pattern.go())));
    expect_values(singular_values(pattern.gi()), reference(dense(pattern.gi())));
    Eigen::MatrixXd whole(pattern.rows(), pattern.cols());
    for (std::int64_t u = 0; u < pattern.rows(); ++u)
      for (std::int64_t v = 0; v < pattern.cols(); ++v)
        whole(u, v) = pattern.contains(u, v) ? 1 : 0;
    expect_values(product_singular_values(pattern.config(), singular_values(pattern.go()),
                                          singular_values(pattern.gi())),
                  reference(whole));
  }
}

TEST(Picture, CellsAreTheEdges) {
  const Rbgp4Pattern pattern = sampled("go=4x8@50,gr=1x1,gi=1x1,gb=1x1");
  const std::string path = cells_path(pattern.go(), 10000);
  EXPECT_EQ(count(path, "z"), 16U);
  for (std::int64_t u = 0; u < 4; ++u)
    for (const std::int32_t v : pattern.go().neighbours(u))
      EXPECT_EQ(count(path, fmt::format("M{} {}h1v1h-1z", v, u)), 1U);
  EXPECT_TRUE(cells_path(pattern.go(), 100).empty());
  // Runs of a large graph are merged: one a row where it is complete.
  const Rbgp4Pattern complete = sampled("go=64x128,gr=1x1,gi=1x1,gb=1x1");
  EXPECT_EQ(count(cells_path(complete.go(), 10000), "z"), 64U);
}

TEST(Picture, HoldsTitleConfigurationAndNote) {
  const Rbgp4Pattern pattern = sampled("go=4x4@50,gr=2x1,gi=4x8@50,gb=2x2");
  const std::string svg = svg_picture(pattern, {.note = "a <note> & \"more\""});
  EXPECT_TRUE(svg.starts_with("<?xml"));
  EXPECT_TRUE(has(svg, "64 × 64, 75 % sparse, spectral gap"));
  EXPECT_TRUE(has(svg, pattern.config().to_string() + ", a &lt;note&gt; &amp; &quot;more&quot;"));
  EXPECT_EQ(count(svg, "#tile\" x="), 8U);
  EXPECT_EQ(count(svg, "beyond it is padding"), 0U);
  EXPECT_EQ(svg, svg_picture(pattern, {.rows = 64, .cols = 64, .note = "a <note> & \"more\""}));
}

TEST(Picture, MarksThePadding) {
  const Rbgp4Pattern pattern = sampled("go=4x4@50,gr=2x1,gi=4x8@50,gb=2x2");
  EXPECT_TRUE(has(svg_picture(pattern, {.rows = 60, .cols = 50}),
                  "end of the matrix, 60 × 50; beyond it is padding"));
  EXPECT_TRUE(has(refusal(ErrorCode::invalid_argument, [&] { svg_picture(pattern, {.rows = 65}); }),
                  "rows 65"));
  EXPECT_TRUE(has(refusal(ErrorCode::invalid_argument, [&] { svg_picture(pattern, {.cols = -1}); }),
                  "cols -1"));
}

TEST(Picture, StaysSmallAtEverySize) {
  for (const char* config :
       {"go=1x1,gr=1x1,gi=1x1,gb=1x1", "go=32x128@50,gr=4x1,gi=32x32@50,gb=1x1",
        "go=32x128,gr=4x1,gi=32x32@93.75,gb=1x1", "go=256x256@50,gr=1x1,gi=256x256@50,gb=1x1",
        "go=64x64@50,gr=64x64,gi=1x1,gb=1x1", "go=1x1,gr=1x1,gi=16x16@50,gb=128x128",
        "go=1x1,gr=4096x1,gi=1x256,gb=1x16", "go=512x1,gr=1x512,gi=8x8@50,gb=1x1",
        "go=50x60,gr=50x60,gi=1x1,gb=1x1"}) {
    const std::string svg = svg_picture(sampled(config));
    EXPECT_LT(svg.size(), static_cast<std::size_t>(kPictureMaxBytes)) << config;
    EXPECT_FALSE(has(svg, "nan") || has(svg, "inf\"")) << config;
  }
}

}  // namespace
}  // namespace rbgp
