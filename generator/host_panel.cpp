#include <generator/host_panel.hpp>

namespace rbgp::host_rbgp4mm {

using llvm::Value;
using Values = IrValues;

// Lanes of vector v of a panel that are columns of it.
Value* PanelWriter::mask(const Panel& panel, std::int64_t v) {
  const std::int64_t lanes = panel.cols - v * layout_.vector_floats;
  std::vector<llvm::Constant*> bits;
  for (std::int64_t i = 0; i < layout_.vector_floats; ++i)
    bits.push_back(build_.getInt1(i < lanes));
  return llvm::ConstantVector::get(bits);
}

// Addresses `stride` floats apart, one a lane.
Value* PanelWriter::strided(Value* first, std::int64_t stride) {
  std::vector<llvm::Constant*> offsets;
  for (std::int64_t i = 0; i < layout_.vector_floats; ++i)
    offsets.push_back(build_.getInt64(static_cast<std::uint64_t>(i * stride * kFloatBytes)));
  return at(first, llvm::ConstantVector::get(offsets));
}

Value* PanelWriter::load_columns(const Panel& panel, Value* row, std::int64_t v,
                                 std::int64_t alignment) {
  const llvm::Align align(static_cast<std::uint64_t>(alignment));
  const std::int64_t k = spec_.problem.k;
  if (transposed())
    return build_.CreateMaskedGather(
        vector(), strided(at(row, v * layout_.vector_floats * k * kFloatBytes), k), align,
        mask(panel, v), llvm::Constant::getNullValue(vector()));
  Value* from = at(row, v * layout_.vector_floats * kFloatBytes);
  if (whole(panel, v)) return build_.CreateAlignedLoad(vector(), from, align);
  return build_.CreateMaskedLoad(vector(), from, align, mask(panel, v),
                                 llvm::Constant::getNullValue(vector()));
}

Value* PanelWriter::load_residual(const Panel& panel, Value* u, std::int64_t v) {
  if (!epilogue().residual) return nullptr;
  Value* lanes = residual_lanes(panel.arguments, mask(panel, v));
  Value* zero = llvm::Constant::getNullValue(vector());
  Value* from = at(panel.arguments.residual, output_offset(u, v));
  const llvm::Align align(kFloatBytes);
  if (transposed())
    return build_.CreateMaskedGather(vector(), strided(from, spec_.problem.m), align, lanes, zero);
  return build_.CreateMaskedLoad(vector(), from, align, lanes, zero);
}

void PanelWriter::store_columns(const Panel& panel, Value* u, std::int64_t v, Value* value) {
  Value* to = at(panel.output, output_offset(u, v));
  const llvm::Align align(kFloatBytes);
  if (transposed())
    build_.CreateMaskedScatter(value, strided(to, spec_.problem.m), align, mask(panel, v));
  else if (whole(panel, v))
    build_.CreateAlignedStore(value, to, align);
  else
    build_.CreateMaskedStore(value, to, align, mask(panel, v));
}

// Bytes from a panel's first element of O to that of row u in vector v.
Value* PanelWriter::output_offset(Value* u, std::int64_t v) {
  const std::int64_t first = v * layout_.vector_floats;
  const std::int64_t row = transposed() ? 1 : spec_.problem.n;
  const std::int64_t col = transposed() ? spec_.problem.m : 1;
  return build_.CreateAdd(scaled(u, row * kFloatBytes), number(first * col * kFloatBytes));
}

void PanelWriter::store_packed(Value* row, std::int64_t v, Value* columns) {
  build_.CreateAlignedStore(
      columns, at(row, v * layout_.vector_floats * kFloatBytes),
      llvm::Align(static_cast<std::uint64_t>(layout_.vector_floats * kFloatBytes)));
}

Value* PanelWriter::pack_rows(const Panel& panel, Value* workspace) {
  const std::int64_t row_bytes = panel.stride * kFloatBytes;
  const std::int64_t row_stride = transposed() ? 1 : spec_.problem.n;
  const auto fill = [&](std::int64_t begin, std::int64_t end, bool zero) {
    if (begin == end) return;
    loop(number(begin), number(end), {}, [&](Value* k, Values) -> Values {
      Value* row = zero ? k : input_row(panel.arguments, k);
      Value* from = at(panel.input, scaled(row, row_stride * kFloatBytes));
      Value* to = at(workspace, scaled(k, row_bytes));
      for (std::int64_t v = 0; v < panel.vectors; ++v)
        store_packed(to, v,
                     zero ? llvm::Constant::getNullValue(vector())
                          : load_columns(panel, from, v, kFloatBytes));
      return {};
    });
  };
  // Square blocks take rows that follow each other.
  const bool in_blocks = transposed() && !epilogue().column_order;
  const std::int64_t blocks = in_blocks ? spec_.problem.k / layout_.vector_floats : 0;
  if (blocks > 0) pack_blocks(panel, workspace, blocks);
  fill(blocks * layout_.vector_floats, spec_.problem.k, false);
  fill(spec_.problem.k, config_.cols(), true);
  return workspace;
}

// The same for so many square blocks of an I that is n x k: whole vectors are read and written.
void PanelWriter::pack_blocks(const Panel& panel, Value* workspace, std::int64_t blocks) {
  const std::int64_t size = layout_.vector_floats;
  const std::int64_t k = spec_.problem.k;
  loop(number(0), number(blocks), {}, [&](Value* block, Values) -> Values {
    Value* from = at(panel.input, scaled(block, size * kFloatBytes));
    Value* to = at(workspace, scaled(block, size * panel.stride * kFloatBytes));
    for (std::int64_t v = 0; v < panel.vectors; ++v) {
      Values rows;
      for (std::int64_t col = v * size; col < (v + 1) * size; ++col)
        rows.push_back(col < panel.cols
                           ? build_.CreateAlignedLoad(vector(), at(from, col * k * kFloatBytes),
                                                      llvm::Align(kFloatBytes))
                           : static_cast<Value*>(llvm::Constant::getNullValue(vector())));
      rows = transpose(rows);
      for (std::int64_t row = 0; row < size; ++row)
        store_packed(at(to, row * panel.stride * kFloatBytes), v,
                     rows[static_cast<std::size_t>(row)]);
    }
    return {};
  });
}

}  // namespace rbgp::host_rbgp4mm
