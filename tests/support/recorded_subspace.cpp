#include <support/recorded_subspace.hpp>

#include <cmath>
#include <deque>
#include <limits>
#include <set>
#include <sstream>

#include <pipe/file_io.hpp>
#include <rbgp/codegen.hpp>
#include <rbgp/error.hpp>
#include <tuner/strategy.hpp>
#include <tuner/sweep_identity.hpp>

namespace rbgp::test {
namespace {

std::size_t digit(char character) {
  return static_cast<std::size_t>(character <= '9' ? character - '0' : character - 'a' + 10);
}

}  // namespace

RecordedSubspace RecordedSubspace::read(const std::filesystem::path& file) {
  std::istringstream stream(read_whole(file));
  std::string line, family;
  std::getline(stream, line);
  const SweepIdentity sweep = SweepIdentity::parse(line);
  std::getline(stream, family);
  RecordedSubspace subspace{.name = file.stem().string(),
                            .problem = sweep.problem,
                            .device = sweep.device,
                            .best_ms = std::numeric_limits<double>::infinity()};
  const Rbgp4Config config = Rbgp4Config::parse(sweep.config);
  std::vector<std::pair<std::string, std::vector<std::int64_t>>> axes;
  while (std::getline(stream, line)) {
    std::istringstream words(line);
    std::string first;
    words >> first;
    if (first[0] >= 'a' && first.find_first_of("0123456789") == first.npos) {
      axes.emplace_back(first, std::vector<std::int64_t>());
      for (std::int64_t value = 0; words >> value;) axes.back().second.push_back(value);
      continue;
    }
    require(first.size() == axes.size(), ErrorCode::invalid_argument, "{}: '{}'", file.string(),
            line);
    Candidate candidate{config, parse_kernel(family, sweep.device)};
    for (std::size_t i = 0; i < axes.size(); ++i)
      candidate.kernel.tunables[axes[i].first] = axes[i].second.at(digit(first[i]));
    std::string time;
    words >> time;
    const double ms = time == "-" ? std::numeric_limits<double>::infinity() : std::stod(time);
    subspace.best_ms = std::min(subspace.best_ms, ms);
    subspace.ms[candidate.key()] = ms;
    subspace.candidates.push_back(std::move(candidate));
  }
  return subspace;
}

std::vector<RecordedSubspace> RecordedSubspace::read_all(const std::filesystem::path& folder) {
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.insert(entry.path());
  std::vector<RecordedSubspace> all;
  for (const auto& file : files) all.push_back(read(file));
  return all;
}

double RecordedSubspace::ratio_found(std::string_view strategy_name, std::uint64_t seed,
                                     std::size_t evaluations, std::size_t window) const {
  const SearchSpace space(problem, device, candidates);
  const auto strategy = make_strategy(strategy_name, space, seed);
  std::deque<Point> unanswered;
  double found = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < evaluations; ++i) {
    const auto point = strategy->next();
    if (!point) break;
    found = std::min(found, ms.at(space.candidate(*point)->key()));
    unanswered.push_back(*point);
    if (unanswered.size() < window) continue;
    strategy->report(unanswered.front(), ms.at(space.candidate(unanswered.front())->key()));
    unanswered.pop_front();
  }
  return found / best_ms;
}

}  // namespace rbgp::test
