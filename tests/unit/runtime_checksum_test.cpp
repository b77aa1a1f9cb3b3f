#include <runtime/checksum.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <runtime/nvrtc.hpp>

namespace rbgp::runtime {
namespace {

std::uint64_t checksum_of(const std::vector<std::byte>& bytes) {
  DeviceBuffer buffer(Device::host(), bytes.size());
  buffer.upload(bytes.data(), bytes.size());
  return Checksum(Device::host()).of(buffer);
}

TEST(Checksum, IsTheSameForTheSameBytes) {
  const std::vector<std::byte> bytes(1001, std::byte{3});
  EXPECT_EQ(checksum_of(bytes), checksum_of(bytes));
}

// Any byte, at the end too, where it is less than a word; their order; how many zeros there are.
TEST(Checksum, DiffersForAnyOther) {
  std::vector<std::byte> bytes(37);
  std::set<std::uint64_t> seen = {checksum_of(bytes)};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = std::byte{1};
    seen.insert(checksum_of(bytes));
    bytes[i] = std::byte{0};
  }
  EXPECT_EQ(seen.size(), 1 + bytes.size());
  bytes[0] = std::byte{5};
  bytes[8] = std::byte{6};
  seen.insert(checksum_of(bytes));
  std::swap(bytes[0], bytes[8]);
  seen.insert(checksum_of(bytes));
  EXPECT_EQ(seen.size(), 3 + bytes.size());
  EXPECT_NE(checksum_of(std::vector<std::byte>(8)), checksum_of(std::vector<std::byte>(16)));
}

TEST(Checksum, HasAKernelThatCompiles) {
  std::string reason;
  const Nvrtc* nvrtc = Nvrtc::find(&reason);
  if (nvrtc == nullptr) GTEST_SKIP() << "no NVRTC on this machine: " << reason;
  const Source source = checksum_source();
  const CudaBinary binary = nvrtc->compile(source.text, source.name, "sm_90a");
  EXPECT_EQ(binary.log, "");
  EXPECT_NE(binary.ptx.find(".entry checksum("), binary.ptx.npos);
}

TEST(Checksum, OfNothingIsNothing) { EXPECT_EQ(checksum_of({}), 0U); }

}  // namespace
}  // namespace rbgp::runtime
