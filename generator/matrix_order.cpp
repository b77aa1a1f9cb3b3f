#include <algorithm>

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
