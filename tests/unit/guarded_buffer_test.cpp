#include <tuner/guarded_buffer.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

namespace rbgp {
namespace {

TEST(GuardedBuffer, NoticesWritesBesideIt) {
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, std::size_t{4096}}) {
    for (const std::ptrdiff_t at :
         {std::ptrdiff_t{-1}, static_cast<std::ptrdiff_t>(bytes),
          -static_cast<std::ptrdiff_t>(GuardedBuffer::kGuardBytes),
          static_cast<std::ptrdiff_t>(bytes + GuardedBuffer::kGuardBytes - 1)}) {
      GuardedBuffer buffer(Device::host(), bytes);
      EXPECT_TRUE(buffer.is_intact());
      buffer.data()[at] = std::byte{0};
      EXPECT_FALSE(buffer.is_intact()) << bytes << " bytes, written at " << at;
      buffer.poison();
      EXPECT_TRUE(buffer.is_intact());
    }
  }
}

TEST(GuardedBuffer, HoldsItsContentAndIsPoisonElsewhere) {
  const std::vector<std::byte> content(12, std::byte{7});
  GuardedBuffer buffer(Device::host(), content.data(), content.size());
  std::vector<std::byte> found(content.size());
  buffer.download(found.data());
  EXPECT_EQ(found, content);
  EXPECT_TRUE(buffer.is_intact());
  buffer.poison();
  float element = 0;
  std::memcpy(&element, buffer.data(), sizeof element);
  EXPECT_TRUE(std::isnan(element));
}

TEST(GuardedBuffer, HasAChecksumOfContentAndZones) {
  const runtime::Checksum checksum(Device::host());
  const std::vector<std::byte> content(12, std::byte{7});
  GuardedBuffer buffer(Device::host(), content.data(), content.size());
  const std::uint64_t before = buffer.checksum(checksum);
  for (const std::ptrdiff_t at :
       {std::ptrdiff_t{0}, std::ptrdiff_t{11}, std::ptrdiff_t{-1}, std::ptrdiff_t{12}}) {
    const std::byte was = std::exchange(buffer.data()[at], std::byte{8});
    EXPECT_NE(buffer.checksum(checksum), before) << "changed at " << at;
    buffer.data()[at] = was;
    EXPECT_EQ(buffer.checksum(checksum), before);
  }
}

}  // namespace
}  // namespace rbgp
