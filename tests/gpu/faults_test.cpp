// The faults of tests/cpu/faults_test.cpp on a GPU.
#include <gtest/gtest.h>

#include <gpu/cuda_devices.hpp>
#include <support/fault_sweep.hpp>

namespace rbgp {
namespace {

TEST(Faults, AreNamedAndSurvivedOnAGpu) {
  CUDA_DEVICES_OR_SKIP(devices);
  test::expect_faults_named(devices.front(), "simt_rbgp4mm", 4);
}

}  // namespace
}  // namespace rbgp
