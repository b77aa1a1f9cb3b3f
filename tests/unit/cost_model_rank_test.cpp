// Whether the cost model ranks what was measured: random sweeps on an H100 and an H200, a file each in sweeps/, and all
// kernels of one configuration, on an H100 and on hosts, in subspaces/.
//
// A file of a sweep holds the problem, the names of each family's tunables, and a line a candidate: milliseconds,
// configuration, family, tunables (tests/support/record_sweep.py). All candidates that were right are in it;
// those that took three times the best were timed once.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include <rbgp/codegen.hpp>
#include <support/kernel_cases.hpp>
#include <support/rank_correlation.hpp>
#include <support/recorded_subspace.hpp>
#include <tuner/cost_model.hpp>
#include <tuner/model_guide.hpp>

namespace rbgp {
namespace {

struct Sample {
  double measured_ms, predicted_ms;
};

struct Sweep {
  std::string name;
  std::vector<Sample> samples;  // fastest first
};

void sort_by_time(Sweep& sweep) {
  std::sort(sweep.samples.begin(), sweep.samples.end(),
            [](const Sample& a, const Sample& b) { return a.measured_ms < b.measured_ms; });
}

KernelConfig kernel_of(const std::string& family, const std::vector<std::string>& names,
                       const DeviceProperties& device, std::istream& line) {
  KernelConfig kernel = parse_kernel(family, device);  // a tunable that is new has its default
  for (const std::string& name : names) line >> kernel.tunables[name];
  return kernel;
}

// Only candidates of today's families count: a shape that is refused now is no reason to fail.
Sweep read_sweep(const std::filesystem::path& file) {
  std::ifstream in(file);
  Sweep sweep{.name = file.stem().string(), .samples = {}};
  DeviceProperties device = test::synthetic_device(DeviceKind::cuda);
  Problem problem;
  std::map<std::string, std::vector<std::string>> tunables;
  for (std::string text; std::getline(in, text);) {
    std::istringstream line(text);
    std::string first, second, third;
    line >> first >> second;
    if (first == "#") {
      device.name = text.substr(2, text.find(',') - 2);
      continue;
    }
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
      const KernelConfig kernel = kernel_of(third, tunables.at(third), device, line);
      EXPECT_FALSE(line.fail()) << text;
      if (find_family(third).unsupported({config, problem, kernel, device})) continue;
      sweep.samples.push_back({std::stod(first), predicted_ms({config, kernel}, problem, device)});
    }
  }
  sort_by_time(sweep);
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

// By the rates of the recorded device, whatever was measured of this one.
std::vector<Sweep> subspaces() {
  std::vector<Sweep> all;
  for (const test::RecordedSubspace& recorded :
       test::RecordedSubspace::read_all(RBGP_TEST_DATA "/subspaces")) {
    Sweep sweep{.name = recorded.name, .samples = {}};
    const DeviceRates rates = device_rates(recorded.device, recorded.problem.dtype,
                                           assumed_ceilings(recorded.device).ceilings);
    for (const Candidate& candidate : recorded.candidates)
      sweep.samples.push_back(
          {recorded.ms.at(candidate.key()),
           predict_time({candidate.config, recorded.problem, candidate.kernel, recorded.device},
                        rates)
               .predicted_ms});
    sort_by_time(sweep);
    all.push_back(std::move(sweep));
  }
  return all;
}

// Spearman's coefficient of the first `count` samples.
double spearman(const std::vector<Sample>& samples, std::size_t count) {
  std::vector<double> measured, predicted;
  for (std::size_t i = 0; i < count; ++i) {
    measured.push_back(samples[i].measured_ms);
    predicted.push_back(samples[i].predicted_ms);
  }
  return test::spearman(measured, predicted);
}

// How many the model puts before the fastest.
std::size_t before_best(const std::vector<Sample>& samples) {
  return static_cast<std::size_t>(std::count_if(
      samples.begin(), samples.end(),
      [&](const Sample& sample) { return sample.predicted_ms < samples.front().predicted_ms; }));
}

TEST(CostModelRank, OrdersWhatWasMeasured) {
  constexpr std::size_t kLeastSamples = 100;
  for (const Sweep& sweep : sweeps()) {
    SCOPED_TRACE(sweep.name);
    const std::size_t count = sweep.samples.size();
    ASSERT_GE(count, kLeastSamples);
    const double all = spearman(sweep.samples, count);
    const double quarter = spearman(sweep.samples, count / 4);
    const std::size_t before = before_best(sweep.samples);
    EXPECT_GE(all, 0.8);
    EXPECT_GE(quarter, 0.5);
    EXPECT_LT(10 * before, count);
    std::printf("%s: %zu candidates, Spearman %.3f, fastest quarter %.3f, best is number %zu\n",
                sweep.name.c_str(), count, all, quarter, before + 1);
  }
}

// Of all kernels of one configuration: the fastest is among the first tenth, in nine of ten.
TEST(CostModelRank, PutsTheBestOfAnExhaustiveSweepAmongTheFirstTenth) {
  std::size_t all = 0, among_first = 0;
  std::string text;
  for (const Sweep& subspace : subspaces()) {
    const std::size_t count = subspace.samples.size();
    const std::size_t place = before_best(subspace.samples) + 1;
    ++all;
    if (10 * place <= count) ++among_first;
    const double coefficient = spearman(subspace.samples, count);
    EXPECT_GE(coefficient, 0.6) << subspace.name;
    text += fmt::format(
        "{}: the best is number {} of {}, {:.1f} %; Spearman {:.3f}, fastest quarter {:.3f}\n",
        subspace.name, place, count,
        100.0 * static_cast<double>(place) / static_cast<double>(count), coefficient,
        spearman(subspace.samples, count / 4));
  }
  EXPECT_GE(all, 10U);
  EXPECT_GE(10 * among_first, 9 * all) << text;
  std::printf("%s", text.c_str());
}

// A candidate within 3 % of the fastest is far from being ruled out: half of the limit is enough.
TEST(CostModelRank, RulesOutNothingThatIsFast) {
  double most = 0;
  std::string text;
  for (const auto& recorded : {sweeps(), subspaces()})
    for (const Sweep& sweep : recorded) {
      ModelBest best;
      for (const Sample& sample : sweep.samples) best.see(sample.predicted_ms);
      double most_here = 0;
      std::size_t ruled_out = 0;
      for (const Sample& sample : sweep.samples) {
        if (best.rules_out(sample.predicted_ms)) ++ruled_out;
        if (sample.measured_ms <= 1.03 * sweep.samples.front().measured_ms)
          most_here = std::max(most_here, sample.predicted_ms / best.ms);
      }
      most = std::max(most, most_here);
      text += fmt::format("{}: {:.2f} times the model's best, {} of {} ruled out\n", sweep.name,
                          most_here, ruled_out, sweep.samples.size());
    }
  EXPECT_LE(2 * most, kPruned) << text;
  std::printf("%s", text.c_str());
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
