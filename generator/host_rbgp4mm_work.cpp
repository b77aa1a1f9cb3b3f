// What a task of host_rbgp4mm asks of its core: see generator/host_emitter.cpp for what it does.
#include <algorithm>
#include <cmath>

#include <generator/families.hpp>
#include <generator/kernel_work.hpp>
#include <generator/row_split.hpp>

namespace rbgp::host_rbgp4mm {
namespace {

constexpr double kLatencyClocks = 4;  // of a multiply-add, to the next one on the same sums
// On a core that multiplies two vectors a clock, of a turn of the loop over neighbours, the rest of which it hides, and
// of a vector of I that is not packed, and so not in the first level.
constexpr double kTurnClocks = 0.1;
constexpr double kApartClocks = 0.4;
// One that multiplies one has the time for both, but no use for code that is repeated: of each copy, as far as seen.
constexpr double kCopyClocks = 0.1;
constexpr double kMostCopies = 8;
constexpr double kPackClocks = 3;  // of a vector of I, read across its rows, and written
constexpr double kFirstLevelBytes = 32 << 10;
constexpr double kSecondLevelBytes = 1 << 20;  // where it is not known
constexpr double kFarther = 1.5;  // that a byte takes from behind the second level

// A core has the places of some pages at once, of more with a delay, and walks for the others.
constexpr double kPageBytes = 4096;
constexpr double kNearPages = 64;
constexpr double kKnownPages = 2048;
// What those two take of a core that multiplies and looks ahead, in bytes of the second level, and of one that packs.
constexpr double kDelayBytes = 480;
constexpr double kWalkBytes = 620;
constexpr double kPackWalkClocks = 30;
// Walks to neighbours help each other: this for a row that has none, less as the root of those that follow each other.
constexpr double kLoneWalkClocks = 8;

struct Input {
  double bytes = 0;
  double row_bytes = 0;

  double pages() const { return bytes / kPageBytes; }
  double pages_a_row() const { return std::min(1.0, row_bytes / kPageBytes); }
  bool walks() const { return pages() > kKnownPages; }

  // What a part of a row takes, rows being read from I itself in W's order: bytes of the second level.
  double unpacked_bytes(double part_bytes, double second_level) const {
    const double place = walks() ? kWalkBytes : pages() > kNearPages ? kDelayBytes : 0;
    return std::max(place * pages_a_row(), part_bytes * (bytes > second_level ? kFarther : 1));
  }

  double walk_clocks(double run) const {
    return walks() ? kLoneWalkClocks * pages_a_row() / std::sqrt(run) : 0;
  }
  double pack_walk_clocks() const { return walks() ? kPackWalkClocks * pages_a_row() : 0; }
};

// The same of a packed panel's row.
double packed_bytes(double part_bytes, double panel_bytes, double second_level) {
  if (panel_bytes <= kFirstLevelBytes) return 0;
  return part_bytes * (panel_bytes > second_level ? kFarther : 1);
}

// Columns of a row of W that follow each other without a gap, in the mean.
double mean_run(const Rbgp4Config& config) {
  const auto of = [](const BaseGraphConfig& graph, double cols) {
    return graph.is_complete() ? cols * as_double(graph.right) : cols / (1 - graph.density());
  };
  const double of_gi = of(config.gi, as_double(config.gb.right));
  return config.gi.is_complete() ? of(config.go, of_gi * as_double(config.gr.right)) : of_gi;
}

}  // namespace

KernelWork work(const KernelShape& shape) {
  const Rbgp4Config& config = shape.config;
  const KernelValues& kernel = shape.kernel;
  const auto split = split_row_groups(config, kernel.at("tile_rows"));
  const double element = as_double(dtype_bytes(shape.problem.dtype));
  const double rows = as_double(split->tile_rows());
  const double vectors = as_double(kernel.at("tile_vectors"));
  const double parts = as_double(kernel.at("row_parts"));
  const double cols = vectors * shape.device.vector_floats;
  const double nnz = as_double(config.tile_row_nnz());
  const bool packed = kernel.at("pack_input") != 0;
  const double second_level =
      shape.device.shared_bytes > 0 ? as_double(shape.device.shared_bytes) : kSecondLevelBytes;
  const double row_bytes = as_double(shape.problem.input_cols()) * element;
  const Input input{.bytes = as_double(shape.problem.input_rows()) * row_bytes,
                    .row_bytes = row_bytes};

  // A step is a column of W in a register tile; a tile of the launch is a task, all its register tiles. The last
  // panel has the columns that are left: tasks are counted at their mean.
  const double panels = as_double(shape.problem.n) / cols;
  const double mean = panels / std::ceil(panels);
  const double block_cols = as_double(config.gb.right);
  const double copies =
      kernel.at("immediate") != 0 ? nnz / block_cols : as_double(kernel.at("unroll"));
  const double task_rows = as_double(config.rows()) / parts;

  KernelWork work;
  work.tiles = std::ceil(panels) * parts;
  work.steps = mean * task_rows / rows * as_double(config.nnz_per_row());
  work.multiply_adds = rows * cols;
  work.issues = rows + vectors;
  work.l2_bytes =
      packed ? packed_bytes(cols * element, cols * as_double(config.cols()) * element, second_level)
             : input.unpacked_bytes(cols * element, second_level);
  work.chain_clocks = kLatencyClocks;
  const bool has_time = host_vectors_a_clock(shape.device) < 2;
  work.wait_clocks = has_time ? kCopyClocks * std::min(copies, kMostCopies)
                              : kTurnClocks / std::min(copies * block_cols, nnz) +
                                    (packed ? 0 : kApartClocks * vectors);
  if (!packed) work.wait_clocks += input.walk_clocks(mean_run(config));
  work.store_bytes = mean * task_rows * cols * element;
  if (packed)
    work.tile_clocks =
        mean * (kPackClocks * vectors + input.pack_walk_clocks()) * as_double(config.cols());
  work.dram_bytes = operand_bytes(shape);
  return work;
}

}  // namespace rbgp::host_rbgp4mm
