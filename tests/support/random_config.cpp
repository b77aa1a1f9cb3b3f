#include <support/random_config.hpp>

#include <algorithm>
#include <numeric>

namespace rbgp::test {
namespace {

std::int64_t random_side(RandomWords& random, std::int64_t limit) {
  constexpr std::int64_t kMultiples[] = {9, 15, 18, 24, 27, 36, 48};
  std::int64_t side = 1;
  switch (random.below(3)) {
    case 0:
      side = std::int64_t{1} << random.below(7);
      break;
    case 1:
      side = 1 + static_cast<std::int64_t>(random.below(13));
      break;
    default:
      side = kMultiples[random.below(std::size(kMultiples))];
      break;
  }
  return std::min(side, std::max<std::int64_t>(limit, 1));
}

BaseGraphConfig random_complete(RandomWords& random) {
  const auto left = 1 + static_cast<std::int64_t>(random.below(4));
  const auto right = 1 + static_cast<std::int64_t>(random.below(4));
  return BaseGraphConfig::complete(left, right);
}

}  // namespace

BaseGraphConfig random_graph(RandomWords& random, std::int64_t max_left, std::int64_t max_right,
                             bool only_connected) {
  const std::int64_t left = random_side(random, max_left);
  const std::int64_t right = random_side(random, max_right);
  // Both degrees are integers exactly when the density is a multiple of 1/gcd.
  const std::int64_t parts = std::gcd(left, right);
  BaseGraphConfig config = BaseGraphConfig::complete(left, right);
  const auto part = 1 + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(parts)));
  config.left_degree = part * right / parts;
  const bool can_connect =
      config.is_complete() || std::min(config.left_degree, config.right_degree()) >= 2;
  return can_connect || !only_connected ? config : BaseGraphConfig::complete(left, right);
}

Rbgp4Config random_config(RandomWords& random, const ConfigLimits& limits) {
  while (true) {
    Rbgp4Config config;
    config.gr = random_complete(random);
    config.gb = random_complete(random);
    std::int64_t rows = limits.max_rows / config.row_repetition();
    std::int64_t cols = limits.max_cols / (config.gr.right * config.gb.right);
    if (rows < 1 || cols < 1) continue;
    // Of the two, either may take what there is and leave the other a single vertex: one-tile
    // matrices and tiles of a single row group.
    const bool go_first = random.bit();
    BaseGraphConfig& first = go_first ? config.go : config.gi;
    BaseGraphConfig& second = go_first ? config.gi : config.go;
    first = random_graph(random, rows, cols, limits.only_connected);
    rows /= first.left;
    cols /= first.right;
    if (rows < 1 || cols < 1) continue;
    second = random_graph(random, rows, cols, limits.only_connected);
    if (config.rows() <= limits.max_rows && config.cols() <= limits.max_cols) return config;
  }
}

std::optional<KernelConfig> random_kernel(RandomWords& random, const KernelFamily& family,
                                          const Rbgp4Config& config, const Problem& problem,
                                          const DeviceProperties& device, int draws,
                                          const std::map<std::string, std::int64_t>& fixed) {
  const std::vector<Tunable> tunables = family.tunables(device);
  for (int draw = 0; draw < draws; ++draw) {
    KernelConfig kernel{std::string(family.name), fixed};
    for (const Tunable& tunable : tunables)
      kernel.tunables.try_emplace(tunable.name,
                                  tunable.values[random.below(tunable.values.size())]);
    if (!family.unsupported({config, problem, kernel, device})) return kernel;
  }
  return std::nullopt;
}

}  // namespace rbgp::test
