#include <gtest/gtest.h>

#include <sstream>

#include <rbgp/product.hpp>
#include <support/refusal.hpp>

namespace rbgp {
namespace {

// Rows of x and ., separated by blanks.
Mask drawn(const std::string& text) {
  std::vector<std::string> rows;
  std::istringstream stream(text);
  for (std::string row; stream >> row;) rows.push_back(row);
  Mask mask(static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(rows[0].size()));
  for (std::int64_t u = 0; u < mask.rows(); ++u)
    for (std::int64_t v = 0; v < mask.cols(); ++v)
      mask.set(u, v, rows[static_cast<std::size_t>(u)][static_cast<std::size_t>(v)] == 'x');
  return mask;
}

// Figure 2 of the paper: cloned with blocks of (2,2), each of them xx/x. here.
const Mask kCloned = drawn("xx.. x... xxxx x.x.");
// Uniform with blocks of (2,2), no two of them alike.
const Mask kUniform = drawn("x..... xx.... ..xx.. ..x... .....x ......");
// Both: a cycle of three blocks.
const Mask kBoth = drawn("xxxx.. x.x... ..xxxx ..x.x. xx..xx x...x.");

using Check = std::optional<BlockViolation> (*)(const Mask&, BlockSize);

struct Row {
  const char* what;
  Check check;
  const Mask& mask;
  BlockSize block;
  std::optional<BlockProperty> fails;
  std::int64_t row = -1, col = -1;
};

TEST(BlockStructure, PredicatesOfSectionThree) {
  using enum BlockProperty;
  const Mask stray = drawn("xxxx.. x.x... ..xxxx ..x.x. xx.xxx x...x.");
  const Mask missing = drawn("xxxx.. x.x... ..xxxx ....x. xx..xx x...x.");
  const Mask zeros(4, 6);
  const Row rows[] = {
      {"any mask", check_bs, kUniform, {2, 2}, {}},
      {"any mask", check_bs, kUniform, {6, 6}, {}},
      {"rows left over", check_bs, kUniform, {4, 2}, block_sparse, 4, -1},
      {"columns left over", check_bs, kUniform, {2, 5}, block_sparse, -1, 5},
      {"block larger than the mask", check_bs, kUniform, {7, 12}, block_sparse, 0, 0},
      {"clones", check_cbs, kCloned, {2, 2}, {}},
      {"single entries", check_cbs, kUniform, {1, 1}, {}},
      {"the whole", check_cbs, kUniform, {6, 6}, {}},
      {"no clones", check_cbs, kUniform, {2, 2}, cloned, 2, 3},
      {"clones that do not tile", check_cbs, kCloned, {3, 2}, block_sparse, 3, -1},
      {"not uniform", check_ubs, kCloned, {2, 2}, uniform, 2, 2},
      {"uniform", check_ubs, kUniform, {2, 2}, {}},
      {"uniform and not cloned", check_cubs, kUniform, {2, 2}, cloned, 2, 3},
      {"cloned and not uniform", check_cubs, kCloned, {2, 2}, uniform, 2, 2},
      {"both", check_cubs, kBoth, {2, 2}, {}},
      {"an entry in a zero block", check_cubs, stray, {2, 2}, cloned, 4, 3},
      {"an entry in a zero block", check_ubs, stray, {2, 2}, uniform, 4, 2},
      {"an entry missing", check_cubs, missing, {2, 2}, cloned, 3, 2},
      {"an entry missing", check_ubs, missing, {2, 2}, {}},
      {"degrees", check_ubs, missing, {1, 1}, uniform, 1, 0},
      {"zeros", check_cubs, zeros, {2, 3}, {}},
  };
  for (const Row& row : rows) {
    const auto violation = row.check(row.mask, row.block);
    ASSERT_EQ(violation.has_value(), row.fails.has_value()) << row.what;
    if (!violation) continue;
    EXPECT_EQ(violation->property, *row.fails) << row.what << ": " << violation->message();
    EXPECT_EQ(violation->row, row.row) << row.what << ": " << violation->message();
    EXPECT_EQ(violation->col, row.col) << row.what << ": " << violation->message();
    EXPECT_EQ(violation->block, row.block) << row.what;
    EXPECT_EQ(violation->message().find('\n'), std::string::npos);
  }
}

TEST(BlockStructure, RecursionNamesLevelAndPlaceInTheMask) {
  // A cycle of three blocks of a cycle of three: levels (3,3) and (1,1).
  const BaseGraph cycle({3, 3, 2}, {0, 1, 1, 2, 0, 2});
  Mask mask = GraphProduct({cycle, cycle}).mask();
  EXPECT_FALSE(check_rcubs(mask, {{3, 3}, {1, 1}}));
  EXPECT_FALSE(check_rcubs(mask, {}));

  Mask flipped = mask;
  flipped.set(4, 5, !flipped.at(4, 5));
  auto violation = check_rcubs(flipped, {{3, 3}, {1, 1}});
  ASSERT_TRUE(violation);
  EXPECT_EQ(violation->property, BlockProperty::cloned);
  EXPECT_EQ(violation->level, 0U);
  EXPECT_EQ(violation->row, 4);
  EXPECT_EQ(violation->col, 5);

  // The same entry of every block: still clones, and wrong within the first of them, at (0,0).
  for (const auto& [u, v] : {std::pair{0, 0}, {0, 3}, {3, 3}, {3, 6}, {6, 0}, {6, 6}})
    mask.set(u + 1, v + 2, false);
  violation = check_rcubs(mask, {{3, 3}, {1, 1}});
  ASSERT_TRUE(violation);
  EXPECT_EQ(violation->property, BlockProperty::uniform);
  EXPECT_EQ(violation->level, 1U);
  EXPECT_EQ(violation->row, 1);
  EXPECT_EQ(violation->col, 2);

  violation = check_rcubs(GraphProduct({cycle, cycle}).mask(), {{3, 3}, {2, 2}});
  ASSERT_TRUE(violation);
  EXPECT_EQ(violation->property, BlockProperty::block_sparse);
  EXPECT_EQ(violation->level, 1U);
}

TEST(BlockStructure, MessagesNamePropertySizeAndPlace) {
  const auto message = check_cbs(kUniform, {2, 2})->message();
  for (const char* part : {"CBS", "2 x 2", "row 2", "column 3"})
    EXPECT_TRUE(test::has(message, part)) << message;
  EXPECT_TRUE(test::has(check_ubs(kCloned, {2, 2})->message(), "block row from row 2"));
  EXPECT_TRUE(test::has(check_bs(kCloned, {4, 3})->message(), "column 3"));
  EXPECT_FALSE(test::has(check_bs(kCloned, {4, 3})->message(), "row "));
}

TEST(BlockStructure, RefusesEmptyBlocks) {
  for (const BlockSize block : {BlockSize{0, 1}, BlockSize{1, 0}, BlockSize{-2, 2}})
    for (const Check check : {check_bs, check_cbs, check_ubs, check_cubs})
      test::refusal(ErrorCode::invalid_argument, [&] { check(kBoth, block); });
}

}  // namespace
}  // namespace rbgp
