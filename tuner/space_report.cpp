#include <tuner/space_report.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>

#include <rbgp/error.hpp>
#include <rbgp/tuner.hpp>
#include <tuner/spaces.hpp>
#include <tuner/strategy.hpp>
#include <tuner/sweep_target.hpp>

namespace rbgp {
namespace {

constexpr std::int64_t kDraws = 4000;
constexpr double kFewPoints = 100'000;
constexpr int kMaxDraws = 2'000'000;  // to find patterns among points

// A reason as the constraint that it is of and its numbers: "# threads a block, at most #" and 600, 512. Digits of
// names (f32, block_n) are no numbers.
struct Reason {
  std::string words;
  std::vector<std::int64_t> numbers;
};

bool is_digit(char character) { return std::isdigit(static_cast<unsigned char>(character)) != 0; }

Reason parsed(std::string_view text) {
  Reason reason;
  for (std::size_t at = 0; at < text.size();) {
    const char before = at > 0 ? text[at - 1] : ' ';
    const bool in_name = std::isalnum(static_cast<unsigned char>(before)) != 0 || before == '_';
    if (!is_digit(text[at]) || in_name) {
      reason.words += text[at++];
      continue;
    }
    std::int64_t number = 0;
    const auto end = std::from_chars(text.data() + at, text.data() + text.size(), number).ptr;
    at = static_cast<std::size_t>(end - text.data());
    reason.words += '#';
    reason.numbers.push_back(number);
  }
  return reason;
}

class Counter {
 public:
  explicit Counter(bool is_sample) { count_.is_sample = is_sample; }

  void left() { ++count_.points, ++count_.left; }
  void left(double cost) { left(), count_.costs.push_back(cost); }
  void removed(std::string_view why) {
    ++count_.points;
    Reason reason = parsed(why);
    const auto [found, is_new] = removed_.try_emplace(reason.words);
    Removed& removed = found->second;
    ++removed.points;
    if (is_new) removed.least = removed.most = reason.numbers;
    for (std::size_t i = 0; i < reason.numbers.size(); ++i) {
      removed.least[i] = std::min(removed.least[i], reason.numbers[i]);
      removed.most[i] = std::max(removed.most[i], reason.numbers[i]);
    }
  }

  SpaceCount take() {
    for (const auto& [words, removed] : removed_)
      count_.removed.push_back({text_of(words, removed), removed.points});
    std::sort(count_.removed.begin(), count_.removed.end(),
              [](const Removal& a, const Removal& b) { return a.points > b.points; });
    return std::move(count_);
  }

 private:
  struct Removed {
    std::int64_t points = 0;
    std::vector<std::int64_t> least, most;  // of each number
  };

  // "513 to 1024 threads a block, at most 512"
  static std::string text_of(const std::string& words, const Removed& removed) {
    std::string text;
    std::size_t i = 0;
    for (const char character : words) {
      if (character != '#') {
        text += character;
        continue;
      }
      text += fmt::format("{}", removed.least[i]);
      if (removed.most[i] != removed.least[i]) text += fmt::format(" to {}", removed.most[i]);
      ++i;
    }
    return text;
  }

  SpaceCount count_;
  std::map<std::string, Removed> removed_;
};

std::string removed_text(const SpaceCount& count) {
  std::string text;
  for (const Removal& removal : count.removed)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", removal.points, removal.constraint);
  return text.empty() ? text : fmt::format("; removed: {}", text);
}

}  // namespace

SpaceCount count_patterns(const SearchSpace& space) {
  Counter counter(false);
  std::size_t furthest = 0;
  std::string last;
  Point point(space.axes().size(), 0);
  do {
    std::string why;
    if (space.config(point, &why)) {
      counter.left();
      continue;
    }
    counter.removed(why);
    const std::size_t order = constraint_order(why);
    if (order >= furthest) {
      furthest = order;
      last = why;
    }
  } while (space.advance_pattern(point));
  SpaceCount count = counter.take();
  count.last = last;
  return count;
}

SpaceCount count_kernels(const SearchSpace& space, std::int64_t draws) {
  const bool few = space.size() <= kFewPoints;
  Counter counter(!few);
  std::string why;
  const auto look = [&](const Point& point) {
    if (!space.config(point)) return false;
    if (const auto candidate = space.candidate(point, &why))
      counter.left(expected_cost(space, *candidate));
    else
      counter.removed(why);
    return true;
  };
  if (few) {
    Point point(space.axes().size(), 0);
    do look(point);
    while (space.advance(point));
  } else {
    RandomWords random(derive_seed(0, 0));
    for (int draw = 0; draw < kMaxDraws && draws > 0; ++draw)
      if (look(space.random_point(random))) --draws;
  }
  SpaceCount count = counter.take();
  if (!count.removed.empty()) count.last = count.removed.front().constraint;
  return count;
}

void remove_slow(SpaceCount& count, const ModelBest& best) {
  const auto slow = std::count_if(count.costs.begin(), count.costs.end(),
                                  [&](double cost) { return best.rules_out(cost); });
  if (slow == 0) return;
  count.left -= slow;
  const Removal removal{fmt::format("the model expects more than {} times its best", kPruned),
                        slow};
  count.removed.insert(
      std::lower_bound(count.removed.begin(), count.removed.end(), removal,
                       [](const Removal& a, const Removal& b) { return a.points > b.points; }),
      removal);
}

namespace {

std::string kernels_line(const SearchSpace& space, const SpaceCount& kernels) {
  return fmt::format("{}: {} {}, {} left ({:.3g} %){}", space.family().name, kernels.points,
                     kernels.is_sample ? "pairs of pattern and kernel drawn" : "kernels",
                     kernels.left,
                     100.0 * static_cast<double>(kernels.left) /
                         static_cast<double>(std::max<std::int64_t>(1, kernels.points)),
                     removed_text(kernels));
}

}  // namespace

std::vector<std::string> describe_space(const TuneRequest& request) {
  TuneRequest of = request;
  if (request.pattern) of.config = request.pattern->config();
  const bool asks_model = find_strategy(request.strategy).asks_model;
  std::vector<std::string> lines;
  std::vector<std::string> notes;
  const auto spaces = make_spaces(of, resolve_target(of, notes), of.device.properties());
  if (!of.config) {
    const SpaceCount patterns = count_patterns(*spaces.front());
    require(patterns.left > 0, ErrorCode::invalid_argument,
            "no pattern is left of {}; what removed the last: {}", patterns.points, patterns.last);
    lines.push_back(fmt::format("{} patterns, {} left{}", patterns.points, patterns.left,
                                removed_text(patterns)));
  }
  ModelBest best;
  std::vector<SpaceCount> counts;
  for (const auto& space : spaces) {
    space->expect(known_ceilings(space->device()).ceilings);
    counts.push_back(count_kernels(*space, kDraws));
    for (const double cost : counts.back().costs) best.see(cost);
  }
  for (std::size_t i = 0; i < spaces.size(); ++i) {
    if (asks_model) remove_slow(counts[i], best);
    lines.push_back(kernels_line(*spaces[i], counts[i]));
  }
  return lines;
}

}  // namespace rbgp
