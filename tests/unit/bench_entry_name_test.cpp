#include <gtest/gtest.h>

#include <bench/entry_name.hpp>
#include <support/refusal.hpp>

namespace rbgp::bench {
namespace {

const EntryName kName{.suite = "peers",
                      .problem = {.m = 4096, .k = 2048, .n = 33},
                      .impl = "cusparse:bsr16",
                      .config = "random@87.5"};

TEST(EntryName, IsTheContract) {
  EXPECT_EQ(kName.text(), "peers/f32/kn/4096x2048x33/cusparse:bsr16/random@87.5");
  EntryName name = kName;
  name.suite = "layers:vgg19";
  name.dtype = "tf32";
  name.layout = "nk";
  name.impl = "rbgp:simt_row_group";
  name.config = "go=32x128@50,gr=4x1,gi=32x32@50,gb=1x1";
  EXPECT_EQ(name.text(),
            "layers:vgg19/tf32/nk/4096x2048x33/rbgp:simt_row_group/"
            "go=32x128@50,gr=4x1,gi=32x32@50,gb=1x1");
}

// Whoever splits at the first five slashes gets every part back: only the last may hold one.
TEST(EntryName, RefusesWhatCouldNotBeTakenApart) {
  for (std::string EntryName::* part :
       {&EntryName::suite, &EntryName::dtype, &EntryName::layout, &EntryName::impl})
    for (const char* bad : {"", "a/b", "/"}) {
      EntryName name = kName;
      name.*part = bad;
      test::refusal(ErrorCode::invalid_argument, [&] { name.text(); });
    }
  EntryName name = kName;
  name.config = "";
  test::refusal(ErrorCode::invalid_argument, [&] { name.text(); });
  name.config = "a/b";
  EXPECT_TRUE(name.text().ends_with("/cusparse:bsr16/a/b"));
}

}  // namespace
}  // namespace rbgp::bench
