#include <pipe/picture_axis.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace rbgp::picture {
namespace {

std::vector<double> linear_ticks(double lowest, double highest, int wanted) {
  const double step = tick_step(highest - lowest, wanted);
  std::vector<double> ticks;
  // Counted, so that zero is zero.
  for (double i = std::ceil(lowest / step); i * step <= highest; ++i) ticks.push_back(i * step);
  return ticks;
}

// Powers of ten times the digits, and of many only every second, third, ... power.
std::vector<double> logarithmic_ticks(double lowest, double highest, std::span<const double> digits,
                                      int every) {
  std::vector<double> ticks;
  for (double power = std::floor(std::log10(lowest)); power <= std::log10(highest); ++power) {
    if (std::fmod(power, every) != 0) continue;
    for (const double digit : digits) {
      const double tick = digit * std::pow(10, power);
      if (tick >= lowest && tick <= highest) ticks.push_back(tick);
    }
  }
  return ticks;
}

}  // namespace

Axis Axis::around(std::span<const double> values, bool logarithmic, double margin) {
  std::vector<double> numbers;
  for (const double value : values)
    if (std::isfinite(value) && (!logarithmic || value > 0))
      numbers.push_back(logarithmic ? std::log10(value) : value);
  if (numbers.empty()) return {.logarithmic = logarithmic, .lowest = 1, .highest = 10};
  const auto [lowest, highest] = std::minmax_element(numbers.begin(), numbers.end());
  // A single number has some room, too.
  const double least = logarithmic ? 0.05 : std::max(0.02, 0.02 * std::abs(*highest));
  const double room = std::max(margin * (*highest - *lowest), least);
  const auto back = [&](double number) { return logarithmic ? std::pow(10, number) : number; };
  return {
      .logarithmic = logarithmic, .lowest = back(*lowest - room), .highest = back(*highest + room)};
}

double Axis::at(double value) const {
  const double share = logarithmic ? std::log(value / lowest) / std::log(highest / lowest)
                                   : (value - lowest) / (highest - lowest);
  return begin + share * (end - begin);
}

std::vector<double> Axis::ticks(int wanted) const {
  if (!logarithmic) return linear_ticks(lowest, highest, wanted);
  constexpr double kDigits[] = {1, 2, 5};
  std::vector<double> ticks = logarithmic_ticks(lowest, highest, kDigits, 1);
  if (ticks.size() < 3) return linear_ticks(lowest, highest, wanted);
  const auto most = static_cast<std::size_t>(wanted + 2);
  for (int every = 1; ticks.size() > most; ++every)
    ticks = logarithmic_ticks(lowest, highest, std::span(kDigits).first(1), every);
  return ticks;
}

double tick_step(double span, int steps) {
  const double power = std::pow(10, std::floor(std::log10(span / steps)));
  for (const double digit : {5.0, 2.0, 1.0})
    if (digit * power <= span / steps) return digit * power;
  return power;
}

std::string tick_text(double value) { return fmt::format("{:.4g}", value + 0.0); }  // no -0

}  // namespace rbgp::picture
