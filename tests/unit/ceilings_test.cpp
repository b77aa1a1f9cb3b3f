#include <gtest/gtest.h>

#include <pipe/file_io.hpp>
#include <support/kernel_cases.hpp>
#include <tuner/ceilings.hpp>
#include <tuner/device_rates.hpp>

namespace rbgp {
namespace {

const Ceilings kCeilings1 = {
    .bytes_per_ms = 2e9,
    .multiply_adds_per_ms = 3e10,
    .empty_ms = 0.001,
    .dense_multiply_adds_per_ms = {{Dtype::bf16, 3.6e11}, {Dtype::tf32, 1.8e11}}};

TEST(Ceilings, TextReadsAsWritten) {
  const DeviceProperties device = test::synthetic_device(DeviceKind::cuda);
  const auto read = parse_ceilings(ceilings_text(device, kCeilings1), device);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->bytes_per_ms, kCeilings1.bytes_per_ms);
  EXPECT_EQ(read->multiply_adds_per_ms, kCeilings1.multiply_adds_per_ms);
  EXPECT_EQ(read->empty_ms, kCeilings1.empty_ms);
  EXPECT_EQ(read->dense_multiply_adds_per_ms, kCeilings1.dense_multiply_adds_per_ms);
}

TEST(Ceilings, OfAnotherDeviceOrNoTextAreNothing) {
  const DeviceProperties device = test::synthetic_device(DeviceKind::cuda);
  DeviceProperties other = device;
  other.driver = "99.0";
  EXPECT_FALSE(parse_ceilings(ceilings_text(device, kCeilings1), other));
  for (const char* text : {"", "{}", "[]", "{\"version\":1}"})
    EXPECT_FALSE(parse_ceilings(text, device)) << text;
  EXPECT_FALSE(parse_ceilings(ceilings_text(device, {}), device));  // a rate of nothing
}

TEST(Ceilings, AreByDtype) {
  EXPECT_EQ(kCeilings1.multiply_adds_of(Dtype::f32), 3e10);
  EXPECT_EQ(kCeilings1.multiply_adds_of(Dtype::bf16), 3.6e11);
  EXPECT_EQ(kCeilings1.multiply_adds_of(Dtype::f32x3), 0.6e11);
  EXPECT_EQ(kCeilings1.multiply_adds_of(Dtype::f16), 0);
}

// What another process measured meanwhile.
TEST(Ceilings, AreReadAgain) {
  DeviceProperties device = test::synthetic_device(DeviceKind::cuda);
  device.name = "a device of this test";
  const auto file = ceilings_file(device);
  ASSERT_TRUE(file);
  std::filesystem::remove(*file);
  EXPECT_EQ(known_ceilings(device).source, CeilingsSource::derived);
  EXPECT_FALSE(known_ceilings(device).covers(Dtype::f32));
  std::filesystem::create_directories(file->parent_path());
  write_whole(*file, ceilings_text(device, kCeilings1));
  EXPECT_EQ(known_ceilings(device).source, CeilingsSource::derived);
  EXPECT_EQ(reread_ceilings(device).source, CeilingsSource::measured);
  EXPECT_EQ(known_ceilings(device).ceilings.bytes_per_ms, kCeilings1.bytes_per_ms);
  EXPECT_EQ(assumed_ceilings(device).source, CeilingsSource::derived);
  for (const Dtype dtype : {Dtype::f32, Dtype::bf16, Dtype::f32x3})
    EXPECT_TRUE(known_ceilings(device).covers(dtype)) << to_string(dtype);
  EXPECT_FALSE(known_ceilings(device).covers(Dtype::f16));
  std::filesystem::remove(*file);
}

TEST(Ceilings, AreKnownOfEveryDevice) {
  DeviceProperties device = test::synthetic_device(DeviceKind::cuda);
  EXPECT_EQ(known_ceilings(device).source, CeilingsSource::derived);
  device.name = "NVIDIA H100 80GB HBM3";
  EXPECT_EQ(known_ceilings(device).source, CeilingsSource::built_in);
  for (const DeviceKind kind : {DeviceKind::cuda, DeviceKind::host}) {
    const DeviceProperties any = test::synthetic_device(kind);
    const DeviceRates rates = device_rates(any, Dtype::f32, known_ceilings(any).ceilings);
    EXPECT_GT(rates.clocks_per_ms, 1e5);
    EXPECT_LT(rates.clocks_per_ms, 1e7);
    EXPECT_GT(rates.dram_bytes_per_ms, 0);
  }
}

}  // namespace
}  // namespace rbgp
