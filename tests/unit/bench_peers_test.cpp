#include <gtest/gtest.h>

#include <set>

#include <bench/cusparse_contender.hpp>
#include <bench/peers.hpp>
#include <support/refusal.hpp>

namespace rbgp::bench {
namespace {

TEST(Peer, Parses) {
  struct Case {
    const char* text;
    Peer::Kind kind;
    std::int64_t block;
    Dtype of_floats;
  };
  const Case cases[] = {{"csr", Peer::Kind::csr, 1, Dtype::f32},
                        {"bsr4", Peer::Kind::bsr, 4, Dtype::f32},
                        {"bsr32", Peer::Kind::bsr, 32, Dtype::f32},
                        {"bell128", Peer::Kind::blocked_ell, 128, Dtype::tf32}};
  for (const Case& each : cases) {
    const Peer peer = Peer::parse(each.text);
    EXPECT_EQ(peer.kind, each.kind) << each.text;
    EXPECT_EQ(peer.block, each.block) << each.text;
    EXPECT_EQ(peer.arithmetic(Dtype::f32), each.of_floats) << each.text;
    EXPECT_EQ(peer.arithmetic(Dtype::tf32), each.of_floats) << each.text;
    EXPECT_EQ(peer.arithmetic(Dtype::bf16), Dtype::bf16) << each.text;
  }
  for (const char* text : {"", "bsr", "bell", "bsr1", "bsr-4", "bsr4x", "csr4", "ell4"})
    EXPECT_TRUE(
        test::has(test::refusal(ErrorCode::invalid_argument, [&] { Peer::parse(text); }), "bellB"));
}

// Every way reads I as asked, and the ways of a format differ from each other.
TEST(CusparseWays, ReadInputAsAsked) {
  for (const CusparseFormat format :
       {CusparseFormat::csr, CusparseFormat::bsr, CusparseFormat::blocked_ell})
    for (const auto& [dtype, input] :
         {std::pair(Dtype::f32, Layout::kn), std::pair(Dtype::f32, Layout::nk),
          std::pair(Dtype::bf16, Layout::kn), std::pair(Dtype::f16, Layout::nk)}) {
      const std::vector<CusparseWay> ways = cusparse_ways(format, dtype, input);
      ASSERT_FALSE(ways.empty());
      EXPECT_EQ(ways.front().output, input);
      std::set<std::tuple<int, bool, Layout>> different;
      for (const CusparseWay& way : ways) {
        EXPECT_EQ(way.format, format);
        EXPECT_EQ(way.input, input);
        EXPECT_FALSE(way.name.empty());
        EXPECT_FALSE(way.legacy && dtype_bytes(dtype) == 2);
        different.insert({way.algorithm, way.legacy, way.output});
      }
      EXPECT_EQ(different.size(), ways.size());
    }
}

// The names in the table are checked wherever the library opens; no GPU is needed for that.
TEST(CusparseLibrary, HasEveryFunctionWhereItOpens) {
  std::string reason;
  const Cusparse* library = Cusparse::find(reason);
  if (library == nullptr) {
    EXPECT_FALSE(reason.empty());
    EXPECT_EQ(reason.find('\n'), std::string::npos);
    return;  // what it says is all there is to check
  }
#define EXPECT_FUNCTION(member, symbol, parameters) EXPECT_NE(library->member, nullptr) << symbol;
  RBGP_CUSPARSE_FUNCTIONS(EXPECT_FUNCTION)
#undef EXPECT_FUNCTION
  library->check(cusparse::kSuccess, "nothing");
  const std::string message =
      test::refusal(ErrorCode::unsupported, [&] { library->check(10, "a call"); });
  EXPECT_EQ(message, "a call: CUSPARSE_STATUS_NOT_SUPPORTED");
  test::refusal(ErrorCode::launch_failed, [&] { library->check(6, "a call"); });
}

}  // namespace
}  // namespace rbgp::bench
