#include <gtest/gtest.h>

#include <rbgp/tuner.hpp>

namespace rbgp {
namespace {

TEST(FailureKind, NamesReadBack) {
  for (int i = 0; i <= static_cast<int>(FailureKind::nondeterministic); ++i) {
    const auto kind = static_cast<FailureKind>(i);
    EXPECT_NE(to_string(kind), "unknown") << i;
    EXPECT_EQ(parse_failure_kind(to_string(kind)), kind);
  }
}

}  // namespace
}  // namespace rbgp
