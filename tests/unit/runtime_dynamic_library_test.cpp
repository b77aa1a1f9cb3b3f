#include "runtime/dynamic_library.hpp"

#include <gtest/gtest.h>

#include <rbgp/error.hpp>

#include <array>
#include <utility>

namespace rbgp::runtime {
namespace {

const std::array<std::string, 2> kMath = {"libdoes-not-exist.so.7", "libm.so.6"};

TEST(DynamicLibrary, TakesTheFirstNameThatOpens) {
  const DynamicLibrary library = DynamicLibrary::open(kMath);
  EXPECT_TRUE(library.path().is_absolute());
  EXPECT_EQ(library.symbol<double (*)(double)>("sqrt")(9.0), 3.0);
}

TEST(DynamicLibrary, SaysWhyNothingOpens) {
  const std::array<std::string, 1> names = {"libdoes-not-exist.so.7"};
  std::string reason;
  EXPECT_FALSE(DynamicLibrary::try_open(names, &reason).has_value());
  EXPECT_NE(reason.find("libdoes-not-exist.so.7"), std::string::npos) << reason;
  EXPECT_EQ(reason.find('\n'), std::string::npos) << reason;
  try {
    DynamicLibrary::open(names);
    FAIL() << "opened a library that does not exist";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::load_failed);
  }
}

TEST(DynamicLibrary, MissingSymbols) {
  const DynamicLibrary library = DynamicLibrary::open(kMath);
  using Function = void (*)();
  EXPECT_EQ(library.find_symbol<Function>("no_such_function"), nullptr);
  try {
    library.symbol<Function>("no_such_function");
    FAIL() << "found a function that does not exist";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::load_failed);
    EXPECT_NE(std::string(error.what()).find("no_such_function"), std::string::npos);
  }
}

TEST(DynamicLibrary, Moves) {
  DynamicLibrary first = DynamicLibrary::open(kMath);
  DynamicLibrary second = std::move(first);
  EXPECT_NE(second.find_symbol<void (*)()>("cos"), nullptr);
  DynamicLibrary third = DynamicLibrary::open(kMath);
  third = std::move(second);
  EXPECT_NE(third.find_symbol<void (*)()>("cos"), nullptr);
}

}  // namespace
}  // namespace rbgp::runtime
