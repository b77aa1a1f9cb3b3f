#include <gtest/gtest.h>

#include <bench/arguments.hpp>
#include <support/refusal.hpp>

namespace rbgp::bench {
namespace {

using test::has;
using test::refusal;

TEST(BenchArguments, TakesItsOwnAndLeavesTheRest) {
  std::string texts[] = {"bench",     "--sizes=1,2", "--benchmark_filter=a=b",
                         "--budget=", "sizes=3",     "--sizes"};
  std::vector<char*> argv;
  for (std::string& text : texts) argv.push_back(text.data());
  int argc = static_cast<int>(argv.size());
  Arguments arguments = {{"sizes", "4096"}, {"budget", "5"}, {"device", "auto"}};
  take_arguments(argc, argv.data(), arguments);
  EXPECT_EQ(arguments, (Arguments{{"sizes", "1,2"}, {"budget", ""}, {"device", "auto"}}));
  ASSERT_EQ(argc, 4);
  EXPECT_STREQ(argv[0], "bench");
  EXPECT_STREQ(argv[1], "--benchmark_filter=a=b");
  EXPECT_STREQ(argv[2], "sizes=3");
  EXPECT_STREQ(argv[3], "--sizes");
}

TEST(BenchArguments, SplitsLists) {
  EXPECT_TRUE(split("").empty());
  EXPECT_EQ(split("a"), std::vector<std::string>{"a"});
  EXPECT_EQ(split("a,,b"), (std::vector<std::string>{"a", "", "b"}));
}

TEST(BenchArguments, ParsesNumbers) {
  EXPECT_EQ(parse_number("93.75"), 93.75);
  EXPECT_EQ(parse_number("0"), 0);
  for (const char* text : {"", "a", "1x", " 1", "nan", "inf"})
    EXPECT_TRUE(has(refusal(ErrorCode::invalid_argument, [&] { parse_number(text); }), text));
}

TEST(BenchArguments, ParsesProblems) {
  EXPECT_EQ(parse_problem("4096"), (Problem{.m = 4096, .k = 4096, .n = 4096}));
  EXPECT_EQ(parse_problem("768x3072x1"), (Problem{.m = 768, .k = 3072, .n = 1}));
  for (const char* text : {"", "x", "0", "-1", "3x", "3x4", "3x4x", "3x4x0", "3x4x5x6", "axbxc",
                           "99999999999999999999"})
    EXPECT_TRUE(has(refusal(ErrorCode::invalid_argument, [&] { parse_problem(text); }), text));
}

TEST(BenchArguments, ExitCodesTellErrorsApart) {
  EXPECT_EQ(report_error("test", Error(ErrorCode::invalid_argument, "bad")), 2);
  EXPECT_EQ(report_error("test", Error(ErrorCode::unsupported, "missing")), 3);
  EXPECT_EQ(report_error("test", Error(ErrorCode::internal, "broken")), 1);
}

}  // namespace
}  // namespace rbgp::bench
