// Whether the cost model ranks what was measured: random sweeps on an H100, a file each in sweeps/.
//
// A file holds the problem, the names of each family's tunables, and a line a candidate: milliseconds,
// configuration, family, tunables. All candidates that were right are in it, in the order drawn, up to 200;
// those that took three times the best were timed once.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>
#include <set>
#include <sstream>

#include <rbgp/codegen.hpp>
#include <support/kernel_cases.hpp>
#include <tuner/cost_model.hpp>

namespace rbgp {
namespace {

struct Sample {
  double measured_ms, predicted_ms;
};

struct Sweep {
  std::string name;
  std::vector<Sample> samples;  // fastest first
};

DeviceProperties h100() {
  DeviceProperties device = test::synthetic_device(DeviceKind::cuda);
  device.name = "NVIDIA H100 80GB HBM3";
  return device;
}

KernelConfig kernel_of(const std::string& family, const std::vector<std::string>& names,
                       std::istream& line) {
  KernelConfig kernel = parse_kernel(family, h100());  // a tunable that is new has its default
  for (const std::string& name : names) line >> kernel.tunables[name];
  return kernel;
}

// Only candidates of today's families count: a shape that is refused now is no reason to fail.
Sweep read_sweep(const std::filesystem::path& file) {
  std::ifstream in(file);
  Sweep sweep{.name = file.stem().string(), .samples = {}};
  const DeviceProperties device = h100();
  Problem problem;
  std::map<std::string, std::vector<std::string>> tunables;
  for (std::string text; std::getline(in, text);) {
    std::istringstream line(text);
    std::string first, second, third;
    line >> first >> second;
    if (first == "#") continue;
    if (first == "problem") {
      problem.m = std::stoll(second);
      std::string dtype, layout;
      line >> problem.k >> problem.n >> dtype >> layout;
      problem.dtype = parse_dtype(dtype);
      problem.layout = parse_layout(layout);
    } else if (first == "family") {
      for (std::string name; line >> name;) tunables[second].push_back(name);
    } else {
      line >> third;
      const Rbgp4Config config = Rbgp4Config::parse(second);
      const KernelConfig kernel = kernel_of(third, tunables.at(third), line);
      EXPECT_FALSE(line.fail()) << text;
      if (find_family(third).unsupported({config, problem, kernel, device})) continue;
      sweep.samples.push_back({std::stod(first), predicted_ms({config, kernel}, problem, device)});
    }
  }
  std::sort(sweep.samples.begin(), sweep.samples.end(),
            [](const Sample& a, const Sample& b) { return a.measured_ms < b.measured_ms; });
  return sweep;
}

std::vector<Sweep> sweeps() {
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(RBGP_TEST_DATA "/sweeps"))
    files.insert(entry.path());
  std::vector<Sweep> all;
  for (const auto& file : files) all.push_back(read_sweep(file));
  return all;
}

// Equal values share the mean of their ranks.
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

// Spearman's coefficient of the first `count` samples.
double spearman(const std::vector<Sample>& samples, std::size_t count) {
  std::vector<double> measured, predicted;
  for (std::size_t i = 0; i < count; ++i) {
    measured.push_back(samples[i].measured_ms);
    predicted.push_back(samples[i].predicted_ms);
  }
  const std::vector<double> x = ranks(measured), y = ranks(predicted);
  const double mean = static_cast<double>(count - 1) / 2;
  double xy = 0, xx = 0, yy = 0;
  for (std::size_t i = 0; i < count; ++i) {
    xy += (x[i] - mean) * (y[i] - mean);
    xx += (x[i] - mean) * (x[i] - mean);
    yy += (y[i] - mean) * (y[i] - mean);
  }
  return xy / std::sqrt(xx * yy);
}

TEST(CostModelRank, OrdersWhatWasMeasured) {
  constexpr std::size_t kLeastSamples = 100;
  for (const Sweep& sweep : sweeps()) {
    SCOPED_TRACE(sweep.name);
    const std::size_t count = sweep.samples.size();
    ASSERT_GE(count, kLeastSamples);
    const double all = spearman(sweep.samples, count);
    const double quarter = spearman(sweep.samples, count / 4);
    const auto before_best =
        std::count_if(sweep.samples.begin(), sweep.samples.end(), [&](const Sample& sample) {
          return sample.predicted_ms < sweep.samples.front().predicted_ms;
        });
    EXPECT_GE(all, 0.8);
    EXPECT_GE(quarter, 0.5);
    EXPECT_LT(static_cast<double>(before_best), 0.1 * static_cast<double>(count));
    std::printf("%s: %zu candidates, Spearman %.3f, fastest quarter %.3f, best is number %td\n",
                sweep.name.c_str(), count, all, quarter, before_best + 1);
  }
}

// In milliseconds, too: half of the candidates take no more than half as long again as predicted, or the
// other way round.
TEST(CostModelRank, IsNearInMilliseconds) {
  for (const Sweep& sweep : sweeps()) {
    std::vector<double> errors;
    for (const Sample& sample : sweep.samples)
      errors.push_back(std::abs(std::log(sample.predicted_ms / sample.measured_ms)));
    std::nth_element(errors.begin(), errors.begin() + errors.size() / 2, errors.end());
    EXPECT_LT(errors[errors.size() / 2], std::log(1.5)) << sweep.name;
    std::printf("%s: median factor %.2f\n", sweep.name.c_str(),
                std::exp(errors[errors.size() / 2]));
  }
}

}  // namespace
}  // namespace rbgp
