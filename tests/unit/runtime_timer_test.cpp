#include "runtime/timer.hpp"

#include <gtest/gtest.h>

#include <rbgp/error.hpp>

#include <chrono>
#include <numeric>
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

TEST(Samples, TellHowWellTheMedianIsKnown) {
  EXPECT_EQ(Samples{}.median_error(), 1);
  EXPECT_EQ((Samples{.ms = {5, 5, 5}}.median_error()), 1);  // three may all be on one side
  EXPECT_EQ((Samples{.ms = std::vector<double>(20, 5)}.median_error()), 0);
  Samples ramp;
  for (int i = 0; i <= 100; ++i) ramp.ms.push_back(100 + i);
  // Ranks 50.5 -+ 0.98 sqrt(101): from 140 to 160 around 150.
  EXPECT_NEAR(ramp.median_error(), 10.0 / 150, 1e-12);
}

TEST(TimerOnHost, StopsWhenTheMedianIsKnown) {
  const auto nothing = [](void*) {};
  const Samples sure = time_launches(Device::host(), nothing,
                                     {.min_samples = 5, .max_samples = 100, .target_error = 1e9});
  EXPECT_LT(sure.ms.size(), 10U);

  // Every other launch is longer, by far more than a clock's tick: half of the samples lie on either side of
  // the median, and no number of them tells it. (Launches of one length could all read the same.)
  int launch = 0;
  const auto every_other = [&](void*) {
    if (++launch % 2 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  };
  const Samples never = time_launches(Device::host(), every_other,
                                      {.min_samples = 5,
                                       .max_samples = 60,
                                       .launches_per_sample = 1,
                                       .target_error = 1e-3,
                                       .max_seconds = 60});
  EXPECT_EQ(never.ms.size(), 60U);
}

TEST(TimerOnHost, MeasuresALaunch) {
  const auto sleep = [](void* stream) {
    EXPECT_EQ(stream, nullptr);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  };
  const auto begin = std::chrono::steady_clock::now();
  const Samples samples =
      time_launches(Device::host(), sleep, {.min_seconds = 0, .min_samples = 5, .max_samples = 9});
  EXPECT_EQ(samples.ms.size(), 5U);
  EXPECT_EQ(samples.launches_per_sample, 1);
  for (const double ms : samples.ms) EXPECT_GE(ms, 2.0);
  const std::chrono::duration<double, std::milli> around = std::chrono::steady_clock::now() - begin;
  EXPECT_LT(std::accumulate(samples.ms.begin(), samples.ms.end(), 0.0), around.count());
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
  // One launch tells how many make a group, and may be interrupted.
  Samples most;
  for (int attempt = 0; attempt < 5; ++attempt) {
    Samples samples = time_launches(Device::host(), [](void*) {},
                                    {.min_seconds = 0, .min_samples = 3, .max_samples = 3});
    if (samples.launches_per_sample > most.launches_per_sample) most = std::move(samples);
  }
  EXPECT_GT(most.launches_per_sample, 10);
  EXPECT_LT(most.median(), 0.1);
}

TEST(TimerOnHost, StopsAtTheTimeOrTheNumberOfSamples) {
  const auto sleep = [](void*) { std::this_thread::sleep_for(std::chrono::milliseconds(1)); };
  const Samples timed = time_launches(Device::host(), sleep,
                                      {.min_seconds = 0.03, .min_samples = 1, .max_samples = 1000});
  // It goes on until then, and no further, however long a sleep lasts.
  ASSERT_FALSE(timed.ms.empty());
  EXPECT_LE(timed.ms.size(), 40U);
  const double all = std::accumulate(timed.ms.begin(), timed.ms.end(), 0.0);
  EXPECT_LT(all - timed.ms.back(), 30.0);
  EXPECT_GT(all, 25.0);  // the clock is read beside the samples, too
  const Samples counted = time_launches(Device::host(), sleep,
                                        {.min_seconds = 100, .min_samples = 1, .max_samples = 3});
  EXPECT_EQ(counted.ms.size(), 3U);
}

TEST(TimerOnHost, EveryCopyIsLaunchedEquallyOften) {
  struct Case {
    int copies;
    int launches_per_sample;
    int warmup;
  };
  for (const Case& each : {Case{1, 3, 0}, Case{3, 3, 2}, Case{4, 2, 1}, Case{5, 0, 3}}) {
    std::vector<int> order;
    LaunchTimer timer(Device::host(), each.copies,
                      [&](int copy, void* stream) {
                        EXPECT_EQ(stream, nullptr);
                        order.push_back(copy);
                      },
                      {.min_seconds = 0,
                       .min_samples = 2,
                       .max_samples = 2,
                       .launches_per_sample = each.launches_per_sample,
                       .warmup = each.warmup});
    timer.sample();
    const Samples samples = timer.sample();
    EXPECT_EQ(samples.ms.size(), 2U);
    // Launches chosen by the timer itself come in whole rotations.
    EXPECT_TRUE(each.launches_per_sample > 0 || samples.launches_per_sample % each.copies == 0);
    ASSERT_GE(order.size(), 4U);
    for (std::size_t i = 0; i < order.size(); ++i)
      ASSERT_EQ(order[i], static_cast<int>(i) % each.copies) << "launch " << i;
  }
}

TEST(TimerOnHost, SamplesAsOftenAsWanted) {
  int launches = 0;
  LaunchTimer timer(Device::host(), 1, [&](int, void*) { ++launches; },
                    {.min_seconds = 0,
                     .min_samples = 3,
                     .max_samples = 3,
                     .launches_per_sample = 2,
                     .warmup = 1});
  LaunchTimer moved = std::move(timer);
  EXPECT_EQ(launches, 1);
  for (int round = 1; round <= 3; ++round) {
    EXPECT_EQ(moved.sample().ms.size(), 3U);
    EXPECT_EQ(launches, 1 + round * 6);
  }
}

TEST(RotatingCopies, OthersFillTwiceTheCache) {
  struct Case {
    std::int64_t bytes;
    std::int64_t cache_bytes;
    int copies;
  };
  constexpr std::int64_t kMib = 1 << 20;
  const Case cases[] = {{1, 0, 1},
                        {100, -1, 1},
                        {1, 1, 3},
                        {2, 1, 2},
                        {3, 1, 2},
                        {100, 50, 2},
                        {99, 50, 3},
                        {192 * kMib, 50 * kMib, 2},
                        {4 * kMib, 50 * kMib, 26},
                        {7, std::int64_t{1} << 40, 1000}};
  for (const Case& each : cases) {
    const int copies = rotating_copies(each.bytes, each.cache_bytes);
    EXPECT_EQ(copies, each.copies) << each.bytes << " bytes, cache of " << each.cache_bytes;
    EXPECT_TRUE(copies == 1000 ||
                (copies - 1) * each.bytes >= 2 * each.cache_bytes);
  }
  EXPECT_THROW(rotating_copies(0, 1), Error);
  EXPECT_THROW(rotating_copies(-1, 1), Error);
}

TEST(SharedCache, IsAPlausibleSizeOnTheHost) {
  const std::int64_t bytes = shared_cache_bytes(Device::host());
  EXPECT_GE(bytes, 0);
  EXPECT_LT(bytes, std::int64_t{8} << 30);
}

TEST(Timer, RefusesOptionsWithoutSamples) {
  EXPECT_THROW(LaunchTimer(Device::host(), 0, [](int, void*) {}), Error);
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
