// How a kernel of simt_gather shares out its work: for its source and for what it asks of a device.
#pragma once

#include <generator/kernel_family.hpp>
#include <generator/row_split.hpp>

namespace rbgp::simt_gather {

inline constexpr std::int64_t kOtherRegisters = 26;  // addresses, counters, places

// What follows from a shape: the numbers of the template's Config, and those of Pattern that they depend on.
struct Layout {
  RowSplit split;
  std::int64_t block_groups = 0;
  std::int64_t block_n = 0;
  std::int64_t lanes_n = 0;
  std::int64_t width = 0;  // words of I that a lane reads at once
  std::int64_t lane_cols = 0;  // columns of I of a lane
  std::int64_t split_k = 0;
  std::int64_t stage_tiles = 0;
  std::int64_t chunks = 0;
  std::int64_t tile_pad = 0;  // rows between tiles of I in shared memory
  std::int64_t cols = 0;  // columns of W of a lane in a turn
  std::int64_t turns = 0;  // of a warp in a chunk
  std::int64_t turn_words = 0;  // values of a warp in a turn
  std::int64_t ahead = 0;
  std::int64_t copy_run = 0;  // words of I that are copied at once where tiles are not copied whole
  bool whole_tiles = false;
  std::int64_t input_words = 0;  // of a chunk in shared memory
  std::int64_t end_sums = 0;  // of a lane, once its warp has added up
  std::int64_t registers = 0;  // that a thread may have
  std::int64_t wanted_registers = 0;
  std::int64_t threads = 0;
  std::int64_t blocks = 0;
  std::int64_t shared_bytes = 0;
  std::int64_t packed_words = 0;
};

// The reason where the family does not support the shape.
std::optional<std::string> plan_layout(const KernelShape& shape, Layout& layout);

}  // namespace rbgp::simt_gather
