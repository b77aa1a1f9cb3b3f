#include <generator/mask_shares.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <vector>

#include <generator/pattern_runs.hpp>

namespace rbgp {
namespace {

double square(float element) { return static_cast<double>(element) * static_cast<double>(element); }

double squared_norm(const DenseView& dense) {
  double norm = 0;
  for (std::int64_t i = 0; i < dense.size(); ++i) norm += square(dense.elements[i]);
  return norm;
}

double share_of(double kept, const DenseView& dense) {
  const double norm = squared_norm(dense);
  return norm == 0 ? 1 : kept / norm;
}

}  // namespace

Kept kept_by_pattern(const Rbgp4Pattern& pattern, const MatrixOrder& order,
                     const DenseView& dense) {
  const std::int64_t run = pattern.config().gb.right;
  double norm = 0;
  Kept kept;
  for (std::int64_t u = 0; u < dense.rows; ++u) {
    const float* const row =
        dense.row(order.rows.empty() ? u : order.rows[static_cast<std::size_t>(u)]);
    for_each_run(pattern, u, [&](std::int64_t, std::int64_t first) {
      const std::int64_t end = std::min(first + run, dense.cols);
      for (std::int64_t v = first; v < end; ++v) {
        norm += square(row[order.cols.empty() ? v : order.cols[static_cast<std::size_t>(v)]]);
        ++kept.elements;
      }
    });
  }
  kept.share = share_of(norm, dense);
  return kept;
}

Kept kept_unstructured(const DenseView& dense, std::int64_t elements) {
  std::vector<float> sizes(static_cast<std::size_t>(dense.size()));
  std::transform(dense.elements, dense.elements + dense.size(), sizes.begin(),
                 [](float element) { return std::abs(element); });
  const auto end = sizes.begin() + static_cast<std::ptrdiff_t>(elements);
  if (end != sizes.end()) std::nth_element(sizes.begin(), end, sizes.end(), std::greater<>());
  double norm = 0;
  for (auto each = sizes.begin(); each != end; ++each) norm += square(*each);
  return {share_of(norm, dense), elements};
}

Kept kept_by_blocks(const DenseView& dense, std::int64_t block, std::int64_t elements) {
  struct Block {
    double norm = 0;
    std::int64_t elements = 0;
  };
  const std::int64_t across = (dense.cols + block - 1) / block;
  const std::int64_t down = (dense.rows + block - 1) / block;
  std::vector<Block> blocks(static_cast<std::size_t>(across * down));
  for (std::int64_t u = 0; u < dense.rows; ++u)
    for (std::int64_t v = 0; v < dense.cols; ++v) {
      Block& of = blocks[static_cast<std::size_t>(u / block * across + v / block)];
      of.norm += square(dense.row(u)[v]);
      ++of.elements;
    }
  std::sort(blocks.begin(), blocks.end(),
            [](const Block& a, const Block& b) { return a.norm > b.norm; });
  Kept kept;
  double norm = 0;
  for (const Block& each : blocks) {
    const std::int64_t more = kept.elements + each.elements;
    if (std::abs(more - elements) > std::abs(kept.elements - elements)) break;
    norm += each.norm;
    kept.elements = more;
  }
  kept.share = share_of(norm, dense);
  return kept;
}

}  // namespace rbgp
