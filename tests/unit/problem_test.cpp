#include <gtest/gtest.h>

#include <set>

#include <rbgp/problem.hpp>
#include <support/refusal.hpp>

namespace rbgp {
namespace {

using test::has;
using test::refusal;

TEST(Problem, LayoutsByName) {
  for (const Layout layout : {Layout::kn, Layout::nk})
    EXPECT_EQ(parse_layout(to_string(layout)), layout);
  EXPECT_TRUE(has(refusal(ErrorCode::invalid_argument, [] { parse_layout("mn"); }), "kn, nk"));
}

// Elements of a column lie next to each other in nk, elements of a row in kn, and all have their place.
TEST(Problem, ElementsHaveAPlaceEach) {
  Problem problem{.m = 3, .k = 5, .n = 4};
  EXPECT_EQ(problem.input_at(2, 1), 9);
  EXPECT_EQ(problem.output_at(2, 1), 9);
  EXPECT_EQ(problem.input_rows(), 5);
  EXPECT_EQ(problem.output_cols(), 4);
  problem.layout = Layout::nk;
  EXPECT_EQ(problem.input_at(2, 1), 7);
  EXPECT_EQ(problem.output_at(2, 1), 5);
  EXPECT_EQ(problem.input_rows(), 4);
  EXPECT_EQ(problem.input_cols(), 5);
  EXPECT_EQ(problem.output_rows(), 4);
  EXPECT_EQ(problem.output_cols(), 3);
  std::set<std::int64_t> inputs;
  std::set<std::int64_t> outputs;
  for (std::int64_t c = 0; c < problem.n; ++c) {
    for (std::int64_t v = 0; v < problem.k; ++v) inputs.insert(problem.input_at(v, c));
    for (std::int64_t u = 0; u < problem.m; ++u) outputs.insert(problem.output_at(u, c));
  }
  EXPECT_EQ(inputs.size(), 20U);
  EXPECT_EQ(*inputs.rbegin(), 19);
  EXPECT_EQ(outputs.size(), 12U);
  EXPECT_EQ(*outputs.rbegin(), 11);
}

TEST(Problem, TextNamesWhatIsNotDefault) {
  Problem problem{.m = 512, .k = 4608, .n = 1024};
  EXPECT_EQ(problem.to_string(), "512 x 4608 x 1024 f32");
  problem.layout = Layout::nk;
  EXPECT_EQ(problem.to_string(), "512 x 4608 x 1024 f32 nk");
  problem.epilogue.bias = true;
  EXPECT_EQ(problem.to_string(), "512 x 4608 x 1024 f32 nk bias");
}

}  // namespace
}  // namespace rbgp
