#include <tuner/pattern_cache.hpp>

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace rbgp {
namespace {

const Rbgp4Config kConfig = Rbgp4Config::parse("go=8x8@50,gr=1x1,gi=8x8@50,gb=1x1");

TEST(PatternCache, SamplesOnceForAll) {
  PatternCache cache(3);
  std::vector<const PatternCache::Entry*> entries(8);
  std::vector<std::thread> threads;
  for (auto& entry : entries) threads.emplace_back([&] { entry = &cache.get(kConfig); });
  for (std::thread& thread : threads) thread.join();
  for (const PatternCache::Entry* entry : entries) EXPECT_EQ(entry, entries.front());
  const Rbgp4Pattern wanted = Rbgp4Pattern::sample(kConfig, 3);
  EXPECT_EQ(entries.front()->pattern.go().adjacency(), wanted.go().adjacency());
  EXPECT_EQ(entries.front()->spectral_gap, wanted.spectral_gap());
}

TEST(PatternCache, TakesAGivenPatternInstead) {
  PatternCache cache(3);
  const Rbgp4Pattern given = Rbgp4Pattern::sample(kConfig, 4);
  cache.put(given);
  EXPECT_EQ(cache.get(kConfig).pattern.gi().adjacency(), given.gi().adjacency());
}

}  // namespace
}  // namespace rbgp
