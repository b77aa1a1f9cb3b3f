#include <tuner/turns.hpp>

#include <algorithm>
#include <cmath>

namespace rbgp {
namespace {

constexpr double kMostExpected = 16;
constexpr double kMostMeasured = 64;
constexpr std::size_t kAnswersForOneMore = 4;
constexpr std::size_t kMostACompiler = 3;

std::int64_t turns(double power, double most) { return std::llround(std::clamp(power, 1.0, most)); }

}  // namespace

std::int64_t turns_expected(double times) { return turns(times * times, kMostExpected); }

std::int64_t turns_measured(double times) { return turns(std::pow(times, 8), kMostMeasured); }

std::size_t unanswered_at_once(std::size_t compilers, std::int64_t answers) {
  return std::min(compilers + static_cast<std::size_t>(answers) / kAnswersForOneMore,
                  kMostACompiler * compilers);
}

}  // namespace rbgp
