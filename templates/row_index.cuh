// Rows of W as its four factors number them.
#pragma once

// The row with the digits uo, ur, ui and ub, outermost first, where r = ur * |Gb.U| + ub counts the rows of a
// row group: those that share uo and ui, and so all their columns.
template <typename Pattern>
__device__ __forceinline__ long long row_index(int uo, int ui, int r) {
  return ((static_cast<long long>(uo) * Pattern::kGrLeft + r / Pattern::kGbLeft) * Pattern::kGiLeft +
          ui) * Pattern::kGbLeft +
         r % Pattern::kGbLeft;
}
