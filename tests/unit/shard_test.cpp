#include <gtest/gtest.h>

#include <fmt/format.h>

#include <rbgp/shard.hpp>
#include <support/refusal.hpp>

namespace rbgp {
namespace {

TEST(Shard, ReadsItsText) {
  EXPECT_EQ(parse_shard("1/1"), Shard{});
  EXPECT_EQ(parse_shard("3/4"), (Shard{.index = 3, .count = 4}));
  EXPECT_EQ(to_string(Shard{.index = 3, .count = 4}), "3/4");
  for (const char* text : {"", "1", "0/2", "3/2", "1/", "/2", "1/2/3", "a/2", "1/2 ", "-1/2"})
    EXPECT_TRUE(test::has(test::refusal(ErrorCode::invalid_argument, [&] { parse_shard(text); }),
                          "1/4 to 4/4"))
        << text;
}

TEST(Shard, HoldsEachIdOnce) {
  for (int count = 1; count <= 7; ++count)
    for (std::uint64_t id = 0; id < 64; ++id) {
      const std::string text = fmt::format("{:016x}", id * 0x9e3779b97f4a7c15);
      int holders = 0;
      for (int index = 1; index <= count; ++index)
        holders += Shard{.index = index, .count = count}.holds(text) ? 1 : 0;
      EXPECT_EQ(holders, 1) << text << " of " << count;
    }
}

}  // namespace
}  // namespace rbgp
