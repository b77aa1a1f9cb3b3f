#include <tuner/cost_model.hpp>

#include <algorithm>
#include <cmath>

namespace rbgp {
namespace {

// Of the lesser ones of a step's times that does not hide behind the longest: seen of kernels on CUDA and
// tensor cores alike.
constexpr double kOverlap = 0.2;

constexpr std::array<std::string_view, kCeilings> kNames = {
    "arithmetic", "issue", "shared memory", "L2", "DRAM", "latency", "launch and tail"};

// Clocks of a unit for what one block asks of it.
struct BlockClocks {
  double arithmetic = 0, issue = 0, shared = 0, l2 = 0;
  double store = 0;
  bool issues_arithmetic = false;  // then it is a part of `issue`, and not beside it

  double step() const {
    const double longest = std::max({arithmetic, issue, shared, l2});
    const double multiplying = issues_arithmetic ? std::max(arithmetic, issue) : arithmetic + issue;
    return longest + kOverlap * (multiplying + shared + l2 - longest);
  }
};

// Bytes a clock that a unit gets: more than its share where others have no tile, or where the near half of
// the L2 comes to hold all that is read, and the link between the halves is left out.
double l2_share(const KernelWork& work, const DeviceRates& rates) {
  if (work.dram_bytes <= rates.near_l2_bytes) return rates.unit_l2_bytes;
  const double active = std::min(rates.compute_units, work.tiles);
  return std::min(rates.unit_l2_bytes, rates.l2_bytes * rates.compute_units / active);
}

BlockClocks block_clocks(const KernelWork& work, const DeviceRates& rates) {
  const double rate = rates.multiply_adds[static_cast<std::size_t>(work.unit)];
  return {.arithmetic = work.multiply_adds / rate,
          .issue = work.issues / rates.issues,
          .shared = work.shared_bytes / rates.shared_bytes,
          .l2 = work.l2_bytes / l2_share(work, rates),
          .store = work.store_bytes / rates.store_bytes,
          .issues_arithmetic = rates.issues_multiply_adds && work.unit == ArithmeticUnit::vector};
}

// Clocks of a tile by itself, and of so many at once.
struct TileClocks {
  double busy = 0;  // of the unit
  double own = 0;  // of the block

  double at_once(double blocks) const { return std::max(blocks * busy, own); }
};

TileClocks tile_clocks(const KernelWork& work, const BlockClocks& clocks) {
  return {.busy = work.steps * clocks.step() + clocks.store,
          .own = work.steps * (std::max(clocks.step(), work.chain_clocks) + work.wait_clocks) +
                 clocks.store + work.tile_clocks};
}

}  // namespace

std::string_view to_string(Ceiling ceiling) { return kNames[static_cast<std::size_t>(ceiling)]; }

Prediction predict_time(const KernelShape& shape, const DeviceRates& rates) {
  const KernelWork work = find_family(shape.kernel.family()).work(shape);
  const BlockClocks clocks = block_clocks(work, rates);
  const TileClocks tile = tile_clocks(work, clocks);
  const double resident = std::max(1.0, work.resident);

  // The unit with most tiles takes them `resident` at a time.
  const double most = std::ceil(work.tiles * work.idle_part / rates.compute_units);
  const double full = std::floor(most / resident);
  const double rest = most - full * resident;
  const double start = work.start_clocks + work.start_bytes / l2_share(work, rates);
  const double busy_ms =
      (start + full * tile.at_once(resident) + (rest > 0 ? tile.at_once(rest) : 0)) /
      rates.clocks_per_ms;
  const double dram_ms = work.dram_bytes / rates.dram_bytes_per_ms;

  Prediction prediction{.resident = resident,
                        .tiles = work.tiles,
                        .waves = work.tiles / (rates.compute_units * resident)};
  const double even = work.tiles / rates.compute_units;  // tiles of a unit, shared out evenly
  const auto set = [&](Ceiling ceiling, double ms) {
    prediction.times_ms[static_cast<std::size_t>(ceiling)] = ms;
  };
  const auto of_steps = [&](double step_clocks) {
    return even * work.steps * step_clocks / rates.clocks_per_ms;
  };
  set(Ceiling::arithmetic, of_steps(clocks.arithmetic));
  set(Ceiling::issue, of_steps(clocks.issue));
  set(Ceiling::shared_memory, of_steps(clocks.shared));
  set(Ceiling::l2, of_steps(clocks.l2));
  set(Ceiling::dram, dram_ms);
  set(Ceiling::latency, even / resident * tile.own / rates.clocks_per_ms);
  const double even_ms = even * std::max(tile.busy, tile.own / resident) / rates.clocks_per_ms;
  const double launch_ms = work.tiles < 2 ? rates.lone_launch_ms : rates.launch_ms;
  set(Ceiling::tail, launch_ms + std::max(0.0, busy_ms - even_ms));
  prediction.predicted_ms =
      std::max(busy_ms, dram_ms) + kOverlap * std::min(busy_ms, dram_ms) + launch_ms;
  prediction.binding = static_cast<Ceiling>(
      std::max_element(prediction.times_ms.begin(), prediction.times_ms.end()) -
      prediction.times_ms.begin());
  return prediction;
}

double predicted_ms(const Candidate& candidate, const Problem& problem,
                    const DeviceProperties& device) {
  return predict_time({candidate.config, problem, candidate.kernel, device},
                      assumed_rates(device, problem.dtype))
      .predicted_ms;
}

}  // namespace rbgp
