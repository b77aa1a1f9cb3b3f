#include <tuner/pattern_cache.hpp>

namespace rbgp {

PatternCache::Slot& PatternCache::slot(const Rbgp4Config& config) {
  const std::lock_guard lock(mutex_);
  std::unique_ptr<Slot>& found = slots_[config.to_string()];
  if (!found) found = std::make_unique<Slot>();
  return *found;
}

const PatternCache::Entry& PatternCache::get(const Rbgp4Config& config) {
  Slot& of_config = slot(config);
  const std::lock_guard lock(of_config.mutex);
  if (!of_config.entry) {
    Rbgp4Pattern pattern = Rbgp4Pattern::sample(config, seed_);
    const double gap = pattern.spectral_gap();
    of_config.entry.emplace(Entry{std::move(pattern), gap});
  }
  return *of_config.entry;
}

void PatternCache::put(const Rbgp4Pattern& pattern) {
  Slot& of_config = slot(pattern.config());
  const std::lock_guard lock(of_config.mutex);
  of_config.entry.emplace(Entry{pattern, pattern.spectral_gap()});
}

}  // namespace rbgp
