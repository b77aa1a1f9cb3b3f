#include <generator/wgmma_pattern.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

#include <fmt/format.h>

namespace rbgp::wgmma {
namespace {

// A slab that a row group multiplies.
struct ListedSlab {
  std::int64_t part = 0;  // of a tile
  std::int32_t slab = 0;  // among those of the part
  std::int32_t value = 0;  // among those that a row has values in
};

// Those of row group u of Gi, part by part.
std::vector<ListedSlab> listed_slabs(const KernelSpec& spec, const GiSlabs& slabs, std::int64_t u) {
  const Rbgp4Config& config = spec.pattern.config();
  const std::int64_t neighbour_slabs = config.gb.right / slabs.slab;
  // Vertices of the graph that Gi is a lift of: all of Gi's where it is not split.
  const std::int64_t bases = config.gi.right / slabs.clones;
  const std::int64_t part_bases = bases * slabs.part_cols / config.tile_cols();
  const auto row = spec.pattern.gi().neighbours(u);
  std::vector<ListedSlab> found;
  for (std::int64_t slice = 0; slice < config.gr.right; ++slice)
    for (std::size_t k = 0; k < row.size(); ++k) {
      const std::int64_t base = row[k] % bases;
      const std::int64_t vertex = slice * config.gi.right + row[k] / bases * part_bases +
                                  (slabs.clones == 1 ? base : base % part_bases);
      const std::int64_t value = slice * config.gi.left_degree + static_cast<std::int64_t>(k);
      for (std::int64_t s = 0; s < neighbour_slabs; ++s)
        found.push_back({slabs.clones == 1 ? 0 : base / part_bases,
                         static_cast<std::int32_t>(vertex * neighbour_slabs + s),
                         static_cast<std::int32_t>(value * neighbour_slabs + s)});
    }
  std::stable_sort(found.begin(), found.end(),
                   [](const ListedSlab& a, const ListedSlab& b) { return a.part < b.part; });
  return found;
}

// Pattern's members that say which slabs of the parts of a tile a row group multiplies and, where they are not
// in the order of its values, which values those are.
AdjacencySource listed_slab_source(const KernelSpec& spec, const GiSlabs& slabs) {
  AdjacencySource source;
  std::vector<std::int32_t> places, values;
  for (std::int64_t u = 0; u < spec.pattern.config().gi.left; ++u)
    for (const ListedSlab& listed_slab : listed_slabs(spec, slabs, u)) {
      places.push_back(listed_slab.slab);
      values.push_back(listed_slab.value);
    }
  const auto add = [&](const char* array, const char* member,
                       const std::vector<std::int32_t>& numbers) {
    source.array += device_array(array, numbers);
    source.member += device_function(
        member, "int group, int s",
        fmt::format("{}[group / {} * {} + s]", array, slabs.gi_copies,
                    numbers.size() / static_cast<std::size_t>(spec.pattern.config().gi.left)));
  };
  add("kGiSlabs", "slab", places);
  if (slabs.clones > 1) add("kGiValueSlabs", "value_slab", values);
  return source;
}

// Pattern's member that says where the value of a packed column is among those of a row of a tile: where it is filled
// up, since otherwise they are the same. `width` of Gi's vertices are packed: paired, both vertices of a pair as one.
void add_value_source(const KernelSpec& spec, std::int64_t width, AdjacencySource& source) {
  const Rbgp4Config& config = spec.pattern.config();
  std::vector<std::int32_t> sources(static_cast<std::size_t>(config.gi.left * width), -1);
  for (std::int64_t u = 0; u < config.gi.left; ++u) {
    const auto row = spec.pattern.gi().neighbours(u);
    for (std::size_t k = 0; k < row.size(); ++k)
      sources[static_cast<std::size_t>(u * width + row[k] % width)] = static_cast<std::int32_t>(k);
  }
  source.array += device_array("kGiSources", sources);
  source.member += fmt::format(
      "  static __device__ __forceinline__ int source(long long u, int column) {{\n"
      "    const int k = kGiSources[u / {0} % {1} * {2} + column / {3} % {2}];\n"
      "    return k < 0 ? -1 : (column / {4} * {5} + k) * {3} + column % {3};\n"
      "  }}\n",
      config.gb.left, config.gi.left, width, config.gb.right, width * config.gb.right,
      config.gi.left_degree);
}

// Pattern's member that says which of paired columns row u has: 16 bits for 8 pairs, as the sparse instruction takes
// them, two for each value, which are its place among four columns.
void add_selection(const KernelSpec& spec, AdjacencySource& source) {
  constexpr std::int64_t kPairs = 8;
  const Rbgp4Config& config = spec.pattern.config();
  const std::int64_t width = config.gi.right / 2;
  const std::int64_t words = width * config.gb.right / kPairs;
  std::vector<std::int32_t> selected;
  for (std::int64_t u = 0; u < config.gi.left; ++u) {
    std::vector<std::int32_t> second(static_cast<std::size_t>(width), 0);
    for (const auto vertex : spec.pattern.gi().neighbours(u))
      if (vertex >= width) second[static_cast<std::size_t>(vertex - width)] = 1;
    for (std::int64_t word = 0; word < words; ++word) {
      std::int32_t bits = 0;
      for (std::int64_t pair = 0; pair < kPairs; ++pair) {
        const std::int64_t vertex = (word * kPairs + pair) / config.gb.right;
        bits |= (second[static_cast<std::size_t>(vertex)] + (pair % 2 == 0 ? 0 : 2)) << 2 * pair;
      }
      selected.push_back(bits);
    }
  }
  source.array += device_array("unsigned short", "kGiSelected", selected);
  source.member += device_function(
      "selected", "long long u, int word",
      fmt::format("kGiSelected[u / {} % {} * {} + word]", config.gb.left, config.gi.left, words));
}

}  // namespace

AdjacencySource gi_source(const KernelSpec& spec, const GiSlabs& slabs) {
  if (slabs.gi == GiForm::listed) return listed_slab_source(spec, slabs);
  AdjacencySource source;
  source.member = device_function("slab", "int, int s", "s");
  const std::int64_t right = spec.pattern.config().gi.right;
  if (slabs.gi == GiForm::filled_up) add_value_source(spec, right, source);
  if (slabs.gi == GiForm::paired) {
    add_value_source(spec, right / 2, source);
    add_selection(spec, source);
  }
  return source;
}

}  // namespace rbgp::wgmma
