#include <tuner/strategy.hpp>

#include <rbgp/error.hpp>

namespace rbgp {
namespace {

constexpr StrategyRow kStrategies[] = {
    {"halving", "regions that the model likes, by successive halving", true, make_halving},
    {"surrogate", "the best expected by a regression on what was measured", true, make_surrogate},
    {"anneal", "simulated annealing from what the model likes", true, make_anneal},
    {"local", "model-guided sample, then neighbours of the best", true, make_local},
    {"random", "uniform sample without repetition", false, make_random},
    {"exhaustive", "every candidate, in lexical order", false, make_exhaustive},
};

}  // namespace

std::span<const StrategyRow> strategies() { return kStrategies; }

const StrategyRow& find_strategy(std::string_view name) {
  std::string known;
  for (const StrategyRow& row : kStrategies) {
    if (row.name == name) return row;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", row.name);
  }
  fail(ErrorCode::invalid_argument, "strategy '{}' is not known; known are {}", name, known);
}

std::unique_ptr<Strategy> make_strategy(std::string_view name, const SearchSpace& space,
                                        std::uint64_t seed) {
  return find_strategy(name).make({space, seed});
}

}  // namespace rbgp
