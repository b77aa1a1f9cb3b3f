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

// What is measured beside other programs may be any part of what a device does.
TEST(Ceilings, FarBelowWhatIsAssumedAreNotAHosts) {
  for (const DeviceKind kind : {DeviceKind::cuda, DeviceKind::host}) {
    const bool is_any = kind == DeviceKind::cuda;  // a part of a large chip, say
    const DeviceProperties device = test::synthetic_device(kind);
    const Ceilings assumed = assumed_ceilings(device).ceilings;
    EXPECT_TRUE(is_plausible(device, assumed));
    for (double Ceilings::* rate : {&Ceilings::bytes_per_ms, &Ceilings::multiply_adds_per_ms}) {
      Ceilings less = assumed;
      less.*rate /= 4;  // a smaller chip, a slower memory
      EXPECT_TRUE(parse_ceilings(ceilings_text(device, less), device));
      less.*rate /= 4;
      EXPECT_EQ(is_plausible(device, less), is_any);
      EXPECT_EQ(parse_ceilings(ceilings_text(device, less), device).has_value(), is_any);
      less.*rate = 0;
      EXPECT_FALSE(is_plausible(device, less));
    }
    Ceilings late = assumed;
    late.empty_ms *= 8;
    EXPECT_TRUE(is_plausible(device, late));
    late.empty_ms = 12;  // what a busy machine gave
    EXPECT_EQ(is_plausible(device, late), is_any);
  }
}

TEST(Ceilings, CountOnceASecondMeasurementCameNear) {
  Agreement agreement;
  EXPECT_FALSE(agreement.best());
  agreement.add({10, 100});
  EXPECT_FALSE(agreement.best());
  agreement.add({9, 30});
  EXPECT_FALSE(agreement.best());  // of the second number there are two that differ
  ASSERT_TRUE(agreement.doubt());
  EXPECT_EQ(agreement.doubt()->number, 1U);
  EXPECT_EQ(agreement.doubt()->best, 100);
  EXPECT_EQ(agreement.doubt()->next, 30);
  agreement.add({2, 31});
  EXPECT_FALSE(agreement.best());
  agreement.add({11, 90});
  EXPECT_FALSE(agreement.doubt());
  ASSERT_TRUE(agreement.best());
  EXPECT_EQ(*agreement.best(), (std::vector<double>{11, 100}));
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
