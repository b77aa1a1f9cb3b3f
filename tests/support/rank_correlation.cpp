#include <support/rank_correlation.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace rbgp::test {
namespace {

std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> result(values.size());
  for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    for (std::size_t i = begin; i < end; ++i)
      result[order[i]] = static_cast<double>(begin + end - 1) / 2;
  }
  return result;
}

}  // namespace

double spearman(const std::vector<double>& x, const std::vector<double>& y) {
  const std::vector<double> ranks_x = ranks(x), ranks_y = ranks(y);
  const double mean = static_cast<double>(x.size() - 1) / 2;
  double xy = 0, xx = 0, yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xy += (ranks_x[i] - mean) * (ranks_y[i] - mean);
    xx += (ranks_x[i] - mean) * (ranks_x[i] - mean);
    yy += (ranks_y[i] - mean) * (ranks_y[i] - mean);
  }
  return xy / std::sqrt(xx * yy);
}

}  // namespace rbgp::test
