// Times of the finals, a number a round, and what may be made of them where others are at work on the machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rbgp {

// What others do can only hold a kernel up. A round that took more than this times the least of its kernel's was held
// up, and says nothing of the kernel: undisturbed rounds lie within a fifth of the least, while a team of threads that
// waits for a processor takes a slice of the scheduler's, which is a hundred times what a small kernel takes.
inline constexpr double kHeldUp = 2;

// What a round takes at least, after it has settled: enough for the median, short enough that the others follow at once.
inline constexpr double kRoundSeconds = 0.02;

// A GPU's clock follows the power that is drawn, and would be that of the kernel before: how long one runs until the clock is
// its own. On an H100 after a dense product in bf16 0.3 s change nothing that 0.15 s do not.
inline constexpr double kSettledSeconds = 0.15;

// What a GPU that idled draws over its limit at first, it has to make up for within the second: an H200 whose clock settles
// at 1.55 GHz has 1.98, then 1.6, and 0.8 s after the start 1.3. How long one kernel runs before the rounds begin.
inline constexpr double kWarmSeconds = 1;

// As much of that as a third of `seconds` holds.
double warming_seconds(double seconds);

// As much of kSettledSeconds as there is time for before a round, where `seconds` hold so many turns.
double settling_seconds(double seconds, std::size_t turns);

// Of an odd or even number of values; at least one.
double median_of(std::vector<double> values);

// Those that were not held up, in their order.
std::vector<double> steady_rounds(std::span<const double> rounds_ms);

// Of the steady ones; 0 without rounds.
double steady_median(std::span<const double> rounds_ms);

// How far the steady medians of the very same kernel, entered twice, lie apart, as a part of the smaller; and at
// least what the steady rounds' own differences let expect, since luck may make medians equal. 0 without rounds.
double noise_floor(std::span<const double> rounds_ms, std::span<const double> twin_rounds_ms);

// Where all rounds are held up they are like each other. Then the system's scheduler tells: of the samples of a round,
// whether their median is more than kHeldUp times what a thread worked for one in the mean, where it had no processor
// for `waited_share` of the time. A few long waits leave the median what it is.
bool is_held_up(std::span<const double> samples_ms, double waited_share);

// Whether so few of the rounds were steady that their median is chance: fewer than kLeastSteady of as many or more.
inline constexpr std::size_t kLeastSteady = 3;
bool is_disturbed(std::span<const double> rounds_ms);

// Rounds of which is_held_up says which had no processors: infinite where enough others are left, so that they are
// dropped; as they are where not, and then all of them are disturbed.
struct CountedRounds {
  std::vector<double> ms;
  bool disturbed = false;
};
CountedRounds counted_rounds(std::span<const double> rounds_ms, const std::vector<bool>& held_up);

// How many rounds there were, and how many of them were held up.
struct RoundCount {
  std::int64_t all = 0;
  std::int64_t dropped = 0;

  void add(std::span<const double> rounds_ms);
};

}  // namespace rbgp
