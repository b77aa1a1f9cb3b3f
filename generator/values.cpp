#include <algorithm>

#include <generator/parallel_parts.hpp>
#include <generator/pattern_runs.hpp>
#include <rbgp/error.hpp>
#include <rbgp/matrix_order.hpp>

namespace rbgp {
namespace {

void require_within(const Rbgp4Pattern& pattern, std::int64_t rows, std::int64_t cols) {
  require(rows >= 1 && rows <= pattern.rows() && cols >= 1 && cols <= pattern.cols(),
          ErrorCode::invalid_argument, "a {} x {} matrix does not lie on the {} x {} pattern", rows,
          cols, pattern.rows(), pattern.cols());
}

int threads_for(std::int64_t rows, std::int64_t cols, int threads) {
  return std::min(thread_count(threads), threads_worth(rows * cols));
}

// How many of the |Gb.V| columns from v on a matrix of `cols` columns has.
std::int64_t present(std::int64_t v, std::int64_t cols, std::int64_t run) {
  return std::clamp<std::int64_t>(cols - v, 0, run);
}

std::int64_t placed(const std::vector<std::int64_t>& order, std::int64_t i) {
  return order.empty() ? i : order[static_cast<std::size_t>(i)];
}

// What a row adds to its matrix' Projection: rows are added in their order, so that sums do not depend
// on threads.
struct RowProjection {
  std::int64_t off_pattern = 0;
  std::int64_t first_col = -1;
  double norm = 0;
  double dropped_norm = 0;
};

// Row u of the pattern from the same row of a dense matrix, columns in the pattern's order.
RowProjection gather_row(const Rbgp4Pattern& pattern, std::int64_t u, std::int64_t cols,
                         const float* row, std::vector<char>& kept, float* values) {
  const std::int64_t run = pattern.config().gb.right;
  RowProjection projection;
  std::fill(kept.begin(), kept.end(), char{0});
  for_each_run(pattern, u, [&](std::int64_t j, std::int64_t v) {
    const std::int64_t count = present(v, cols, run);
    for (std::int64_t i = 0; i < run; ++i) values[j + i] = i < count ? row[v + i] : 0.0F;
    for (std::int64_t i = 0; i < count; ++i) kept[static_cast<std::size_t>(v + i)] = 1;
  });
  for (std::int64_t v = 0; v < cols; ++v) {
    const double square = static_cast<double>(row[v]) * static_cast<double>(row[v]);
    projection.norm += square;
    // Written so that a NaN counts as not zero.
    if (kept[static_cast<std::size_t>(v)] || row[v] == 0.0F) continue;
    projection.dropped_norm += square;
    if (projection.off_pattern++ == 0) projection.first_col = v;
  }
  return projection;
}

}  // namespace

Projection values_from_dense(const Rbgp4Pattern& pattern, const MatrixOrder& order,
                             std::int64_t rows, std::int64_t cols, const float* dense,
                             float* values, int threads) {
  require_within(pattern, rows, cols);
  order.validate(rows, cols);
  const std::int64_t nnz = pattern.nnz_per_row();
  std::vector<RowProjection> projections(static_cast<std::size_t>(rows));
  parallel_parts(rows, threads_for(rows, cols, threads), [&](std::int64_t begin, std::int64_t end) {
    std::vector<char> kept(static_cast<std::size_t>(cols));
    std::vector<float> moved(order.cols.size());
    for (std::int64_t u = begin; u < end; ++u) {
      const float* row = dense + placed(order.rows, u) * cols;
      for (std::size_t v = 0; v < moved.size(); ++v) moved[v] = row[order.cols[v]];
      projections[static_cast<std::size_t>(u)] =
          gather_row(pattern, u, cols, moved.empty() ? row : moved.data(), kept, values + u * nnz);
    }
  });
  Projection whole;
  double norm = 0;
  double dropped_norm = 0;
  for (std::int64_t u = 0; u < rows; ++u) {
    const RowProjection& row = projections[static_cast<std::size_t>(u)];
    norm += row.norm;
    dropped_norm += row.dropped_norm;
    if (whole.off_pattern == 0 && row.off_pattern > 0) {
      whole.first_row = placed(order.rows, u);
      whole.first_col = placed(order.cols, row.first_col);
    }
    whole.off_pattern += row.off_pattern;
  }
  whole.dropped_norm_share = dropped_norm == 0 ? 0 : dropped_norm / norm;
  return whole;
}

void dense_from_values(const Rbgp4Pattern& pattern, const MatrixOrder& order, std::int64_t rows,
                       std::int64_t cols, const float* values, float* dense, int threads) {
  require_within(pattern, rows, cols);
  order.validate(rows, cols);
  const std::int64_t nnz = pattern.nnz_per_row();
  const std::int64_t run = pattern.config().gb.right;
  parallel_parts(rows, threads_for(rows, cols, threads), [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> moved(order.cols.size());
    for (std::int64_t u = begin; u < end; ++u) {
      float* const target = dense + placed(order.rows, u) * cols;
      float* const row = moved.empty() ? target : moved.data();
      std::fill_n(row, cols, 0.0F);
      for_each_run(pattern, u, [&](std::int64_t j, std::int64_t v) {
        std::copy_n(values + u * nnz + j, present(v, cols, run), row + v);
      });
      for (std::size_t v = 0; v < moved.size(); ++v) target[order.cols[v]] = moved[v];
    }
  });
}

Projection values_from_dense(const Rbgp4Pattern& pattern, std::int64_t rows, std::int64_t cols,
                             const float* dense, float* values, int threads) {
  return values_from_dense(pattern, {}, rows, cols, dense, values, threads);
}

void dense_from_values(const Rbgp4Pattern& pattern, std::int64_t rows, std::int64_t cols,
                       const float* values, float* dense, int threads) {
  dense_from_values(pattern, {}, rows, cols, values, dense, threads);
}

}  // namespace rbgp
