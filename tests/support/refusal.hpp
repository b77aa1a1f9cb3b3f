// What a call refuses: the error that it throws, checked to be one line.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include <rbgp/error.hpp>

namespace rbgp::test {

// The message of the error, or an empty text, and a failed test, where the call throws none, another
// code, or more than a line.
template <typename Call>
std::string refusal(ErrorCode code, const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    const std::string message = error.what();
    EXPECT_EQ(to_string(error.code()), to_string(code)) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    EXPECT_FALSE(message.empty());
    return message;
  }
  ADD_FAILURE() << "nothing was refused";
  return {};
}

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace rbgp::test
