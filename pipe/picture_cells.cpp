// A base graph's biadjacency matrix in small: its edges as areas, or their shares where there are too
// many.
#include <pipe/picture_cells.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace rbgp::picture {
namespace {

// Below this, every edge is an area of its own; above it, runs of neighbouring ones are merged, which
// looks the same and halves the data of a dense graph.
constexpr std::int64_t kMaxSeparateCells = 4096;

constexpr std::int64_t kDensityBins = 64;  // on a side
// White to dark blue in steps: few enough to write a path for each.
constexpr std::array<std::string_view, 8> kShades = {"#eaf4fb", "#cfe6f5", "#abd3ec", "#7fbae0",
                                                     "#519dcd", "#2a7fb5", "#0d6299", "#003f6b"};

void append_cell(std::string& data, std::int64_t u, std::int64_t v, std::int64_t length) {
  fmt::format_to(std::back_inserter(data), "M{} {}h{}v1h-{}z", v, u, length, length);
}

struct Bins {
  std::int64_t rows = 1;
  std::int64_t cols = 1;
  std::vector<double> shares;  // of a bin's possible edges that are there
};

Bins bins_of(const BaseGraph& graph) {
  const auto [left, right, left_degree] = graph.config();
  Bins bins{.rows = std::min(left, kDensityBins), .cols = std::min(right, kDensityBins)};
  bins.shares.assign(static_cast<std::size_t>(bins.rows * bins.cols), 0);
  for (std::int64_t u = 0; u < left; ++u)
    for (const std::int32_t v : graph.neighbours(u))
      ++bins.shares[static_cast<std::size_t>(u * bins.rows / left * bins.cols +
                                             v * bins.cols / right)];
  // Vertices u with u * bins / count = bin: between the ceilings of bin * count / bins.
  const auto size = [](std::int64_t bin, std::int64_t count, std::int64_t bin_count) {
    return ((bin + 1) * count + bin_count - 1) / bin_count -
           (bin * count + bin_count - 1) / bin_count;
  };
  for (std::int64_t row = 0; row < bins.rows; ++row)
    for (std::int64_t col = 0; col < bins.cols; ++col)
      bins.shares[static_cast<std::size_t>(row * bins.cols + col)] /=
          static_cast<double>(size(row, left, bins.rows) * size(col, right, bins.cols));
  return bins;
}

}  // namespace

std::string cells_path(const BaseGraph& graph, std::size_t max_bytes) {
  const BaseGraphConfig& sizes = graph.config();
  const bool merge = sizes.edges() > kMaxSeparateCells;
  std::string data;
  for (std::int64_t u = 0; u < sizes.left; ++u) {
    const auto row = graph.neighbours(u);
    for (std::size_t j = 0; j < row.size();) {
      std::size_t end = j + 1;
      while (merge && end < row.size() && row[end] == row[end - 1] + 1) ++end;
      append_cell(data, u, row[j], static_cast<std::int64_t>(end - j));
      j = end;
    }
    if (data.size() > max_bytes) return {};
  }
  return data;
}

double draw_density(SvgWriter& svg, const BaseGraph& graph, const Box& box) {
  const Bins bins = bins_of(graph);
  const double highest = *std::max_element(bins.shares.begin(), bins.shares.end());
  std::array<std::string, kShades.size()> paths;
  for (std::int64_t row = 0; row < bins.rows; ++row)
    for (std::int64_t col = 0; col < bins.cols; ++col) {
      const double share = bins.shares[static_cast<std::size_t>(row * bins.cols + col)];
      if (share == 0) continue;
      const auto shade = static_cast<std::size_t>(share / highest * kShades.size());
      append_cell(paths[std::min(shade, kShades.size() - 1)], row, col, 1);
    }
  svg.add("<g class=\"density\" transform=\"translate({} {}) scale({:.5g} {:.5g})\">\n",
          number(box.x), number(box.y), box.width / static_cast<double>(bins.cols),
          box.height / static_cast<double>(bins.rows));
  for (std::size_t i = 0; i < paths.size(); ++i) svg.areas(paths[i], kShades[i]);
  svg.add("</g>\n");
  return highest;
}

void draw_density_scale(SvgWriter& svg, const Box& box) {
  const double width = box.width / static_cast<double>(kShades.size());
  for (std::size_t i = 0; i < kShades.size(); ++i)
    svg.fill({box.x + static_cast<double>(i) * width, box.y, width, box.height}, kShades[i]);
}

}  // namespace rbgp::picture
