#include <gtest/gtest.h>
#include <sched.h>

#include <algorithm>

#include <runtime/processors.hpp>
#include <tuner/pipeline.hpp>

namespace rbgp {
namespace {

// The processors that this thread may use, as they were before.
class Affinity {
 public:
  Affinity() : before_(runtime::bound_to()) {}
  Affinity(const Affinity&) = delete;
  Affinity& operator=(const Affinity&) = delete;
  ~Affinity() { ::sched_setaffinity(0, sizeof before_, &before_); }

  int count() const { return CPU_COUNT(&before_); }
  void leave_one() const {
    int cpu = 0;
    while (cpu + 1 < CPU_SETSIZE && !CPU_ISSET(cpu, &before_)) ++cpu;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    ASSERT_EQ(::sched_setaffinity(0, sizeof one, &one), 0);
  }

 private:
  cpu_set_t before_;
};

TEST(CompileProcesses, AreAShareOfTheProcessors) {
  const Affinity affinity;
  const int all = std::min(affinity.count(), runtime::granted_processors());
  EXPECT_EQ(most_compile_processes(1), std::min(all, kMaxCompileProcesses));
  for (const int sharers : {1, 2, 3, 1000}) {
    const int most = most_compile_processes(sharers);
    EXPECT_GE(most, 1);
    EXPECT_LE(most * sharers, std::max(all, sharers));  // one each, however few there are
    EXPECT_GE(compile_processes(sharers), 1);
    EXPECT_LE(compile_processes(sharers), most);
  }
  affinity.leave_one();
  EXPECT_EQ(most_compile_processes(1), 1);
  EXPECT_EQ(compile_processes(1), 1);
}

}  // namespace
}  // namespace rbgp
