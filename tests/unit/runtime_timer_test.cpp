#include "runtime/timer.hpp"

#include <gtest/gtest.h>

#include <rbgp/error.hpp>

#include <chrono>
#include <stdexcept>
#include <thread>

namespace rbgp::runtime {
namespace {

TEST(Samples, MedianAndSpread) {
  struct Case {
    std::vector<double> ms;
    double median;
    double spread;
  };
  const Case cases[] = {{{}, 0, 0},
                        {{3}, 3, 0},
                        {{4, 2}, 3, 1.0 / 3},
                        {{5, 1, 3}, 3, 2.0 / 3},
                        {{1, 2, 3, 4, 5}, 3, 2.0 / 3},
                        {{2, 2, 2, 2, 100}, 2, 0},
                        {{0, 0, 0}, 0, 0}};
  for (const Case& each : cases) {
    const Samples samples{.ms = each.ms, .launches_per_sample = 1};
    EXPECT_DOUBLE_EQ(samples.median(), each.median);
    EXPECT_DOUBLE_EQ(samples.spread(), each.spread);
  }
}

TEST(TimerOnHost, MeasuresALaunch) {
  const auto sleep = [](void* stream) {
    EXPECT_EQ(stream, nullptr);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  };
  const Samples samples =
      time_launches(Device::host(), sleep, {.min_seconds = 0, .min_samples = 5, .max_samples = 9});
  EXPECT_EQ(samples.ms.size(), 5U);
  EXPECT_EQ(samples.launches_per_sample, 1);
  for (const double ms : samples.ms) EXPECT_GE(ms, 2.0);
  EXPECT_LT(samples.median(), 200.0);
}

TEST(TimerOnHost, CountsLaunches) {
  int launches = 0;
  const auto count = [&](void*) { ++launches; };
  const Samples samples = time_launches(Device::host(), count,
                                        {.min_seconds = 0,
                                         .min_samples = 4,
                                         .max_samples = 4,
                                         .launches_per_sample = 10,
                                         .warmup = 2});
  EXPECT_EQ(samples.ms.size(), 4U);
  EXPECT_EQ(launches, 2 + 4 * 10);
}

TEST(TimerOnHost, ShortLaunchesAreTimedInGroups) {
  const Samples samples = time_launches(Device::host(), [](void*) {},
                                        {.min_seconds = 0, .min_samples = 3, .max_samples = 3});
  EXPECT_GT(samples.launches_per_sample, 10);
  EXPECT_LT(samples.median(), 0.1);
}

TEST(TimerOnHost, StopsAtTheTimeOrTheNumberOfSamples) {
  const auto sleep = [](void*) { std::this_thread::sleep_for(std::chrono::milliseconds(1)); };
  const Samples timed = time_launches(Device::host(), sleep,
                                      {.min_seconds = 0.03, .min_samples = 1, .max_samples = 1000});
  EXPECT_GT(timed.ms.size(), 1U);
  EXPECT_LE(timed.ms.size(), 40U);
  const Samples counted = time_launches(Device::host(), sleep,
                                        {.min_seconds = 100, .min_samples = 1, .max_samples = 3});
  EXPECT_EQ(counted.ms.size(), 3U);
}

TEST(Timer, RefusesOptionsWithoutSamples) {
  const TimingOptions cases[] = {{.max_samples = 0},
                                 {.min_samples = 10, .max_samples = 9},
                                 {.launches_per_sample = -1},
                                 {.warmup = -1}};
  for (const TimingOptions& options : cases)
    EXPECT_THROW(time_launches(Device::host(), [](void*) {}, options), Error);
}

TEST(Timer, PassesOnWhatALaunchThrows) {
  const auto broken = [](void*) { throw std::runtime_error("broken"); };
  EXPECT_THROW(time_launches(Device::host(), broken), std::runtime_error);
}

}  // namespace
}  // namespace rbgp::runtime
