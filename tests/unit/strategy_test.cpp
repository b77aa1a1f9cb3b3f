#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <tuple>

#include <support/kernel_cases.hpp>
#include <support/kernel_shapes.hpp>
#include <support/recorded_subspace.hpp>
#include <support/refusal.hpp>
#include <tuner/model_order.hpp>
#include <tuner/strategy.hpp>
#include <tuner/turns.hpp>

namespace rbgp {
namespace {

SearchSpace layer_space(const KernelFamily& family) {
  return SearchSpace({.m = 256, .k = 576, .n = 64, .dtype = test::usual_dtype(family)}, 256, 576,
                     0.25, test::synthetic_device(family.target), family);
}

// Small enough to count: the kernels of one configuration.
SearchSpace tiny_space(const KernelFamily& family) {
  const Rbgp4Config config =
      Rbgp4Config::parse(test::on_tensor_cores(family) ? "go=2x2,gr=1x1,gi=4x4@50,gb=64x16"
                                                       : "go=2x2,gr=2x1,gi=4x4@50,gb=1x1");
  return SearchSpace(
      {.m = config.rows(), .k = config.cols(), .n = 8, .dtype = test::usual_dtype(family)}, config,
      test::synthetic_device(family.target), family);
}

// A made-up time that every strategy can search on: the same for the same point.
double made_up_ms(const Point& point) {
  double ms = 1;
  for (std::size_t axis = 0; axis < point.size(); ++axis)
    ms += static_cast<double>((point[axis] * (axis + 3)) % 7);
  // Some fail.
  return point.front() % 5 == 4 ? std::numeric_limits<double>::infinity() : ms;
}

std::vector<Point> proposals(const SearchSpace& space, std::string_view name, std::uint64_t seed,
                             std::size_t limit) {
  const auto strategy = make_strategy(name, space, seed);
  std::vector<Point> points;
  while (points.size() < limit) {
    const auto point = strategy->next();
    if (!point) break;
    points.push_back(*point);
    strategy->report(*point, made_up_ms(*point));
  }
  return points;
}

std::set<Point> brute_force(const SearchSpace& space) {
  std::set<Point> candidates;
  Point point(space.axes().size(), 0);
  do {
    if (space.candidate(point)) candidates.insert(point);
  } while (space.advance(point));
  return candidates;
}

// Those that ask the model; others propose what they would without it. What is not of the space is no matter.
TEST(Strategies, BeginWithWhatIsKnown) {
  const KernelFamily& family = find_family("simt_tma");
  const SearchSpace plain = layer_space(family);
  RandomWords random(5);
  const std::vector<Point> patterns = plain.patterns();
  std::vector<Candidate> known;
  std::vector<Point> points;
  while (known.size() < 2) {
    Point point = patterns[random.below(patterns.size())];
    plain.draw_kernel(point, random);
    const auto candidate = plain.candidate(point);
    if (!candidate || (!points.empty() && distance(point, points[0]) < 3)) continue;
    known.push_back(*candidate);
    points.push_back(point);
  }
  Candidate other = known[0];
  other.config.go.left *= 2;
  known.insert(known.begin() + 1, other);
  other = known[0];
  other.kernel.family = "simt_gather";
  known.push_back(other);
  other = known[0];
  other.kernel.tunables["unroll"] = 7;
  known.push_back(other);
  known.push_back(known[0]);

  SearchSpace space = layer_space(family);
  space.begin_with(known);
  ASSERT_EQ(space.first(), points);
  for (const StrategyRow& row : strategies()) {
    if (row.name == "exhaustive") continue;  // would walk millions of points
    const std::vector<Point> with = proposals(space, row.name, 1, 5);
    const std::vector<Point> without = proposals(plain, row.name, 1, 5);
    if (row.asks_model)
      EXPECT_EQ(with[0], points[0]) << row.name;
    else
      EXPECT_EQ(with, without) << row.name;
  }
  RandomWords seed(1);
  const std::vector<ExpectedPoint> order = model_order(space, seed);
  EXPECT_EQ(order[1].point, points[1]);
  std::set<Point> all;
  for (const ExpectedPoint& expected : order) EXPECT_TRUE(all.insert(expected.point).second);
}

// Of a sampled space, whose kernels of a pattern are few.
TEST(ModelOrder, BeginsWithKernelsThatNoTunableAloneImproves) {
  for (const KernelFamily& family : kernel_families()) {
    const SearchSpace space = layer_space(family);
    ASSERT_FALSE(is_walked(space)) << family.name;
    RandomWords random(3);
    const std::vector<ExpectedPoint> order = model_order(space, random);
    ASSERT_FALSE(order.empty()) << family.name;
    std::set<Point> points;
    for (const ExpectedPoint& expected : order)
      EXPECT_TRUE(points.insert(expected.point).second) << family.name;
    const auto first = std::min_element(
        order.begin(), order.end(), [](const auto& a, const auto& b) { return a.cost < b.cost; });
    EXPECT_EQ(first->cost, expected_cost(space, *space.candidate(first->point)));
    for (std::size_t axis = space.pattern_axes(); axis < space.axes().size(); ++axis)
      for (std::size_t value = 0; value < space.axes()[axis].values.size(); ++value) {
        Point point = first->point;
        point[axis] = value;
        const auto candidate = space.candidate(point);
        if (!candidate) continue;
        EXPECT_GE(expected_cost(space, *candidate), first->cost)
            << candidate->key() << " instead of " << space.candidate(first->point)->key();
      }
  }
}

TEST(Strategies, ProposeCandidatesOnce) {
  for (const KernelFamily& family : kernel_families()) {
    const SearchSpace space = layer_space(family);
    for (const StrategyRow& row : strategies()) {
      SCOPED_TRACE(fmt::format("{} {}", family.name, row.name));
      // The lexical order begins with long stretches of what is no candidate.
      const std::size_t limit = row.name == "exhaustive" ? 20 : 300;
      const std::vector<Point> points = proposals(space, row.name, 1, limit);
      EXPECT_EQ(points.size(), limit);
      EXPECT_EQ(std::set<Point>(points.begin(), points.end()).size(), points.size());
      for (const Point& point : points) EXPECT_TRUE(space.candidate(point));
    }
  }
}

TEST(Strategies, AreDeterministic) {
  const SearchSpace space = layer_space(kernel_families().front());
  for (const StrategyRow& row : strategies()) {
    const std::size_t limit = row.name == "exhaustive" ? 10 : 80;
    const std::vector<Point> points = proposals(space, row.name, 7, limit);
    EXPECT_EQ(points, proposals(space, row.name, 7, limit)) << row.name;
    if (row.name == "exhaustive") continue;  // takes no seed
    EXPECT_NE(points, proposals(space, row.name, 8, limit)) << row.name;
  }
}

TEST(Strategies, ExhaustiveFindsWhatABruteForceCountFinds) {
  for (const KernelFamily& family : kernel_families()) {
    const SearchSpace space = tiny_space(family);
    const std::set<Point> wanted = brute_force(space);
    ASSERT_FALSE(wanted.empty());
    const std::vector<Point> points =
        proposals(space, "exhaustive", 1, std::numeric_limits<std::size_t>::max());
    EXPECT_EQ(std::set<Point>(points.begin(), points.end()), wanted);
    EXPECT_EQ(points.size(), wanted.size());
    EXPECT_TRUE(std::is_sorted(points.begin(), points.end()));
  }
}

// The others end, too, and by then have found everything.
TEST(Strategies, UseASmallSpaceUp) {
  const KernelFamily& family = kernel_families().front();
  const SearchSpace space({.m = 2, .k = 2, .n = 3},
                          Rbgp4Config::parse("go=1x1,gr=1x1,gi=2x2,gb=1x1"),
                          test::synthetic_device(family.target), family);
  const std::size_t wanted = brute_force(space).size();
  ASSERT_GT(wanted, 0U);
  for (const StrategyRow& row : strategies()) {
    const auto strategy = make_strategy(row.name, space, 2);
    std::set<Point> found;
    while (const auto point = strategy->next()) {
      EXPECT_TRUE(found.insert(*point).second) << row.name;
      strategy->report(*point, made_up_ms(*point));
    }
    // But for what the model rules out.
    EXPECT_EQ(found.size() + static_cast<std::size_t>(strategy->pruned()), wanted) << row.name;
    EXPECT_TRUE(row.asks_model || strategy->pruned() == 0) << row.name;
  }
}

// What the model expects to be far slower than its best is left out by those that ask it, and by no other.
TEST(Strategies, LeaveOutWhatTheModelRulesOut) {
  const auto recorded =
      test::RecordedSubspace::read(RBGP_TEST_DATA "/subspaces/h100_f32_row_group.txt");
  const SearchSpace space(recorded.problem, recorded.device, recorded.candidates);
  ModelBest best;
  const std::set<Point> all = brute_force(space);
  for (const Point& point : all) best.see(expected_cost(space, *space.candidate(point)));
  std::set<Point> slow;
  for (const Point& point : all)
    if (best.rules_out(expected_cost(space, *space.candidate(point)))) slow.insert(point);
  ASSERT_FALSE(slow.empty());
  ASSERT_LT(slow.size(), all.size());
  for (const StrategyRow& row : strategies()) {
    const std::vector<Point> found = proposals(space, row.name, 1, all.size());
    const auto slow_found = std::count_if(found.begin(), found.end(),
                                          [&](const Point& point) { return slow.contains(point); });
    EXPECT_EQ(static_cast<std::size_t>(slow_found), row.asks_model ? 0 : slow.size()) << row.name;
  }
}

// Spaces from which less is expected are searched less.
TEST(Strategies, TakeTurnsByWhatTheModelExpects) {
  const SearchSpace fast = tiny_space(find_family("simt_rbgp4mm"));
  const SearchSpace slow = tiny_space(find_family("simt_rbgp4mm"));
  const SearchSpace slowest = tiny_space(find_family("simt_rbgp4mm"));
  const SearchSpace unseen = tiny_space(find_family("simt_rbgp4mm"));
  ModelBest best;
  for (const double cost : {3.0, 2.0, 5.0}) best.see(fast, cost);
  best.see(slow, 4);
  best.see(slowest, 2000);
  EXPECT_EQ(best.ms, 2);
  EXPECT_EQ(best.turns_between(fast), 1);
  EXPECT_EQ(best.turns_between(slow), 4);
  EXPECT_EQ(best.turns_between(slowest), 16);
  EXPECT_EQ(best.turns_between(unseen), 1);
}

// Then less by what was measured, to the end.
TEST(Strategies, TakeTurnsByWhatWasMeasured) {
  constexpr double kNever = std::numeric_limits<double>::infinity();  // nothing of it was right
  std::int64_t last = 0;
  for (const auto& [times, turns] :
       {std::pair{1.0, 1}, {1.05, 1}, {1.1, 2}, {1.5, 26}, {3.0, 64}}) {
    EXPECT_EQ(turns_measured(times), turns) << times;
    EXPECT_GE(turns_measured(times), last);
    last = turns_measured(times);
  }
  EXPECT_EQ(turns_measured(kNever), last);
  EXPECT_GT(turns_measured(1.2), turns_expected(1.2));  // a measurement says more
}

TEST(Strategies, AreAskedForMoreAsTheyLearn) {
  for (const auto& [compilers, answers, expected] : {std::tuple{16, 0, 16},
                                                     {16, 3, 16},
                                                     {16, 4, 17},
                                                     {16, 127, 47},
                                                     {16, 128, 48},
                                                     {16, 9999, 48},
                                                     {1, 7, 2},
                                                     {1, 9999, 3}})
    EXPECT_EQ(unanswered_at_once(static_cast<std::size_t>(compilers), answers),
              static_cast<std::size_t>(expected))
        << compilers << " " << answers;
}

// A family far from another one is not tried.
TEST(Strategies, ShareTheModelsBest) {
  const SearchSpace space = tiny_space(find_family("simt_rbgp4mm"));
  const auto best = std::make_shared<ModelBest>();
  for (const char* name : {"halving", "surrogate", "anneal", "local"}) {
    const auto strategy = find_strategy(name).make({space, 1, best});
    ASSERT_TRUE(std::isfinite(best->ms));
    ModelBest faster = *best;
    faster.see(best->ms / 1e6);
    const auto none = find_strategy(name).make({space, 1, std::make_shared<ModelBest>(faster)});
    EXPECT_TRUE(strategy->next()) << name;
    EXPECT_FALSE(none->next()) << name;
    EXPECT_GT(none->pruned(), 0) << name;
  }
}

TEST(Strategies, ProposeNothingWhereThereIsNothing) {
  const KernelFamily& family = kernel_families().front();
  // 7 x 13 has the complete pattern only.
  const SearchSpace space({.m = 7, .k = 13, .n = 4}, 7, 13, 0.5,
                          test::synthetic_device(family.target), family);
  for (const StrategyRow& row : strategies()) {
    if (row.name == "exhaustive") continue;  // would walk all of the points
    EXPECT_FALSE(make_strategy(row.name, space, 1)->next()) << row.name;
  }
}

// A strategy that learns has to end up at better points than the sample that it started from.
TEST(Strategies, LocalMovesTowardsTheBest) {
  const SearchSpace space = layer_space(kernel_families().front());
  const auto best_of = [](const std::vector<Point>& points) {
    double best = std::numeric_limits<double>::infinity();
    for (const Point& point : points) best = std::min(best, made_up_ms(point));
    return best;
  };
  const double start = best_of(proposals(space, "local", 3, 32));
  const double later = best_of(proposals(space, "local", 3, 600));
  EXPECT_LT(later, start);
}

TEST(Strategies, UnknownNamesListTheKnown) {
  const SearchSpace space = tiny_space(kernel_families().front());
  const std::string message =
      test::refusal(ErrorCode::invalid_argument, [&] { make_strategy("best", space, 1); });
  for (const StrategyRow& row : strategies())
    EXPECT_TRUE(test::has(message, std::string(row.name))) << message;
}

}  // namespace
}  // namespace rbgp
