#include <algorithm>
#include <limits>
#include <numeric>

#include <rbgp/error.hpp>
#include <rbgp/matrix_order.hpp>

namespace rbgp {
namespace {

void require_permutation(const std::vector<std::int64_t>& order, std::int64_t size,
                         const char* what) {
  if (order.empty()) return;
  require(static_cast<std::int64_t>(order.size()) == size, ErrorCode::invalid_argument,
          "the order of {} has {} entries, the matrix {}", what, order.size(), size);
  std::vector<bool> seen(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const bool fresh =
        order[i] >= 0 && order[i] < size && !seen[static_cast<std::size_t>(order[i])];
    require(fresh, ErrorCode::invalid_argument,
            "the order of {}: entry {} at {} is not from 0 to {}, or is there twice", what,
            order[i], i, size - 1);
    seen[static_cast<std::size_t>(order[i])] = true;
  }
}

}  // namespace

void MatrixOrder::validate(std::int64_t m, std::int64_t k) const {
  require_permutation(rows, m, "rows");
  require_permutation(cols, k, "columns");
}

std::vector<std::int32_t> launch_order(std::span<const std::int64_t> order, std::int64_t size) {
  require(size <= std::numeric_limits<std::int32_t>::max(), ErrorCode::invalid_argument,
          "an order of {} entries: a launch takes 32-bit indices", size);
  std::vector<std::int32_t> entries(static_cast<std::size_t>(size));
  std::iota(entries.begin(), entries.end(), 0);
  if (order.empty()) return entries;
  require(order.size() == entries.size(), ErrorCode::invalid_argument,
          "an order of {} entries, the matrix has {}", order.size(), size);
  std::transform(order.begin(), order.end(), entries.begin(),
                 [](std::int64_t entry) { return static_cast<std::int32_t>(entry); });
  return entries;
}

std::vector<std::int64_t> fold_columns(std::span<const std::int64_t> rows,
                                       std::span<const std::int64_t> next_cols) {
  std::vector<std::int64_t> folded(rows.begin(), rows.end());
  const auto size = static_cast<std::int64_t>(std::max(rows.size(), next_cols.size()));
  MatrixOrder{folded, {next_cols.begin(), next_cols.end()}}.validate(size, size);
  if (next_cols.empty()) return folded;
  std::vector<std::int64_t> place(next_cols.size());
  for (std::size_t v = 0; v < place.size(); ++v)
    place[static_cast<std::size_t>(next_cols[v])] = static_cast<std::int64_t>(v);
  if (rows.empty()) return place;
  for (std::int64_t& row : folded) row = place[static_cast<std::size_t>(row)];
  return folded;
}

void take_rows(std::span<const std::int64_t> order, std::int64_t cols, const float* from,
               float* to) {
  for (std::size_t i = 0; i < order.size(); ++i)
    std::copy_n(from + order[i] * cols, cols, to + static_cast<std::int64_t>(i) * cols);
}

void put_rows(std::span<const std::int64_t> order, std::int64_t cols, const float* from,
              float* to) {
  for (std::size_t i = 0; i < order.size(); ++i)
    std::copy_n(from + static_cast<std::int64_t>(i) * cols, cols, to + order[i] * cols);
}

}  // namespace rbgp
