#include <rbgp/device.hpp>

#include "runtime/cuda_driver.hpp"
#include "runtime/host_compiler.hpp"

#include <gtest/gtest.h>

#include <rbgp/error.hpp>

#include <cstdint>
#include <cstring>
#include <limits>
#include <numeric>

namespace rbgp {
namespace {

Error error_of_select(const char* text) {
  try {
    Device::select(text);
  } catch (const Error& error) {
    return error;
  }
  return Error(ErrorCode::internal, "nothing was thrown");
}

TEST(Device, TheHostIsAlwaysThere) {
  const Device host = Device::select("cpu");
  EXPECT_EQ(host.kind(), DeviceKind::host);
  EXPECT_EQ(host.text(), "cpu");
  EXPECT_EQ(host.ordinal(), 0);
  EXPECT_EQ(host.state(), Device::host().state());
  EXPECT_EQ(Device::all().front().text(), "cpu");
  host.synchronize();

  const DeviceProperties& properties = host.properties();
  EXPECT_FALSE(properties.name.empty());
  EXPECT_EQ(properties.arch, runtime::host_target().cpu);
  EXPECT_GE(properties.compute_units, 1);
  EXPECT_GE(properties.vector_floats, 4);
  EXPECT_GE(properties.vector_registers, 16);
  EXPECT_GT(properties.memory_bytes, std::int64_t{64} << 20);
  EXPECT_GE(properties.shared_bytes, 0);
  EXPECT_LE(properties.shared_bytes, std::int64_t{1} << 30) << "of a second-level cache";
  EXPECT_EQ(properties.driver, "");
}

TEST(Device, RefusesOtherText) {
  for (const char* text : {"", "gpu", "CPU", "cuda:", "cuda:x", "cuda:-1", "cuda:1x", "cuda0",
                           "cuda: 1", "cuda:99999999999", "cpu:0"}) {
    const Error error = error_of_select(text);
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument) << text;
    EXPECT_NE(std::string(error.what()).find("cuda:<number>"), std::string::npos) << error.what();
  }
}

TEST(Device, WithoutADriverCudaIsUnsupportedAndAutoIsTheHost) {
  std::string reason;
  if (runtime::CudaDriver::find(&reason) != nullptr)
    GTEST_SKIP() << "this machine has a CUDA device";
  EXPECT_FALSE(reason.empty());
  EXPECT_EQ(reason.find('\n'), std::string::npos) << reason;
  for (const char* text : {"cuda", "cuda:0", "cuda:3"}) {
    const Error error = error_of_select(text);
    EXPECT_EQ(error.code(), ErrorCode::unsupported) << text;
    EXPECT_NE(std::string(error.what()).find("no CUDA device"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find(reason), std::string::npos) << error.what();
  }
  EXPECT_EQ(Device::select("auto").text(), "cpu");
  EXPECT_EQ(Device::all().size(), 1U);
}

TEST(Device, ListsCudaDevices) {
  const std::vector<Device> devices = Device::all();
  if (devices.size() < 2) GTEST_SKIP() << "no CUDA device";
  EXPECT_EQ(Device::select("auto").text(), "cuda:0");
  EXPECT_EQ(Device::select("cuda").text(), "cuda:0");
  for (std::size_t i = 1; i < devices.size(); ++i) {
    EXPECT_EQ(devices[i].text(), "cuda:" + std::to_string(i - 1));
    const DeviceProperties& properties = devices[i].properties();
    EXPECT_TRUE(properties.arch.starts_with("sm_")) << properties.arch;
    EXPECT_GE(properties.shared_bytes, 48 * 1024);
    EXPECT_GT(properties.memory_bytes, std::int64_t{1} << 30);
    EXPECT_EQ(properties.vector_floats, 0);
    EXPECT_FALSE(properties.driver.empty());
  }
  const Error error = error_of_select("cuda:1000");
  EXPECT_EQ(error.code(), ErrorCode::unsupported);
}

class DeviceBufferTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (GetParam() == "cuda" && Device::all().size() < 2) GTEST_SKIP() << "no CUDA device";
  }
  Device device() const { return Device::select(GetParam()); }
};

TEST_P(DeviceBufferTest, RoundTrip) {
  for (const std::size_t bytes : {1, 63, 4096, 1'000'003}) {
    DeviceBuffer buffer(device(), bytes);
    EXPECT_EQ(buffer.bytes(), bytes);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer.data()) % 64, 0U);
    std::vector<std::uint8_t> sent(bytes), received(bytes);
    std::iota(sent.begin(), sent.end(), std::uint8_t{1});
    buffer.upload(sent.data(), bytes);
    buffer.download(received.data(), bytes);
    EXPECT_EQ(sent, received);
  }
}

TEST_P(DeviceBufferTest, OffsetsAndFill) {
  DeviceBuffer buffer(device(), 16);
  buffer.fill(0xff);
  const std::uint8_t part[3] = {1, 2, 3};
  buffer.upload(part, 3, 13);
  buffer.upload(part, 2, 4);
  std::vector<std::uint8_t> all(16);
  buffer.download(all.data(), 16);
  EXPECT_EQ(all, (std::vector<std::uint8_t>{255, 255, 255, 255, 1, 2, 255, 255, 255, 255, 255, 255,
                                            255, 1, 2, 3}));
  std::uint8_t tail[2] = {};
  buffer.download(tail, 2, 14);
  EXPECT_EQ(tail[0], 2);
  EXPECT_EQ(tail[1], 3);
}

TEST_P(DeviceBufferTest, ChecksBounds) {
  DeviceBuffer buffer(device(), 16);
  std::uint8_t bytes[32] = {};
  const std::size_t huge = std::numeric_limits<std::size_t>::max();
  const std::pair<std::size_t, std::size_t> cases[] = {{17, 0},   {1, 16},   {16, 1},     {0, 17},
                                                       {huge, 1}, {1, huge}, {huge, huge}};
  for (const auto& [count, offset] : cases) {
    EXPECT_THROW(buffer.upload(bytes, count, offset), Error) << count << " at " << offset;
    EXPECT_THROW(buffer.download(bytes, count, offset), Error) << count << " at " << offset;
  }
  buffer.upload(bytes, 0, 16);
  buffer.download(bytes, 0, 16);
}

TEST_P(DeviceBufferTest, MovesAndEmptyBuffers) {
  DeviceBuffer none;
  none.fill(1);
  none.upload(nullptr, 0);
  EXPECT_THROW(none.upload("x", 1), Error);
  DeviceBuffer empty(device(), 0);
  EXPECT_EQ(empty.data(), nullptr);

  DeviceBuffer first(device(), 4);
  first.upload("abc", 4);
  DeviceBuffer second = std::move(first);
  DeviceBuffer third(device(), 100);
  third = std::move(second);
  char text[4] = {};
  third.download(text, 4);
  EXPECT_STREQ(text, "abc");
  EXPECT_EQ(third.bytes(), 4U);
}

TEST_P(DeviceBufferTest, TooLargeIsAnError) {
  try {
    DeviceBuffer buffer(device(), std::size_t{1} << 60);
    FAIL() << "got an exbibyte";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::out_of_memory);
    EXPECT_NE(std::string(error.what()).find("smaller problem"), std::string::npos) << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(Devices, DeviceBufferTest, testing::Values("cpu", "cuda"),
                         [](const auto& each) { return each.param; });

}  // namespace
}  // namespace rbgp
