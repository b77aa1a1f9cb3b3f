// Strategies: which point of the space to try next. Budget and stop rule live in the driver.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include <tuner/search_space.hpp>

namespace rbgp {

class Strategy {
 public:
  virtual ~Strategy() = default;
  // A point that is a candidate and was not proposed before; nothing when the strategy is done.
  virtual std::optional<Point> next() = 0;
  // What became of a proposed point: its time, or infinity where it failed. Not called for points that
  // another shard of the sweep measures.
  virtual void report(const Point& point, double ms) = 0;
};

// The strategy table: one row each.
struct StrategyRow {
  std::string_view name;
  std::string_view summary;
  std::unique_ptr<Strategy> (*make)(const SearchSpace& space, std::uint64_t seed);
};
std::span<const StrategyRow> strategies();

// Errors: invalid_argument naming the known strategies.
std::unique_ptr<Strategy> make_strategy(std::string_view name, const SearchSpace& space,
                                        std::uint64_t seed);

std::unique_ptr<Strategy> make_exhaustive(const SearchSpace& space, std::uint64_t seed);
std::unique_ptr<Strategy> make_random(const SearchSpace& space, std::uint64_t seed);
std::unique_ptr<Strategy> make_anneal(const SearchSpace& space, std::uint64_t seed);
std::unique_ptr<Strategy> make_halving(const SearchSpace& space, std::uint64_t seed);
std::unique_ptr<Strategy> make_surrogate(const SearchSpace& space, std::uint64_t seed);
std::unique_ptr<Strategy> make_local(const SearchSpace& space, std::uint64_t seed);

}  // namespace rbgp
