#include "runtime/host_parallel.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace rbgp::runtime {
namespace {

struct Visits {
  explicit Visits(std::int64_t tasks) : count(static_cast<std::size_t>(tasks)) {}
  std::vector<std::atomic<int>> count;
  std::atomic<int> largest_thread{-1};
};

void visit(void* context, std::int64_t task, int thread) {
  auto& visits = *static_cast<Visits*>(context);
  ++visits.count[static_cast<std::size_t>(task)];
  int seen = visits.largest_thread;
  while (thread > seen && !visits.largest_thread.compare_exchange_weak(seen, thread)) {
  }
}

TEST(HostParallel, RunsEveryTaskOnce) {
  const std::pair<std::int64_t, int> cases[] = {{0, 0}, {1, 0}, {1, 4},    {2, 1},
                                                {7, 3}, {3, 8}, {1001, 2}, {1000, 0}};
  for (const auto& [tasks, threads] : cases) {
    Visits visits(tasks);
    parallel_tasks(tasks, threads, visit, &visits);
    for (const std::atomic<int>& count : visits.count)
      ASSERT_EQ(count, 1) << tasks << " tasks, " << threads << " threads";
    EXPECT_LT(visits.largest_thread, threads > 0 ? threads : host_threads());
  }
}

TEST(HostParallel, OneThreadKeepsTheOrder) {
  std::vector<std::int64_t> order;
  const auto append = [](void* context, std::int64_t task, int thread) {
    EXPECT_EQ(thread, 0);
    static_cast<std::vector<std::int64_t>*>(context)->push_back(task);
  };
  parallel_tasks(5, 1, append, &order);
  EXPECT_EQ(order, (std::vector<std::int64_t>{0, 1, 2, 3, 4}));
}

TEST(HostParallel, SeveralCallersAtOnce) {
  constexpr std::int64_t kTasks = 500;
  Visits first(kTasks), second(kTasks);
  std::thread other([&] { parallel_tasks(kTasks, 2, visit, &first); });
  parallel_tasks(kTasks, 2, visit, &second);
  other.join();
  for (std::size_t i = 0; i < static_cast<std::size_t>(kTasks); ++i) {
    ASSERT_EQ(first.count[i], 1);
    ASSERT_EQ(second.count[i], 1);
  }
}

TEST(HostParallel, HasThreads) { EXPECT_GE(host_threads(), 1); }

}  // namespace
}  // namespace rbgp::runtime
