// What a kernel asks of its device: stated by its family, turned into a time by the tuner's cost model
// (tuner/cost_model.hpp), which knows devices and no families.
//
// A launch is a number of tiles, a tile a number of equal steps. What a step asks for is counted for one
// block (on the host: one task) with everything that is really done: explicit zeros, padding, copies.
#pragma once

#include <cstdint>

#include <generator/kernel_family.hpp>

namespace rbgp {

// What multiplies. A device has a rate for each.
enum class ArithmeticUnit {
  vector,  // CUDA cores, or the vector units of a host's core
  warp_tensor,  // tensor cores by mma.sync
  group_tensor,  // tensor cores by wgmma
};

struct KernelWork {
  ArithmeticUnit unit = ArithmeticUnit::vector;
  double tiles = 0;  // of the launch
  double idle_part = 1;  // that units take longer because some are left idle
  double steps = 0;  // of a tile
  double resident = 1;  // blocks that share a compute unit, as registers, memory and threads allow

  // Of a step of a block.
  double multiply_adds = 0;
  double issues = 0;  // instructions of warps; on the host loads of a core
  double shared_bytes = 0;  // 128 of them are a wavefront, whatever a lane uses of it
  double l2_bytes = 0;  // from the cache that all units share; on the host from that of a core
  // What the block takes at least, however idle the unit: a warp's instructions behind each other with the
  // delay of their operands.
  double chain_clocks = 0;
  double wait_clocks = 0;  // in which it does nothing: barriers, copies that did not run ahead

  // Of a tile of a block, beside its steps.
  double store_bytes = 0;  // of O, on its way out of the unit
  double tile_clocks = 0;  // first copies, last sums, addresses

  // Of the launch.
  // That a block waits for before its first step, copies of later ones behind them.
  double start_bytes = 0;
  double start_clocks = 0;  // before its first copies
  double dram_bytes = 0;  // values, I and O, once each
};

// Blocks of a CUDA kernel on a multiprocessor; 0 where not even one fits.
std::int64_t resident_blocks(const DeviceProperties& device, std::int64_t threads,
                             std::int64_t thread_registers, std::int64_t shared_bytes);

// Values, I and O of a shape, once each, in bytes.
double operand_bytes(const KernelShape& shape);

// Tiles of so many rows and columns that cover O.
double tiles_of(const KernelShape& shape, double tile_rows, double tile_cols);

// Clocks of a block of a cluster whose blocks share the steps of a tile of so many sums: they go into shared memory,
// and come out of it for other blocks, between two barriers of the cluster.
double join_clocks(double rows, double cols);

// KernelWork::idle_part of blocks in clusters, of which `resident` share a multiprocessor. Those lie in groups, which
// clusters of more than two blocks, or of blocks that share a multiprocessor, do not fill: 256 blocks in fours or twos,
// two a multiprocessor, took two turns on the 132 of an H200.
double idle_part_of_clusters(double cluster, double resident);

// Columns that a group of `merge` vertices of a base graph meets, chosen for what they have in common.
double merged_columns(const BaseGraphConfig& graph, double merge);

// Vectors that a core of the host multiplies and adds a clock: two, and one where it does halves of them in turn.
double host_vectors_a_clock(const DeviceProperties& device);

inline double as_double(std::int64_t value) { return static_cast<double>(value); }

}  // namespace rbgp
