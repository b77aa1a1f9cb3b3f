// Strategies: which point of the space to try next. Budget and stop rule live in the driver.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include <tuner/model_guide.hpp>
#include <tuner/search_space.hpp>

namespace rbgp {

class Strategy {
 public:
  virtual ~Strategy() = default;
  // A point that is a candidate and was not proposed before; nothing when the strategy is done.
  virtual std::optional<Point> next() = 0;
  // What became of a proposed point: its time, or infinity where it failed. Several points may be proposed
  // before the first of them is reported.
  virtual void report(const Point& point, double ms) = 0;
  // In place of `report` for a point that another shard of the sweep measures.
  virtual void skip(const Point&) {}
  // Candidates that it would have proposed, had the model not ruled them out.
  virtual std::int64_t pruned() const { return 0; }
};

// What a strategy is made for.
struct StrategySetting {
  const SearchSpace& space;
  std::uint64_t seed = 1;
  // The sweep's, where it has several spaces: all of its strategies are made before one is asked.
  std::shared_ptr<ModelBest> best = std::make_shared<ModelBest>();
};

// The strategy table: one row each.
struct StrategyRow {
  std::string_view name;
  std::string_view summary;
  bool asks_model;  // and leaves out what the model rules out
  std::unique_ptr<Strategy> (*make)(const StrategySetting& setting);
};
std::span<const StrategyRow> strategies();

// Errors: invalid_argument naming the known strategies.
const StrategyRow& find_strategy(std::string_view name);
std::unique_ptr<Strategy> make_strategy(std::string_view name, const SearchSpace& space,
                                        std::uint64_t seed);

std::unique_ptr<Strategy> make_exhaustive(const StrategySetting& setting);
std::unique_ptr<Strategy> make_random(const StrategySetting& setting);
std::unique_ptr<Strategy> make_anneal(const StrategySetting& setting);
std::unique_ptr<Strategy> make_halving(const StrategySetting& setting);
std::unique_ptr<Strategy> make_surrogate(const StrategySetting& setting);
std::unique_ptr<Strategy> make_local(const StrategySetting& setting);

}  // namespace rbgp
