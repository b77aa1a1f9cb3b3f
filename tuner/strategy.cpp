#include <tuner/strategy.hpp>

#include <rbgp/error.hpp>

namespace rbgp {
namespace {

constexpr StrategyRow kStrategies[] = {
    {"halving", "regions that the model likes, by successive halving", make_halving},
    {"surrogate", "the best expected by a regression on what was measured", make_surrogate},
    {"anneal", "simulated annealing from what the model likes", make_anneal},
    {"local", "model-guided sample, then neighbours of the best", make_local},
    {"random", "uniform sample without repetition", make_random},
    {"exhaustive", "every candidate, in lexical order", make_exhaustive},
};

}  // namespace

std::span<const StrategyRow> strategies() { return kStrategies; }

std::unique_ptr<Strategy> make_strategy(std::string_view name, const SearchSpace& space,
                                        std::uint64_t seed) {
  std::string known;
  for (const StrategyRow& row : kStrategies) {
    if (row.name == name) return row.make(space, seed);
    known += fmt::format("{}{}", known.empty() ? "" : ", ", row.name);
  }
  fail(ErrorCode::invalid_argument, "strategy '{}' is not known; known are {}", name, known);
}

}  // namespace rbgp
