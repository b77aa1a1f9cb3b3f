// What no candidate may do to a sweep, planted on purpose.
#include <gtest/gtest.h>

#include <support/fault_sweep.hpp>

namespace rbgp {
namespace {

TEST(Faults, AreNamedAndSurvivedOnTheHost) {
  // On a busy machine a right kernel may wait for its turn, too.
  test::expect_faults_named(Device::host(), "host_rbgp4mm", 2.5);
}

}  // namespace
}  // namespace rbgp
