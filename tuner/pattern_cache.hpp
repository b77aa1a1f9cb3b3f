// Patterns by configuration: many candidates share their base graphs, and the larger graphs take longer
// to sample than a kernel takes to compile.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <rbgp/pattern.hpp>

namespace rbgp {

// Thread-safe. Entries live as long as the cache.
class PatternCache {
 public:
  explicit PatternCache(std::uint64_t seed) : seed_(seed) {}
  struct Entry {
    Rbgp4Pattern pattern;
    double spectral_gap;
  };
  // Samples it where it is not there; others that want the same wait. Errors: what sampling throws.
  const Entry& get(const Rbgp4Config& config);
  // The pattern that get() returns for its configuration, in place of a sampled one. Before any get().
  void put(const Rbgp4Pattern& pattern);

 private:
  struct Slot {
    std::mutex mutex;
    std::optional<Entry> entry;
  };
  Slot& slot(const Rbgp4Config& config);

  std::uint64_t seed_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Slot>> slots_;
};

}  // namespace rbgp
