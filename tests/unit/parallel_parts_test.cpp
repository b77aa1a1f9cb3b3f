#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include <generator/parallel_parts.hpp>

namespace rbgp {
namespace {

TEST(ParallelParts, CoversEveryTaskOnceAtAnyNumberOfThreads) {
  for (const std::int64_t count : {0, 1, 2, 3, 7, 64, 1001}) {
    for (const int threads : {-1, 0, 1, 2, 3, 8, 64}) {
      std::vector<std::atomic<int>> seen(static_cast<std::size_t>(count));
      parallel_parts(count, threads, [&](std::int64_t begin, std::int64_t end) {
        EXPECT_LT(begin, end);
        for (std::int64_t i = begin; i < end; ++i) ++seen[static_cast<std::size_t>(i)];
      });
      for (const auto& each : seen) EXPECT_EQ(each, 1) << count << " on " << threads;
    }
  }
}

TEST(ParallelParts, OneThreadIsTheCallers) {
  parallel_parts(10, 1, [caller = std::this_thread::get_id()](std::int64_t, std::int64_t) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
  });
  EXPECT_EQ(thread_count(5), 5);
  EXPECT_GE(thread_count(0), 1);
  EXPECT_EQ(thread_count(-3), thread_count(0));
}

TEST(ParallelParts, ThrowsOnWhatWorkThrew) {
  for (const int threads : {1, 4})
    EXPECT_THROW(parallel_parts(8, threads,
                                [](std::int64_t, std::int64_t end) {
                                  if (end == 8) throw std::runtime_error("last part");
                                }),
                 std::runtime_error);
}

}  // namespace
}  // namespace rbgp
