#include <generator/host_ir.hpp>

#include <llvm/IR/Verifier.h>
#include <llvm/Support/raw_ostream.h>

#include <rbgp/error.hpp>

namespace rbgp {

using llvm::Value;

llvm::Function* IrWriter::function(const char* name, unsigned pointers, unsigned numbers,
                                   bool exported) {
  std::vector<llvm::Type*> types(pointers, build_.getPtrTy());
  types.insert(types.end(), numbers, i64());
  auto* type = llvm::FunctionType::get(build_.getVoidTy(), types, false);
  auto* made = llvm::Function::Create(
      type, exported ? llvm::Function::ExternalLinkage : llvm::Function::InternalLinkage, name,
      module_);
  for (unsigned i = 0; i < pointers; ++i) made->addParamAttr(i, llvm::Attribute::NoAlias);
  made->addFnAttr(llvm::Attribute::NoUnwind);
  // Without these LLVM halves 512-bit vectors on processors that once slowed down for them.
  const std::string bits = std::to_string(vector_floats_ * 32);
  made->addFnAttr("prefer-vector-width", bits);
  made->addFnAttr("min-legal-vector-width", bits);
  build_.SetInsertPoint(llvm::BasicBlock::Create(context_, "entry", made));
  return made;
}

IrValues IrWriter::loop(Value* begin, Value* end, IrValues carried,
                        const std::function<IrValues(Value*, IrValues)>& body) {
  llvm::BasicBlock* before = build_.GetInsertBlock();
  llvm::Function* within = before->getParent();
  auto* head = llvm::BasicBlock::Create(context_, "loop", within);
  build_.CreateBr(head);
  build_.SetInsertPoint(head);
  auto* index = build_.CreatePHI(i64(), 2);
  index->addIncoming(begin, before);
  std::vector<llvm::PHINode*> phis;
  IrValues inside;
  for (Value* value : carried) {
    phis.push_back(build_.CreatePHI(value->getType(), 2));
    phis.back()->addIncoming(value, before);
    inside.push_back(phis.back());
  }
  const IrValues after = body(index, inside);
  llvm::BasicBlock* last = build_.GetInsertBlock();
  Value* next = build_.CreateAdd(index, number(1));
  index->addIncoming(next, last);
  for (std::size_t i = 0; i < phis.size(); ++i) phis[i]->addIncoming(after[i], last);
  auto* done = llvm::BasicBlock::Create(context_, "done", within);
  build_.CreateCondBr(build_.CreateICmpULT(next, end), head, done);
  build_.SetInsertPoint(done);
  return after;
}

IrValues IrWriter::transpose(IrValues rows) {
  // Interleaving row i with row i + size/2 rotates the bits of (row, lane) by one place; after as many
  // turns as a lane's number has bits, row and lane have changed places.
  const auto size = static_cast<int>(rows.size());
  const auto interleaved = [&](int first) {
    std::vector<int> lanes;
    for (int i = first; i < first + size / 2; ++i) lanes.insert(lanes.end(), {i, i + size});
    return lanes;
  };
  for (int turns = 1; turns < size; turns *= 2) {
    IrValues next;
    for (std::size_t i = 0; i < rows.size() / 2; ++i)
      for (const int first : {0, size / 2})
        next.push_back(
            build_.CreateShuffleVector(rows[i], rows[i + rows.size() / 2], interleaved(first)));
    rows = std::move(next);
  }
  return rows;
}

void IrWriter::when(Value* condition, const std::function<void()>& body) {
  llvm::Function* within = build_.GetInsertBlock()->getParent();
  auto* then = llvm::BasicBlock::Create(context_, "then", within);
  auto* join = llvm::BasicBlock::Create(context_, "join", within);
  build_.CreateCondBr(condition, then, join);
  build_.SetInsertPoint(then);
  body();
  build_.CreateBr(join);
  build_.SetInsertPoint(join);
}

Value* IrWriter::table(const char* name, const std::vector<std::int64_t>& entries) {
  const std::vector<std::uint64_t> words(entries.begin(), entries.end());
  auto* data = llvm::ConstantDataArray::get(context_, words);
  return new llvm::GlobalVariable(module_, data->getType(), true, llvm::GlobalValue::PrivateLinkage,
                                  data, name);
}

Value* IrWriter::entry_of(Value* table, Value* index) {
  return build_.CreateLoad(i64(), at(table, scaled(index, 8)));
}

std::string IrWriter::text() const {
  std::string text;
  llvm::raw_string_ostream stream(text);
  if (llvm::verifyModule(module_, &stream))
    throw Error(ErrorCode::internal, "the emitted LLVM IR is not valid", stream.str());
  module_.print(stream, nullptr);
  return stream.str();
}

}  // namespace rbgp
