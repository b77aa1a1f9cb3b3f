#include <gtest/gtest.h>

#include <rbgp/error.hpp>

namespace rbgp {
namespace {

TEST(Error, NamesItsCode) {
  const std::pair<ErrorCode, std::string_view> cases[] = {
      {ErrorCode::invalid_argument, "invalid_argument"},
      {ErrorCode::unsupported, "unsupported"},
      {ErrorCode::compile_failed, "compile_failed"},
      {ErrorCode::load_failed, "load_failed"},
      {ErrorCode::launch_failed, "launch_failed"},
      {ErrorCode::device_fault, "device_fault"},
      {ErrorCode::out_of_memory, "out_of_memory"},
      {ErrorCode::exhausted, "exhausted"},
      {ErrorCode::io, "io"},
      {ErrorCode::internal, "internal"},
  };
  for (const auto& [code, name] : cases) EXPECT_EQ(to_string(code), name);
}

TEST(Error, RequireFormatsAndRemembersItsCaller) {
  require(true, ErrorCode::internal, "never {}", 1);
  try {
    require(false, ErrorCode::io, "row {} of {}", 3, "table");
    FAIL() << "require did not throw";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::io);
    EXPECT_STREQ(error.what(), "row 3 of table");
    EXPECT_TRUE(std::string_view(error.where().file_name()).ends_with("runtime_error_test.cpp"));
  }
}

}  // namespace
}  // namespace rbgp
