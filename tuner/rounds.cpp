#include <tuner/rounds.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>

namespace rbgp {

double warming_seconds(double seconds) { return std::clamp(seconds / 3, 0.0, kWarmSeconds); }

double settling_seconds(double seconds, std::size_t turns) {
  return std::clamp(seconds / static_cast<double>(turns) - kRoundSeconds, 0.0, kSettledSeconds);
}

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

std::vector<double> steady_rounds(std::span<const double> rounds_ms) {
  std::vector<double> steady;
  if (rounds_ms.empty()) return steady;
  const double limit_ms = kHeldUp * *std::min_element(rounds_ms.begin(), rounds_ms.end());
  std::copy_if(rounds_ms.begin(), rounds_ms.end(), std::back_inserter(steady),
               [&](double ms) { return ms <= limit_ms; });
  return steady;
}

double steady_median(std::span<const double> rounds_ms) {
  return rounds_ms.empty() ? 0 : median_of(steady_rounds(rounds_ms));
}

double noise_floor(std::span<const double> rounds_ms, std::span<const double> twin_rounds_ms) {
  if (rounds_ms.empty() || twin_rounds_ms.empty()) return 0;
  // It is one kernel: what the one of them was faster by than ever the other is noise, and not a delay.
  const double limit_ms =
      kHeldUp * std::max(*std::min_element(rounds_ms.begin(), rounds_ms.end()),
                         *std::min_element(twin_rounds_ms.begin(), twin_rounds_ms.end()));
  std::vector<double> differences;
  for (std::size_t i = 0; i < std::min(rounds_ms.size(), twin_rounds_ms.size()); ++i)
    if (std::max(rounds_ms[i], twin_rounds_ms[i]) <= limit_ms)
      differences.push_back(std::abs(rounds_ms[i] - twin_rounds_ms[i]) /
                            std::min(rounds_ms[i], twin_rounds_ms[i]));
  const double first = steady_median(rounds_ms);
  const double second = steady_median(twin_rounds_ms);
  const double apart = std::abs(first - second) / std::min(first, second);
  if (differences.empty()) return apart;
  const auto rounds = static_cast<double>(differences.size());
  return std::max(apart, median_of(std::move(differences)) / std::sqrt(rounds));
}

bool is_held_up(std::span<const double> samples_ms, double waited_share) {
  if (samples_ms.empty()) return false;
  const double mean_ms = std::accumulate(samples_ms.begin(), samples_ms.end(), 0.0) /
                         static_cast<double>(samples_ms.size());
  return median_of({samples_ms.begin(), samples_ms.end()}) > kHeldUp * mean_ms * (1 - waited_share);
}

bool is_disturbed(std::span<const double> rounds_ms) {
  return steady_rounds(rounds_ms).size() < std::min(rounds_ms.size(), kLeastSteady);
}

CountedRounds counted_rounds(std::span<const double> rounds_ms, const std::vector<bool>& held_up) {
  CountedRounds counted{.ms = {rounds_ms.begin(), rounds_ms.end()}};
  const auto good = std::count(held_up.begin(), held_up.end(), false);
  counted.disturbed = static_cast<std::size_t>(good) < std::min(rounds_ms.size(), kLeastSteady);
  for (std::size_t i = 0; i < counted.ms.size() && !counted.disturbed; ++i)
    if (held_up[i]) counted.ms[i] = std::numeric_limits<double>::infinity();
  counted.disturbed = counted.disturbed || is_disturbed(counted.ms);
  return counted;
}

void RoundCount::add(std::span<const double> rounds_ms) {
  all += static_cast<std::int64_t>(rounds_ms.size());
  dropped += static_cast<std::int64_t>(rounds_ms.size() - steady_rounds(rounds_ms).size());
}

}  // namespace rbgp
