// Emits the family host_rbgp4mm as LLVM IR.
//
// O is computed in panels of panel_cols columns. A task copies its panel of I, all k rows of it, into
// consecutive memory (`pack_input`), transposing it where I is n x k, then runs over register tiles of
// tile_rows x tile_vectors: each walks the tile's neighbours in Go, then in Gi, with everything about the
// pattern known at compile time: sizes are constants, neighbours are byte offsets in a table or in the
// instructions.
//
//   rbgp_kernel(packed, input, output, workspace, epilogue, task)
//                               one task; tasks may run side by side, each thread with its own workspace;
//                               epilogue names an EpilogueArguments
//   rbgp_pack(values, packed)   canonical values -> [row tile][j][row of the tile]
#include <functional>

#include <generator/cuda_source.hpp>
#include <generator/families.hpp>
#include <generator/host_panel.hpp>

namespace rbgp::host_rbgp4mm {
namespace {

using llvm::Value;
using Values = IrValues;

class Emitter : private PanelWriter {
 public:
  Emitter(const KernelSpec& spec, const Layout& layout) : PanelWriter(spec, layout) {}

  std::string emit();

 private:
  llvm::Function* emit_panel(const char* name, std::int64_t cols);
  void row_tile(const Panel& panel, Value* rows, Value* go_table, Value* gi_table, Value* tile);
  Values column_step(const Panel& panel, Value* row, Values state, std::int64_t step);
  Values inner_table(const Panel& panel, Value* slice, Value* gi_row, Values state);
  Values inner_immediate(const Panel& panel, Value* tile_base, std::int64_t ui, Values state);
  void store_tile(const Panel& panel, Value* uo, Value* ui, const Values& sums);
  void allow_update_in_place(llvm::Function* made);
  void emit_kernel();
  void emit_pack();
};

// One column of W: a row of I times tile_rows values. The state is the accumulators, row by row, and
// last the pointer to the values; `step` columns of values lie between it and this column's.
Values Emitter::column_step(const Panel& panel, Value* row, Values state, std::int64_t step) {
  const std::int64_t alignment =
      layout_.pack_input ? layout_.vector_floats * kFloatBytes : kFloatBytes;
  Values columns;
  for (std::int64_t v = 0; v < panel.vectors; ++v) {
    // Packed rows are whole vectors: only rows of I itself end early.
    if (layout_.pack_input)
      columns.push_back(
          build_.CreateAlignedLoad(vector(), at(row, v * layout_.vector_floats * kFloatBytes),
                                   llvm::Align(static_cast<std::uint64_t>(alignment))));
    else
      columns.push_back(load_columns(panel, row, v, alignment));
  }
  Value* packed = state.back();
  for (std::int64_t r = 0; r < layout_.tile_rows; ++r) {
    Value* value =
        build_.CreateLoad(f32(), at(packed, (step * layout_.tile_rows + r) * kFloatBytes));
    Value* splat = build_.CreateVectorSplat(static_cast<unsigned>(layout_.vector_floats), value);
    for (std::int64_t v = 0; v < panel.vectors; ++v) {
      Value*& sum = state[static_cast<std::size_t>(r * panel.vectors + v)];
      sum = build_.CreateIntrinsic(llvm::Intrinsic::fmuladd, {vector()},
                                   {splat, columns[static_cast<std::size_t>(v)], sum});
    }
  }
  return state;
}

// One slice (|Gi.V| * |Gb.V| columns) of a tile, neighbours from the table.
Values Emitter::inner_table(const Panel& panel, Value* slice, Value* gi_row, Values state) {
  const std::int64_t turns = config_.gi.left_degree / layout_.unroll;
  const std::int64_t row_bytes = panel.stride * kFloatBytes;
  return loop(number(0), number(turns), state, [&](Value* turn, Values inside) {
    for (std::int64_t q = 0; q < layout_.unroll; ++q) {
      Value* ink = build_.CreateAdd(scaled(turn, layout_.unroll), number(q));
      Value* offset = config_.gi.is_complete() ? scaled(ink, config_.gb.right * row_bytes)
                                               : entry_of(gi_row, ink);
      Value* row = at(slice, offset);
      for (std::int64_t vb = 0; vb < config_.gb.right; ++vb)
        inside = column_step(panel, at(row, vb * row_bytes), inside, q * config_.gb.right + vb);
    }
    inside.back() =
        at(inside.back(), layout_.unroll * config_.gb.right * layout_.tile_rows * kFloatBytes);
    return inside;
  });
}

// A whole tile of one Gi vertex, straight-line.
Values Emitter::inner_immediate(const Panel& panel, Value* tile_base, std::int64_t ui,
                                Values state) {
  const std::int64_t row_bytes = panel.stride * kFloatBytes;
  std::int64_t step = 0;
  for (std::int64_t vr = 0; vr < config_.gr.right; ++vr)
    for (const std::int64_t vi : spec_.pattern.gi().neighbours(ui))
      for (std::int64_t vb = 0; vb < config_.gb.right; ++vb) {
        const std::int64_t row = (vr * config_.gi.right + vi) * config_.gb.right + vb;
        state = column_step(panel, at(tile_base, row * row_bytes), state, step++);
      }
  state.back() = at(state.back(), step * layout_.tile_rows * kFloatBytes);
  return state;
}

void Emitter::store_tile(const Panel& panel, Value* uo, Value* ui, const Values& sums) {
  const RowSplit& split = layout_.split;
  const std::int64_t go_rows = split.gr_left * split.gi_left * split.gb_left;
  Value* first = build_.CreateAdd(scaled(uo, go_rows), scaled(ui, split.gb_left));
  for (std::int64_t r = 0; r < layout_.tile_rows; ++r) {
    const std::int64_t ur = r / split.gb_left;
    const std::int64_t ub = r % split.gb_left;
    Value* u = build_.CreateAdd(first, number(ur * split.gi_left * split.gb_left + ub));
    const auto store = [&] {
      Value* row = output_row(panel.arguments, u);
      Value* bias = row_bias(panel.arguments, row);
      for (std::int64_t v = 0; v < panel.vectors; ++v)
        store_columns(panel, row, v,
                      finish(panel.arguments, sums[static_cast<std::size_t>(r * panel.vectors + v)],
                             load_residual(panel, row, v), bias));
    };
    if (spec_.problem.m == config_.rows())
      store();
    else
      when(build_.CreateICmpULT(u, number(spec_.problem.m)), store);
  }
}

void Emitter::row_tile(const Panel& panel, Value* rows, Value* go_table, Value* gi_table,
                       Value* tile) {
  const RowSplit& split = layout_.split;
  const std::int64_t row_bytes = panel.stride * kFloatBytes;
  Value* uo = build_.CreateUDiv(tile, number(split.gi_left));
  Value* ui = build_.CreateURem(tile, number(split.gi_left));
  Value* go_row = at(
      go_table, scaled(build_.CreateUDiv(uo, number(split.go_copies)), config_.go.left_degree * 8));
  Value* gi_vertex = build_.CreateUDiv(ui, number(split.gi_copies));
  Value* packed =
      at(panel.packed, scaled(tile, config_.nnz_per_row() * layout_.tile_rows * kFloatBytes));

  const auto over_go = [&](const std::function<Values(Value*, Values)>& inner) {
    Values state(static_cast<std::size_t>(layout_.tile_rows * panel.vectors),
                 llvm::Constant::getNullValue(vector()));
    state.push_back(packed);
    state = loop(number(0), number(config_.go.left_degree), state, [&](Value* jo, Values inside) {
      return inner(at(rows, entry_of(go_row, jo)), std::move(inside));
    });
    store_tile(panel, uo, ui, state);
  };

  if (!layout_.immediate) {
    Value* gi_row = at(gi_table, scaled(gi_vertex, config_.gi.left_degree * 8));
    const std::int64_t slice_bytes = config_.gi.right * config_.gb.right * row_bytes;
    over_go([&](Value* base, Values state) {
      if (config_.gr.right == 1) return inner_table(panel, base, gi_row, std::move(state));
      return loop(number(0), number(config_.gr.right), state, [&](Value* vr, Values inside) {
        return inner_table(panel, at(base, scaled(vr, slice_bytes)), gi_row, std::move(inside));
      });
    });
    return;
  }
  llvm::Function* within = build_.GetInsertBlock()->getParent();
  auto* join = llvm::BasicBlock::Create(context_, "join", within);
  auto* nowhere = llvm::BasicBlock::Create(context_, "nowhere", within);
  auto* choice = build_.CreateSwitch(gi_vertex, nowhere);
  for (std::int64_t vertex = 0; vertex < config_.gi.left; ++vertex) {
    auto* one = llvm::BasicBlock::Create(context_, "gi", within);
    choice->addCase(build_.getInt64(static_cast<std::uint64_t>(vertex)), one);
    build_.SetInsertPoint(one);
    over_go([&](Value* base, Values state) {
      return inner_immediate(panel, base, vertex, std::move(state));
    });
    build_.CreateBr(join);
  }
  build_.SetInsertPoint(nowhere);
  build_.CreateUnreachable();
  build_.SetInsertPoint(join);
}

// R may be O.
void Emitter::allow_update_in_place(llvm::Function* made) {
  if (!epilogue().residual) return;
  constexpr unsigned kOutput = 2;
  constexpr unsigned kResidual = 5;
  made->removeParamAttr(kOutput, llvm::Attribute::NoAlias);
  if (made->arg_size() > kResidual) made->removeParamAttr(kResidual, llvm::Attribute::NoAlias);
}

llvm::Function* Emitter::emit_panel(const char* name, std::int64_t cols) {
  llvm::Function* made = function(name, 6, 2, false);
  allow_update_in_place(made);
  Panel panel{};
  panel.cols = cols;
  panel.vectors = (cols + layout_.vector_floats - 1) / layout_.vector_floats;
  panel.stride = layout_.pack_input ? panel.vectors * layout_.vector_floats : spec_.problem.n;
  panel.packed = made->getArg(0);
  panel.input = made->getArg(1);
  panel.output = made->getArg(2);
  panel.arguments = load_arguments(made->getArg(4));
  if (epilogue().residual) panel.arguments.residual = made->getArg(5);

  const std::int64_t row_bytes = panel.stride * kFloatBytes;
  std::vector<std::int64_t> go_offsets;
  for (const std::int64_t vo : spec_.pattern.go().adjacency())
    go_offsets.push_back(vo * config_.tile_cols() * row_bytes);
  Value* go_table = table("go_offsets", go_offsets);
  Value* gi_table = nullptr;
  if (!layout_.immediate) {
    std::vector<std::int64_t> gi_offsets;
    for (const std::int64_t vi : spec_.pattern.gi().adjacency())
      gi_offsets.push_back(vi * config_.gb.right * row_bytes);
    gi_table = table("gi_offsets", gi_offsets);
  }
  Value* rows = layout_.pack_input ? pack_rows(panel, made->getArg(3)) : panel.input;
  loop(made->getArg(6), made->getArg(7), {}, [&](Value* tile, Values) -> Values {
    row_tile(panel, rows, go_table, gi_table, tile);
    return {};
  });
  build_.CreateRetVoid();
  return made;
}

void Emitter::emit_kernel() {
  const std::int64_t n = spec_.problem.n;
  const std::int64_t whole_panels = n / layout_.panel_cols();
  const std::int64_t tail = n % layout_.panel_cols();
  llvm::Function* whole_panel =
      whole_panels > 0 ? emit_panel("panel", layout_.panel_cols()) : nullptr;
  llvm::Function* tail_panel = tail > 0 ? emit_panel("tail_panel", tail) : nullptr;

  llvm::Function* made = function("rbgp_kernel", 5, 1, true);
  allow_update_in_place(made);
  Value* task = made->getArg(5);
  Value* index = build_.CreateUDiv(task, number(layout_.row_parts));
  Value* part = build_.CreateURem(task, number(layout_.row_parts));
  const auto bound = [&](Value* p) {
    return build_.CreateUDiv(scaled(p, layout_.row_tiles), number(layout_.row_parts));
  };
  const auto first_col = [&](std::int64_t transposed_stride) {
    return scaled(index,
                  layout_.panel_cols() * (transposed() ? transposed_stride : 1) * kFloatBytes);
  };
  Value* output_offset = first_col(spec_.problem.m);
  // Where the panel's part of R begins.
  Value* residual = llvm::ConstantPointerNull::get(build_.getPtrTy());
  if (epilogue().residual) residual = at(load_arguments(made->getArg(4)).residual, output_offset);
  const Values arguments = {made->getArg(0),
                            at(made->getArg(1), first_col(spec_.problem.k)),
                            at(made->getArg(2), output_offset),
                            made->getArg(3),
                            made->getArg(4),
                            residual,
                            bound(part),
                            bound(build_.CreateAdd(part, number(1)))};
  if (whole_panel != nullptr)
    when(build_.CreateICmpULT(index, number(whole_panels)),
         [&] { build_.CreateCall(whole_panel, arguments); });
  if (tail_panel != nullptr)
    when(build_.CreateICmpEQ(index, number(whole_panels)),
         [&] { build_.CreateCall(tail_panel, arguments); });
  build_.CreateRetVoid();
}

void Emitter::emit_pack() {
  const RowSplit& split = layout_.split;
  const std::int64_t nnz = config_.nnz_per_row();
  llvm::Function* made = function("rbgp_pack", 2, 0, true);
  Value* values = made->getArg(0);
  loop(number(0), number(layout_.row_tiles), {}, [&](Value* tile, Values) -> Values {
    Value* uo = build_.CreateUDiv(tile, number(split.gi_left));
    Value* ui = build_.CreateURem(tile, number(split.gi_left));
    const std::int64_t go_rows = split.gr_left * split.gi_left * split.gb_left;
    Value* first = build_.CreateAdd(scaled(uo, go_rows), scaled(ui, split.gb_left));
    Value* packed = at(made->getArg(1), scaled(tile, nnz * layout_.tile_rows * kFloatBytes));
    loop(number(0), number(nnz), {}, [&](Value* j, Values) -> Values {
      for (std::int64_t r = 0; r < layout_.tile_rows; ++r) {
        const std::int64_t ur = r / split.gb_left;
        const std::int64_t ub = r % split.gb_left;
        Value* u = build_.CreateAdd(first, number(ur * split.gi_left * split.gb_left + ub));
        Value* to = at(
            packed, scaled(build_.CreateAdd(scaled(j, layout_.tile_rows), number(r)), kFloatBytes));
        // A padded problem has no values for its further rows: they pack as zero.
        build_.CreateStore(llvm::ConstantFP::get(f32(), 0.0), to);
        when(build_.CreateICmpULT(u, number(spec_.problem.m)), [&] {
          Value* from = at(values, scaled(build_.CreateAdd(scaled(u, nnz), j), kFloatBytes));
          build_.CreateStore(build_.CreateLoad(f32(), from), to);
        });
      }
      return {};
    });
    return {};
  });
  build_.CreateRetVoid();
}

std::string Emitter::emit() {
  emit_kernel();
  emit_pack();
  return text();
}

}  // namespace

std::string emit(const KernelSpec& spec, const DeviceProperties& device) {
  Layout layout;
  plan_layout({spec.pattern.config(), spec.problem, spec.kernel, device}, layout);
  return Emitter(spec, layout).emit();
}

}  // namespace rbgp::host_rbgp4mm
