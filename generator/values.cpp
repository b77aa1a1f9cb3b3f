#include <algorithm>

#include <generator/pattern_runs.hpp>
#include <rbgp/error.hpp>
#include <rbgp/pattern.hpp>

namespace rbgp {
namespace {

void require_within(const Rbgp4Pattern& pattern, std::int64_t rows, std::int64_t cols) {
  require(rows >= 1 && rows <= pattern.rows() && cols >= 1 && cols <= pattern.cols(),
          ErrorCode::invalid_argument, "a {} x {} matrix does not lie on the {} x {} pattern", rows,
          cols, pattern.rows(), pattern.cols());
}

// How many of the |Gb.V| columns from v on a matrix of `cols` columns has.
std::int64_t present(std::int64_t v, std::int64_t cols, std::int64_t run) {
  return std::clamp<std::int64_t>(cols - v, 0, run);
}

}  // namespace

Projection values_from_dense(const Rbgp4Pattern& pattern, std::int64_t rows, std::int64_t cols,
                             const float* dense, float* values) {
  require_within(pattern, rows, cols);
  const std::int64_t nnz = pattern.nnz_per_row();
  const std::int64_t run = pattern.config().gb.right;
  Projection projection;
  double whole_norm = 0;
  double dropped_norm = 0;
  std::vector<char> kept(static_cast<std::size_t>(cols));
  for (std::int64_t u = 0; u < rows; ++u) {
    const float* row = dense + u * cols;
    float* row_values = values + u * nnz;
    std::fill(kept.begin(), kept.end(), char{0});
    for_each_run(pattern, u, [&](std::int64_t j, std::int64_t v) {
      const std::int64_t count = present(v, cols, run);
      for (std::int64_t i = 0; i < run; ++i) row_values[j + i] = i < count ? row[v + i] : 0.0F;
      for (std::int64_t i = 0; i < count; ++i) kept[static_cast<std::size_t>(v + i)] = 1;
    });
    for (std::int64_t v = 0; v < cols; ++v) {
      const double square = static_cast<double>(row[v]) * static_cast<double>(row[v]);
      whole_norm += square;
      // Written so that a NaN counts as not zero.
      if (kept[static_cast<std::size_t>(v)] || row[v] == 0.0F) continue;
      dropped_norm += square;
      if (projection.off_pattern++ == 0) {
        projection.first_row = u;
        projection.first_col = v;
      }
    }
  }
  projection.dropped_norm_share = dropped_norm == 0 ? 0 : dropped_norm / whole_norm;
  return projection;
}

void dense_from_values(const Rbgp4Pattern& pattern, std::int64_t rows, std::int64_t cols,
                       const float* values, float* dense) {
  require_within(pattern, rows, cols);
  const std::int64_t nnz = pattern.nnz_per_row();
  const std::int64_t run = pattern.config().gb.right;
  std::fill(dense, dense + rows * cols, 0.0F);
  for (std::int64_t u = 0; u < rows; ++u) {
    for_each_run(pattern, u, [&](std::int64_t j, std::int64_t v) {
      std::copy_n(values + u * nnz + j, present(v, cols, run), dense + u * cols + v);
    });
  }
}

}  // namespace rbgp
