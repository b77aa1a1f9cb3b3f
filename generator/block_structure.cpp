#include <algorithm>
#include <map>

#include <rbgp/error.hpp>
#include <rbgp/product.hpp>

namespace rbgp {
namespace {

// One block's entries, row-major.
using Block = std::vector<char>;

Block block_at(const Mask& mask, BlockSize size, std::int64_t row, std::int64_t col) {
  Block block;
  block.reserve(static_cast<std::size_t>(size.rows * size.cols));
  for (std::int64_t u = 0; u < size.rows; ++u)
    for (std::int64_t v = 0; v < size.cols; ++v)
      block.push_back(static_cast<char>(mask.at(row + u, col + v)));
  return block;
}

bool is_zero(const Block& block) { return std::find(block.begin(), block.end(), 1) == block.end(); }

// Visits blocks row by row until `visit(row, col, block)` says stop by returning false.
template <typename Visit>
void for_each_block(const Mask& mask, BlockSize size, Visit&& visit) {
  for (std::int64_t row = 0; row < mask.rows(); row += size.rows)
    for (std::int64_t col = 0; col < mask.cols(); col += size.cols)
      if (!visit(row, col, block_at(mask, size, row, col))) return;
}

// Where the first two blocks differ; where the second is easier explained as a block that should be
// zero, its first one.
std::size_t first_wrong_entry(const Block& majority, const Block& block) {
  std::int64_t differences = 0;
  for (std::size_t i = 0; i < block.size(); ++i) differences += block[i] != majority[i];
  const bool stray = std::count(block.begin(), block.end(), 1) < differences;
  const auto wrong = stray ? std::find(block.begin(), block.end(), 1)
                           : std::mismatch(block.begin(), block.end(), majority.begin()).first;
  return static_cast<std::size_t>(wrong - block.begin());
}

// The first index whose count is not what most have; nothing where all are equal. Of counts that are
// equally frequent the first is taken for the right one.
std::optional<std::size_t> first_deviation(const std::vector<std::int64_t>& counts) {
  std::map<std::int64_t, std::int64_t> frequency;
  for (const std::int64_t count : counts) ++frequency[count];
  std::int64_t usual = counts.front();
  for (const auto& [count, times] : frequency)
    if (times > frequency[usual]) usual = count;
  const auto found =
      std::find_if(counts.begin(), counts.end(), [&](std::int64_t each) { return each != usual; });
  if (found == counts.end()) return std::nullopt;
  return static_cast<std::size_t>(found - counts.begin());
}

Mask submask(const Mask& mask, BlockSize size, std::int64_t row, std::int64_t col) {
  Mask part(size.rows, size.cols);
  for (std::int64_t u = 0; u < size.rows; ++u)
    for (std::int64_t v = 0; v < size.cols; ++v) part.set(u, v, mask.at(row + u, col + v));
  return part;
}

}  // namespace

std::optional<BlockViolation> check_bs(const Mask& mask, BlockSize block) {
  require(block.rows >= 1 && block.cols >= 1, ErrorCode::invalid_argument,
          "a block of {} x {}: allowed are sides from 1", block.rows, block.cols);
  const std::int64_t extra_rows = mask.rows() % block.rows;
  const std::int64_t extra_cols = mask.cols() % block.cols;
  if (extra_rows == 0 && extra_cols == 0) return std::nullopt;
  return BlockViolation{.property = BlockProperty::block_sparse,
                        .block = block,
                        .row = extra_rows == 0 ? -1 : mask.rows() - extra_rows,
                        .col = extra_cols == 0 ? -1 : mask.cols() - extra_cols};
}

std::optional<BlockViolation> check_cbs(const Mask& mask, BlockSize size) {
  if (auto violation = check_bs(mask, size)) return violation;
  // The vote is only needed where there is something to vote on.
  Block first;
  bool equal = true;
  for_each_block(mask, size, [&](std::int64_t, std::int64_t, const Block& block) {
    if (is_zero(block)) return true;
    if (first.empty()) first = block;
    return equal = block == first;
  });
  if (equal) return std::nullopt;

  std::map<Block, std::int64_t> frequency;
  for_each_block(mask, size, [&](std::int64_t, std::int64_t, const Block& block) {
    if (!is_zero(block)) ++frequency[block];
    return true;
  });
  const Block* majority = &first;
  for (const auto& [block, times] : frequency)
    if (times > frequency[*majority]) majority = &block;
  BlockViolation violation{.property = BlockProperty::cloned, .block = size};
  for_each_block(mask, size, [&](std::int64_t row, std::int64_t col, const Block& block) {
    if (is_zero(block) || block == *majority) return true;
    const auto wrong = static_cast<std::int64_t>(first_wrong_entry(*majority, block));
    violation.row = row + wrong / size.cols;
    violation.col = col + wrong % size.cols;
    return false;
  });
  return violation;
}

std::optional<BlockViolation> check_ubs(const Mask& mask, BlockSize size) {
  if (auto violation = check_bs(mask, size)) return violation;
  std::vector<std::int64_t> in_row(static_cast<std::size_t>(mask.rows() / size.rows));
  std::vector<std::int64_t> in_col(static_cast<std::size_t>(mask.cols() / size.cols));
  std::vector<char> seen(in_col.size());
  for (std::size_t block_row = 0; block_row < in_row.size(); ++block_row) {
    std::fill(seen.begin(), seen.end(), char{0});
    const std::int64_t row = static_cast<std::int64_t>(block_row) * size.rows;
    for (std::int64_t u = row; u < row + size.rows; ++u)
      for (std::int64_t v = 0; v < mask.cols(); ++v)
        if (mask.at(u, v)) seen[static_cast<std::size_t>(v / size.cols)] = 1;
    for (std::size_t i = 0; i < seen.size(); ++i) {
      in_row[block_row] += seen[i];
      in_col[i] += seen[i];
    }
  }
  const auto row = first_deviation(in_row);
  const auto col = first_deviation(in_col);
  if (!row && !col) return std::nullopt;
  return BlockViolation{.property = BlockProperty::uniform,
                        .block = size,
                        .row = row ? static_cast<std::int64_t>(*row) * size.rows : -1,
                        .col = col ? static_cast<std::int64_t>(*col) * size.cols : -1};
}

std::optional<BlockViolation> check_cubs(const Mask& mask, BlockSize block) {
  if (auto violation = check_cbs(mask, block)) return violation;
  return check_ubs(mask, block);
}

std::optional<BlockViolation> check_rcubs(const Mask& mask, const std::vector<BlockSize>& levels) {
  Mask part = mask;
  std::int64_t row = 0;
  std::int64_t col = 0;
  for (std::size_t level = 0; level < levels.size(); ++level) {
    if (auto violation = check_cubs(part, levels[level])) {
      violation->level = level;
      if (violation->row >= 0) violation->row += row;
      if (violation->col >= 0) violation->col += col;
      return violation;
    }
    if (part.count() == 0) return std::nullopt;
    std::int64_t inner_row = 0;
    std::int64_t inner_col = 0;
    for_each_block(part, levels[level], [&](std::int64_t u, std::int64_t v, const Block& block) {
      inner_row = u;
      inner_col = v;
      return is_zero(block);
    });
    part = submask(part, levels[level], inner_row, inner_col);
    row += inner_row;
    col += inner_col;
  }
  return std::nullopt;
}

std::string BlockViolation::message() const {
  const auto place = [&](const char* row_word, const char* column_word) {
    std::string text;
    if (row >= 0) text = fmt::format("{} {}", row_word, row);
    if (col >= 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", column_word, col);
    return text;
  };
  const std::string size = fmt::format("{} x {}", block.rows, block.cols);
  switch (property) {
    case BlockProperty::block_sparse:
      return fmt::format(
          "not block sparse (BS) with blocks of {}: they leave over what starts at {}", size,
          place("row", "column"));
    case BlockProperty::cloned:
      return fmt::format(
          "not cloned block sparse (CBS) with blocks of {}: the non-zero block around {} differs "
          "from the others there",
          size, place("row", "column"));
    case BlockProperty::uniform:
      return fmt::format(
          "not uniform block sparse (UBS) with blocks of {}: the {} has not as many non-zero "
          "blocks as most",
          size, place("block row from row", "block column from column"));
    case BlockProperty::complete:
      return fmt::format("not complete: the block of {} from {} is zero", size,
                         place("row", "column"));
    case BlockProperty::non_empty:
      return "the mask has no non-zero entry";
  }
  return {};
}

}  // namespace rbgp
